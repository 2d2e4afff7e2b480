package stream

import (
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"
	"gopkg.in/guregu/null.v3"
)

// world makes samples as k6 does.
type world struct {
	registry *metrics.Registry
	builtin  *metrics.BuiltinMetrics
	zero     time.Time
}

func newWorld() *world {
	registry := metrics.NewRegistry()
	return &world{registry, metrics.RegisterBuiltinMetrics(registry), time.UnixMilli(1_790_000_000_000)}
}

func (w *world) tags(pairs ...string) *metrics.TagSet {
	tags := w.registry.RootTagSet()
	for i := 0; i < len(pairs); i += 2 {
		tags = tags.With(pairs[i], pairs[i+1])
	}
	return tags
}

func (w *world) fold() *fold {
	f := newFold()
	f.builtin = w.builtin
	return f
}

// started is a fold that has seen the start of the load.
func (w *world) started() *fold {
	f := w.fold()
	gauge, err := w.registry.NewMetric(loadStart, metrics.Gauge)
	if err != nil {
		panic(err)
	}
	f.add(w.sample(gauge, 0, 1))
	return f
}

func (w *world) sample(metric *metrics.Metric, after time.Duration, value float64, pairs ...string) metrics.Sample {
	return metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: metric, Tags: w.tags(pairs...)},
		Time:       w.zero.Add(after),
		Value:      value,
	}
}

// trail is a request that ended so long after the start of the load and waited for so long.
func (w *world) trail(ended, waited time.Duration, pairs ...string) *httpext.Trail {
	return &httpext.Trail{
		EndTime:        w.zero.Add(ended),
		Duration:       waited,
		Waiting:        waited,
		ConnReused:     true,
		ConnRemoteAddr: &net.TCPAddr{},
		Tags:           w.tags(pairs...),
	}
}

func (w *world) lines(t *testing.T, f *fold) tickLine {
	t.Helper()
	s := stamp{phase: "load"}
	line := s.appendTick(nil, tick{at: w.zero.Add(time.Second), duration: time.Second}, f)
	return readTick(t, line)
}

func TestRequestsAreFiledUnderTheSecondInWhichTheyBegan(t *testing.T) {
	w := newWorld()
	f := w.started()
	f.add(w.trail(2100*time.Millisecond, 200*time.Millisecond, "scenario", "a", "name", "get", "status", "200"))
	f.add(w.trail(2100*time.Millisecond, 50*time.Millisecond, "scenario", "a", "name", "get", "status", "200"))
	f.add(w.trail(2900*time.Millisecond, 2800*time.Millisecond, "scenario", "a", "name", "get", "status", "200"))
	got := w.lines(t, f)
	for i, want := range []struct{ at, sum int64 }{{1, 200_000}, {2, 50_000}, {0, 2_800_000}} {
		if cell := got.Requests[i]; cell.At != want.at || cell.Sum != want.sum || cell.Count != 1 {
			t.Errorf("cell %d is %+v, want at=%d sum=%d", i, cell, want.at, want.sum)
		}
	}
	if again := w.lines(t, f); len(again.Requests) != 0 {
		t.Errorf("the next record repeats %+v", again.Requests)
	}
}

func TestTheOutcomeIsWhatTheResponseCallbackSaidAndTheStatusWithoutOne(t *testing.T) {
	for _, c := range []struct {
		status string
		failed null.Bool
		want   string
	}{
		{"200", null.BoolFrom(false), "ok"},
		{"404", null.BoolFrom(false), "ok"},
		{"200", null.BoolFrom(true), "failed"},
		{"399", null.Bool{}, "ok"},
		{"400", null.Bool{}, "failed"},
		{"0", null.Bool{}, "failed"},
	} {
		w := newWorld()
		f := w.started()
		trail := w.trail(time.Second, time.Millisecond, "scenario", "a", "name", "get", "status", c.status)
		trail.Failed = c.failed
		f.add(trail)
		if got := w.lines(t, f).Requests[0]; got.Outcome != c.want || got.Statuses[c.status] != 1 {
			t.Errorf("status %s, callback %v: %+v", c.status, c.failed, got)
		}
	}
}

