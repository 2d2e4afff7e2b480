package sse

import (
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules/k6/http"
	"go.k6.io/k6/v2/metrics"
)

// timeoutCode is k6's error code of a request that took longer than its time limit.
const timeoutCode = 1050

// answer is what the script gets. Times are in milliseconds; `times` has that of each event since the start, `body`
// is the text of an answer that is no stream, and `isComplete` tells a stream that came to its end.
func (i *instance) answer(r *recording, response *http.Response) (*sobek.Object, error) {
	rt := i.vu.Runtime()
	status, headers := 0, rt.NewObject()
	if r.response != nil {
		status = r.response.StatusCode
		for name, values := range r.response.Header {
			if err := headers.Set(name, strings.Join(values, ", ")); err != nil {
				return nil, err
			}
		}
	}
	events, times := make([]any, len(r.events)), make([]any, len(r.at))
	for n := range r.events {
		events[n], times[n] = r.events[n], metrics.D(r.at[n])
	}
	timings := response.Timings
	object := rt.NewObject()
	for _, entry := range []struct {
		key   string
		value any
	}{
		{"status", status},
		{"headers", headers},
		{"error", response.Error},
		{"error_code", response.ErrorCode},
		{"isComplete", r.isComplete(response.Error != "")},
		{"events", rt.NewArray(events...)},
		{"times", rt.NewArray(times...)},
		{"body", string(r.plain)},
		{"timings", map[string]any{
			"blocked":         timings.Blocked,
			"connecting":      timings.Connecting,
			"tls_handshaking": timings.TLSHandshaking,
			"sending":         timings.Sending,
			"waiting":         timings.Waiting,
			"receiving":       timings.Receiving,
			"duration":        timings.Duration,
		}},
		{"measure", func(tags, texts, tokens sobek.Value) error {
			return i.measure(r, response.ErrorCode == timeoutCode, measureWish{tags, texts, tokens})
		}},
	} {
		if err := object.Set(entry.key, entry.value); err != nil {
			return nil, err
		}
	}
	return object, nil
}

func (r *recording) isComplete(failed bool) bool {
	return r.isStream && !failed && len(r.events) > 0 && (r.until == nil || r.isOver)
}

type measureWish struct {
	// tags are those of the samples.
	tags sobek.Value
	// texts has the text of each event, where a script knows it: only events that have one count then.
	texts sobek.Value
	// tokens is how many tokens the service says it made; not a number where it does not say.
	tokens sobek.Value
}

// measure files the times of a stream. An event that until ended the stream with is a mark and carries nothing, unless
// a text says otherwise.
func (i *instance) measure(r *recording, isTimeout bool, wish measureWish) error {
	state := i.vu.State()
	tagsAndMeta := state.Tags.GetCurrentValues()
	if err := common.ApplyCustomUserTags(i.vu.Runtime(), &tagsAndMeta, wish.tags); err != nil {
		return err
	}
	at := r.counted(wish.texts)
	if len(at) == 0 {
		if isTimeout && !r.start.IsZero() {
			tags := tagsAndMeta.Tags.With("outcome", "timeout")
			now := time.Now()
			i.push(metrics.Samples{sample(i.metrics.ttft, tags, now, metrics.D(now.Sub(r.start)))})
		}
		return nil
	}
	tags := tagsAndMeta.Tags
	samples := make(metrics.Samples, 0, len(at)+1)
	samples = append(samples, sample(i.metrics.ttft, tags, r.start.Add(at[0]), metrics.D(at[0])))
	for n := 1; n < len(at); n++ {
		samples = append(samples, sample(i.metrics.between, tags, r.start.Add(at[n]), metrics.D(at[n]-at[n-1])))
	}
	metric, count := i.metrics.chunksPerSecond, float64(len(at))
	if tokens, isNumber := number(wish.tokens); isNumber {
		metric, count = i.metrics.tokensPerSecond, tokens
	}
	// The first token is waited for, and that is told by ttft: the rate is that of the others.
	if flowing := (at[len(at)-1] - at[0]).Seconds(); flowing > 0 && count > 1 {
		samples = append(samples, sample(metric, tags, r.start, (count-1)/flowing))
	}
	i.push(samples)
	return nil
}

// counted has the times of the events that carry something.
func (r *recording) counted(texts sobek.Value) []time.Duration {
	if texts == nil || sobek.IsUndefined(texts) || sobek.IsNull(texts) {
		if r.isOver {
			return r.at[:len(r.at)-1]
		}
		return r.at
	}
	list, _ := texts.Export().([]any)
	var at []time.Duration
	for n, value := range list {
		if text, isText := value.(string); isText && text != "" && n < len(r.at) {
			at = append(at, r.at[n])
		}
	}
	return at
}

func number(value sobek.Value) (float64, bool) {
	if value == nil {
		return 0, false
	}
	switch n := value.Export().(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	default:
		return 0, false
	}
}

func sample(metric *metrics.Metric, tags *metrics.TagSet, at time.Time, value float64) metrics.Sample {
	return metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags}, Time: at, Value: value}
}

func (i *instance) push(samples metrics.Samples) {
	metrics.PushIfNotDone(i.vu.Context(), i.vu.State().Samples, samples)
}
