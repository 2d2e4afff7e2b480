// Package flow files when the parts of an answer came that comes in parts: the events of a stream, or the messages of a
// call.
package flow

import (
	"time"

	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/metrics"
)

// Metrics are registered by modules, not by scripts, because their samples carry the times of the parts, which a
// script cannot set.
type Metrics struct {
	vu                               modules.VU
	ttft, between                    *metrics.Metric
	tokensPerSecond, chunksPerSecond *metrics.Metric
}

// Register is called in the init context.
func Register(vu modules.VU) Metrics {
	registry := vu.InitEnv().Registry
	return Metrics{
		vu:              vu,
		ttft:            registry.MustNewMetric("ttft", metrics.Trend, metrics.Time),
		between:         registry.MustNewMetric("between", metrics.Trend, metrics.Time),
		tokensPerSecond: registry.MustNewMetric("tokens_per_second", metrics.Trend),
		chunksPerSecond: registry.MustNewMetric("chunks_per_second", metrics.Trend),
	}
}

// Flow is one answer.
type Flow struct {
	Start time.Time
	// At are the times of its parts since then.
	At []time.Duration
	// Tokens is how many the service says it made; not told where it is 0.
	Tokens float64
}

// File files the times of the parts, if there are any.
func (m Metrics) File(tags *metrics.TagSet, f Flow) {
	if len(f.At) == 0 {
		return
	}
	samples := make(metrics.Samples, 0, len(f.At)+1)
	samples = append(samples, sample(m.ttft, tags, f.Start.Add(f.At[0]), metrics.D(f.At[0])))
	for n := 1; n < len(f.At); n++ {
		samples = append(samples, sample(m.between, tags, f.Start.Add(f.At[n]), metrics.D(f.At[n]-f.At[n-1])))
	}
	metric, count := m.chunksPerSecond, float64(len(f.At))
	if f.Tokens > 0 {
		metric, count = m.tokensPerSecond, f.Tokens
	}
	// The first part is waited for, and that is told by ttft: the rate is that of the others.
	if flowing := (f.At[len(f.At)-1] - f.At[0]).Seconds(); flowing > 0 && count > 1 {
		samples = append(samples, sample(metric, tags, f.Start, (count-1)/flowing))
	}
	m.push(samples)
}

// FileTimeout files that the first part did not come in time.
func (m Metrics) FileTimeout(tags *metrics.TagSet, start time.Time) {
	now := time.Now()
	m.push(metrics.Samples{sample(m.ttft, tags.With("outcome", "timeout"), now, metrics.D(now.Sub(start)))})
}

func sample(metric *metrics.Metric, tags *metrics.TagSet, at time.Time, value float64) metrics.Sample {
	return metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags}, Time: at, Value: value}
}

func (m Metrics) push(samples metrics.Samples) {
	metrics.PushIfNotDone(m.vu.Context(), m.vu.State().Samples, samples)
}
