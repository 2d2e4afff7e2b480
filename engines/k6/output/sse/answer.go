package sse

import (
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules/k6/http"
	"go.k6.io/k6/v2/metrics"

	"benchwright/k6/flow"
)

// Error codes of requests whose answer might still have come: k6's own where the time limit was over, and that of the
// module k6/x/drain where the load was.
const (
	timeoutCode    = 1050
	unfinishedCode = 1900
)

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
			isTimeout := response.ErrorCode == timeoutCode || response.ErrorCode == unfinishedCode
			return i.measure(r, isTimeout, measureWish{tags, texts, tokens})
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
	if len(at) == 0 && isTimeout && !r.start.IsZero() {
		i.metrics.FileTimeout(tagsAndMeta.Tags, r.start)
		return nil
	}
	i.metrics.File(tagsAndMeta.Tags, flow.Flow{Start: r.start, At: at, Tokens: number(wish.tokens)})
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

// number is 0 for what is none.
func number(value sobek.Value) float64 {
	if value == nil {
		return 0
	}
	switch n := value.Export().(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	default:
		return 0
	}
}
