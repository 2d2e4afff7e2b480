package stream

import (
	"testing"
	"time"

	"go.k6.io/k6/v2/metrics"
)

func TestCallsAreFiledAsRequestsWithTheNamesOfTheirStatuses(t *testing.T) {
	w := newWorld()
	f := w.started()
	unfiled, err := w.registry.NewMetric(unfiledMetric, metrics.Trend, metrics.Time)
	if err != nil {
		t.Fatal(err)
	}
	call := func(metric *metrics.Metric, took float64, pairs ...string) {
		tags := append([]string{"scenario", "a"}, pairs...)
		f.add(w.sample(metric, 1500*time.Millisecond, took, tags...))
	}
	k6 := w.builtin.GRPCReqDuration
	call(k6, 20, "name", "ok", "status", "0")
	call(k6, 600, "name", "missing", "status", "5")
	call(k6, 20, "name", "wanted", "status", "5", "expects", "0,5")
	call(k6, 20, "name", "late", "status", "4")
	call(unfiled, 30, "name", "late", "status", "4")
	call(unfiled, 40, "name", "cut", "status", "4", "error_code", unfinishedCode)
	call(unfiled, 50, "name", "refused", "status", "14", "error_code", "1212")
	call(k6, 20, "status", "0") // Server reflection.
	got := w.lines(t, f)
	wants := []struct {
		step, outcome, status string
		at, sum               int64
	}{
		{"ok", outcomeOK, "OK", 1, 20_000},
		{"missing", outcomeFailed, "NOT_FOUND", 0, 600_000},
		{"wanted", outcomeOK, "NOT_FOUND", 1, 20_000},
		{"late", outcomeFailed, "DEADLINE_EXCEEDED", 1, 30_000},
		{"cut", outcomeUnfinished, "DEADLINE_EXCEEDED", 1, 40_000},
		{"refused", outcomeFailed, "UNAVAILABLE", 1, 50_000},
	}
	if len(got.Requests) != len(wants) {
		t.Fatalf("%d cells, want %d: %+v", len(got.Requests), len(wants), got.Requests)
	}
	for i, want := range wants {
		cell := got.Requests[i]
		if cell.Step != want.step || cell.Outcome != want.outcome || cell.At != want.at || cell.Sum != want.sum ||
			cell.Statuses[want.status] != 1 || len(cell.Statuses) != 1 {
			t.Errorf("cell %d is %+v, want %+v", i, cell, want)
		}
	}
	if len(got.Metrics) != 0 {
		t.Errorf("%d metrics, want none", len(got.Metrics))
	}
}

func TestACallThatTheScriptEndedIsFiledOnce(t *testing.T) {
	w := newWorld()
	f := w.started()
	unfiled, err := w.registry.NewMetric(unfiledMetric, metrics.Trend, metrics.Time)
	if err != nil {
		t.Fatal(err)
	}
	tags := []string{"scenario", "a", "name", "watch"}
	f.add(w.sample(unfiled, time.Second, 30, append(tags, "status", "0", "closes", "yes")...))
	for range 2 { // The second one was cancelled by the service.
		f.add(w.sample(w.builtin.GRPCReqDuration, time.Second, 90, append(tags, "status", "1")...))
	}
	got := w.lines(t, f).Requests
	if len(got) != 2 || got[0].Statuses["OK"] != 1 || got[0].Sum != 30_000 || got[1].Statuses["CANCELLED"] != 1 {
		t.Errorf("told %+v, want one OK and one CANCELLED", got)
	}
}

func TestMessagesOfCallsAreCounted(t *testing.T) {
	w := newWorld()
	f := w.started()
	for _, name := range []string{streamsMetric, streamSentMetric, streamReceivedMetric, streamReceivedMetric} {
		metric, err := w.registry.NewMetric(name, metrics.Counter)
		if err != nil {
			t.Fatal(err)
		}
		f.add(w.sample(metric, time.Second, 1, "scenario", "a", "name", "watch"))
	}
	counts := map[string]float64{}
	for _, cell := range w.lines(t, f).Metrics {
		counts[cell.Metric] += float64(cell.Count)
	}
	if len(counts) != 2 || counts[sentMetric] != 1 || counts[receivedMetric] != 2 {
		t.Errorf("told %v", counts)
	}
}