func TestSetupAndTeardownAreNoLoad(t *testing.T) {
	w := newWorld()
	f := w.started()
	trend, _ := w.registry.NewMetric("task", metrics.Trend, metrics.Time)
	f.add(w.trail(time.Second, time.Millisecond, "name", "login", "status", "200"))
	f.add(w.sample(trend, time.Second, 1, "name", "login"))
	f.add(w.sample(w.builtin.DataSent, time.Second, 100))
	got := w.lines(t, f)
	if len(got.Requests) != 0 || len(got.Metrics) != 0 || got.BytesSent != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestPollsAreCountedButAreNoRequests(t *testing.T) {
	w := newWorld()
	f := w.started()
	for range 3 {
		f.add(w.trail(time.Second, time.Millisecond, "scenario", "a", "name", "wait", "status", "200", "aside", "poll"))
	}
	got := w.lines(t, f)
	if len(got.Requests) != 0 || len(got.Metrics) != 1 {
		t.Fatalf("got %+v", got)
	}
	if m := got.Metrics[0]; m.Metric != "poll" || m.Type != "counter" || m.Count != 3 || m.Sum != 3 || m.Step != "wait" {
		t.Errorf("got %+v", m)
	}
}

func TestCustomMetricsKeepTheirStepAndOutcome(t *testing.T) {
	w := newWorld()
	f := w.started()
	ttc, _ := w.registry.NewMetric("ttc", metrics.Trend, metrics.Time)
	tokens, _ := w.registry.NewMetric("tokens", metrics.Trend)
	valid, _ := w.registry.NewMetric("valid", metrics.Rate)
	cost, _ := w.registry.NewMetric("cost", metrics.Counter)
	depth, _ := w.registry.NewMetric("depth", metrics.Gauge)
	in := []string{"scenario", "a", "name", "task"}
	f.add(metrics.ConnectedSamples{Samples: []metrics.Sample{
		w.sample(ttc, 5*time.Second, 3500, append(in, "outcome", "timeout")...),
		w.sample(tokens, 5*time.Second, 12, append(in, "outcome", "blue")...),
		w.sample(valid, 5*time.Second, 1, in...),
		w.sample(valid, 5*time.Second, 0, in...),
	}})
	f.add(w.sample(cost, 5*time.Second, 0.125, in...))
	f.add(w.sample(depth, 5*time.Second, 4, in...))
	f.add(w.sample(depth, 5*time.Second, 2, in...))
	want := []string{
		"ttc trend timeout at 1: c=1 p=0 sum=3500 min=3500 max=3500 value=0 h=[2005 1]",
		"tokens trend  at 5: c=1 p=0 sum=12 min=12 max=12 value=0 h=[955 1]",
		"valid rate  at 5: c=2 p=1 sum=0 min=0 max=0 value=0 h=[]",
		"cost counter  at 5: c=1 p=0 sum=0.125 min=0 max=0 value=0 h=[]",
		"depth gauge  at 5: c=2 p=0 sum=0 min=2 max=4 value=2 h=[]",
	}
	for i, m := range w.lines(t, f).Metrics {
		got := fmt.Sprintf("%s %s %s at %d: c=%d p=%d sum=%v min=%v max=%v value=%v h=%v",
			m.Metric, m.Type, m.Outcome, m.At, m.Count, m.Passes, m.Sum, m.Min, m.Max, m.Value, m.Histogram)
		if got != want[i] {
			t.Errorf("metric %d\n got %s\nwant %s", i, got, want[i])
		}
	}
}

func TestAScriptThatNeverSaysWhenItsLoadStartsGetsItsFirstRequest(t *testing.T) {
	w := newWorld()
	f := w.fold()
	f.add(w.trail(7300*time.Millisecond, 300*time.Millisecond, "scenario", "a", "name", "get", "status", "200"))
	if !f.clockDue || !f.zero.Equal(w.zero.Add(7*time.Second)) {
		t.Errorf("zero is %v, want 7 s after %v", f.zero, w.zero)
	}
	if got := w.lines(t, f).Requests[0]; got.At != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAnEndlessNumberOfNamesEndsInOneGroup(t *testing.T) {
	w := newWorld()
	f := w.started()
	const names = 2000
	for i := range names {
		f.add(w.trail(time.Second, time.Millisecond, "scenario", "a", "name", fmt.Sprint("item ", i), "status", "200"))
	}
	got := w.lines(t, f).Requests
	if len(got) != maxGroups+1 {
		t.Fatalf("%d groups", len(got))
	}
	if last := got[maxGroups]; last.Step != overflowStep || last.Count != names-maxGroups {
		t.Errorf("got %+v", last)
	}
}

func TestValuesThatNoNumberStandsForAreLeftOut(t *testing.T) {
	w := newWorld()
	f := w.started()
	gauge, _ := w.registry.NewMetric("depth", metrics.Gauge)
	zero := 0.0
	f.add(w.sample(gauge, 0, 1/zero, "scenario", "a"))
	f.add(w.sample(gauge, 0, zero/zero, "scenario", "a"))
	if got := w.lines(t, f).Metrics; len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestASteadyLoadAllocatesNothing(t *testing.T) {
	w := newWorld()
	f := w.started()
	trail := w.trail(time.Second, time.Millisecond, "scenario", "a", "name", "get", "status", "200")
	s := stamp{phase: "load"}
	b := make([]byte, 0, 1<<16)
	round := func() {
		for range 100 {
			f.add(trail)
		}
		b = s.appendTick(b[:0], tick{at: w.zero}, f)
	}
	round()
	if n := testing.AllocsPerRun(100, round); n > 0 {
		t.Errorf("%v allocations per record", n)
	}
}

// BenchmarkIteration folds what k6 hands over for one iteration with one judged request: k6 itself spends some 60 µs
// of CPU time on it, so that 600 ns are one per cent.
func BenchmarkIteration(b *testing.B) {
	w := newWorld()
	f := w.started()
	task, _ := w.registry.NewMetric("task", metrics.Trend, metrics.Time)
	trail := w.trail(time.Second, time.Millisecond, "scenario", "a", "name", "get", "status", "200")
	trail.Failed = null.BoolFrom(false)
	in := []string{"scenario", "a"}
	iteration := metrics.ConnectedSamples{Samples: []metrics.Sample{
		w.sample(w.builtin.DataSent, time.Second, 80, in...),
		w.sample(w.builtin.DataReceived, time.Second, 120, in...),
		w.sample(w.builtin.IterationDuration, time.Second, 1, in...),
		w.sample(w.builtin.Iterations, time.Second, 1, in...),
	}}
	judged := w.sample(task, time.Second, 1, append(in, "name", "get", "outcome", "success")...)
	containers := []metrics.SampleContainer{trail, judged, iteration}
	for b.Loop() {
		for _, container := range containers {
			f.add(container)
		}
	}
}

// BenchmarkTick writes a record of ten steps with a thousand requests each.
func BenchmarkTick(b *testing.B) {
	w := newWorld()
	f := w.started()
	s := stamp{phase: "load"}
	line := make([]byte, 0, 1<<16)
	for b.Loop() {
		b.StopTimer()
		for step := range 10 {
			for i := range 1000 {
				f.add(w.trail(time.Second, time.Duration(5+i%40)*time.Millisecond, "scenario", "a", "name", fmt.Sprint(step), "status", "200"))
			}
		}
		b.StartTimer()
		line = s.appendTick(line[:0], tick{at: w.zero}, f)
	}
	b.ReportMetric(float64(len(line)), "bytes")
}

func TestTheReasonOfAnAbortStandsInTheEndRecord(t *testing.T) {
	s := stamp{phase: "load", seq: 7}
	got := readLine(t, s.appendEnd(nil, time.UnixMilli(5), errors.New("the target \"broke\"")))
	if got["error"] != `the target "broke"` || got["seq"] != 7.0 || got["time"] != 5.0 {
		t.Errorf("got %v", got)
	}
}
