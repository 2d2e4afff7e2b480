package stream

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"

	"benchwright/k6/redact"
)

func newOutput(t *testing.T, w *world, out io.Writer) *Output {
	t.Helper()
	o, err := New(output.Params{
		StdOut:      out,
		Logger:      logrus.New(),
		Environment: map[string]string{phaseVariable: "load", periodVariable: "50ms"},
	})
	if err != nil {
		t.Fatal(err)
	}
	made, ok := o.(*Output)
	if !ok {
		t.Fatalf("got %T", o)
	}
	made.SetBuiltinMetrics(w.builtin)
	return made
}

// drive hands one request over every few milliseconds until done says so.
func drive(o *Output, trail *httpext.Trail, done func(given int) bool) int {
	given := 0
	for !done(given) {
		o.AddMetricSamples([]metrics.SampleContainer{trail})
		given++
		time.Sleep(2 * time.Millisecond)
	}
	return given
}

func request(w *world) *httpext.Trail {
	return w.trail(time.Second, time.Millisecond, "scenario", "a", "name", "get", "status", "200")
}

func TestASlowReaderGetsLongerTicksAndEveryRequest(t *testing.T) {
	w := newWorld()
	reader, pipe := io.Pipe()
	o := newOutput(t, w, pipe)
	if err := o.Start(); err != nil {
		t.Fatal(err)
	}
	trail := request(w)
	slow := time.Now().Add(400 * time.Millisecond)
	given := drive(o, trail, func(int) bool { return time.Now().After(slow) })

	text := make(chan []byte)
	go func() {
		all, _ := io.ReadAll(reader)
		text <- all
	}()
	given += drive(o, trail, func(n int) bool { return n > 100 })
	if err := o.Stop(); err != nil {
		t.Fatal(err)
	}
	_ = pipe.Close()

	var got, longest int64
	next := 0.0
	lines := bufio.NewScanner(bytes.NewReader(<-text))
	last := ""
	for lines.Scan() {
		record := readLine(t, lines.Bytes())
		if record["seq"] != next || record["phase"] != "load" {
			t.Errorf("want number %v of load: %s", next, lines.Text())
		}
		next++
		last, _ = record["kind"].(string)
		if last == "tick" {
			tick := readTick(t, lines.Bytes())
			longest = max(longest, tick.Duration)
			for _, cell := range tick.Requests {
				got += cell.Count
			}
		}
	}
	if got != int64(given) {
		t.Errorf("%d requests given, %d in the records", given, got)
	}
	if longest < 250 {
		t.Errorf("the longest tick lasts %d ms, though the reader slept", longest)
	}
	if last != "end" {
		t.Errorf("the last record is %q", last)
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestTheTestStopsWhenTheReaderIsGone(t *testing.T) {
	w := newWorld()
	o := newOutput(t, w, closedPipe{})
	stopped := make(chan error, 1)
	o.SetTestRunStopCallback(func(err error) { stopped <- err })
	if err := o.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-stopped:
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("it goes on")
	}
	drive(o, request(w), func(n int) bool { return n > 60 })
	if err := o.Stop(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func TestTheClockComesBeforeTheFirstCell(t *testing.T) {
	w := newWorld()
	var text bytes.Buffer
	o := newOutput(t, w, &text)
	if err := o.Start(); err != nil {
		t.Fatal(err)
	}
	gauge, _ := w.registry.NewMetric(loadStart, metrics.Gauge)
	o.AddMetricSamples([]metrics.SampleContainer{w.sample(gauge, 0, 1), request(w)})
	if err := o.StopWithTestError(errors.New("aborted")); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for line := range strings.Lines(text.String()) {
		record := readLine(t, []byte(line))
		kind, _ := record["kind"].(string)
		kinds = append(kinds, kind)
		if kind == "clock" && record["time"] != float64(w.zero.UnixMilli()) {
			t.Errorf("got %v", record)
		}
	}
	if got := strings.Join(kinds, " "); got != "start clock tick end" {
		t.Errorf("got %s", got)
	}
}

func TestTheLogIsWholeAfterTheEndButForTokens(t *testing.T) {
	w := newWorld()
	o := newOutput(t, w, io.Discard)
	logger, _ := o.params.Logger.(*logrus.Logger)
	before := logger.Formatter
	if err := o.Start(); err != nil {
		t.Fatal(err)
	}
	if logger.Formatter == before {
		t.Error("the log is not folded")
	}
	if err := o.Stop(); err != nil {
		t.Fatal(err)
	}
	if want := (redact.Formatter{Inner: before}); logger.Formatter != want {
		t.Error("the log is still folded, or shows tokens")
	}
}

func TestWrongSettingsAreRefusedWithTheirName(t *testing.T) {
	for _, period := range []string{"fast", "1ms", "-1s", "10"} {
		_, err := New(output.Params{Environment: map[string]string{periodVariable: period}})
		if err == nil || !strings.Contains(err.Error(), periodVariable) {
			t.Errorf("%s: %v", period, err)
		}
	}
	if _, err := New(output.Params{ConfigArgument: "file.json"}); err == nil {
		t.Error("an argument was accepted")
	}
}

func TestThisProcessUsesTimeAndMemory(t *testing.T) {
	var meter usageMeter
	meter.read()
	sum := 0
	for began := time.Now(); time.Since(began) < 50*time.Millisecond; {
		b, _ := json.Marshal(sum)
		sum += len(b)
	}
	if got := meter.read(); got.cpu < 5*time.Millisecond || got.cpu > 5*time.Second {
		t.Errorf("got %v", got)
	}
}
