package stream

import (
	"math"
	"time"

	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"
)

// loadStart is the gauge that a compiled script sets once, at the end of setup(): the moment from which seconds count.
const loadStart = "load_start"

// Requests that are none of the load, by the tag `aside` that sets them apart. They are counted under these names.
const (
	// pollMetric: they only ask whether a task is done.
	pollMetric = "poll"
	// tokenMetric: they ask a token service for a token.
	tokenMetric = "token"
)

// maxTagSets bounds the memory for what tag combinations mean; beyond it they are worked out again.
const maxTagSets = 20_000

const (
	outcomeOK     = "ok"
	outcomeFailed = "failed"
	// outcomeUnfinished is that of requests that the end of the drain cut off: they would have taken longer.
	outcomeUnfinished = "unfinished"
)

// unfinishedCode is the error code that the module k6/x/drain gives to what it ends.
const unfinishedCode = "1900"

// meaning is what one combination of tags says. k6 interns tag sets, so that a pointer stands for a combination.
type meaning struct {
	// inLoad is false for setup() and teardown(), which belong to no scenario.
	inLoad bool
	// aside is the metric that counts its requests, where they are none of the load.
	aside string

	scenario, step    string
	status, errorCode string
	// expects are the codes of gRPC that make a call right, joined by commas.
	expects string
	// closes is whether the script ended the call with its connection, and files it itself.
	closes bool

	ok, failed, unfinished *requestGroup
	asides                 *metricGroup
}

// fold adds up samples until the next record is due. Only k6's one goroutine for outputs uses it, so it has no lock.
type fold struct {
	builtin *metrics.BuiltinMetrics

	// zero is the start of the load; it stays unset until something tells it.
	zero     time.Time
	clockDue bool

	meanings    map[*metrics.TagSet]*meaning
	lastTags    *metrics.TagSet
	lastMeaning *meaning

	requests     map[requestKey]*requestGroup
	requestOrder []*requestGroup
	series       map[metrics.TimeSeries]*metricGroup
	metrics      map[metricKey]*metricGroup
	metricOrder  []*metricGroup
	pages        pagePool

	users, usersMax          int64
	iterations, dropped      int64
	bytesSent, bytesReceived int64

	// closed counts the calls that scripts ended with their connections, and that k6 has not told of yet.
	closed map[callKey]int
}

func newFold() *fold {
	return &fold{
		meanings: map[*metrics.TagSet]*meaning{},
		requests: map[requestKey]*requestGroup{},
		series:   map[metrics.TimeSeries]*metricGroup{},
		metrics:  map[metricKey]*metricGroup{},
		closed:   map[callKey]int{},
	}
}

func (f *fold) add(container metrics.SampleContainer) {
	switch s := container.(type) {
	case *httpext.Trail: // All samples of one request; its fields say the same without going through them.
		f.addTrail(s)
	case metrics.Sample: // GetSamples would allocate a slice.
		f.addSample(&s)
	case metrics.ConnectedSamples:
		f.addSamples(s.Samples)
	default:
		f.addSamples(container.GetSamples())
	}
}

func (f *fold) addSamples(samples []metrics.Sample) {
	for i := range samples {
		f.addSample(&samples[i])
	}
}

// userTime is what the user waits for. k6's Blocked lasts from asking for a connection to having one, and so contains
// connecting and TLS; where no connection came of it, Blocked is 0 and what was spent on connecting is all there is.
func userTime(t *httpext.Trail) time.Duration {
	return max(t.Blocked, t.ConnDuration) + t.Duration
}

func (f *fold) addTrail(t *httpext.Trail) {
	m := f.meaningOf(t.Tags)
	if !m.inLoad {
		return
	}
	total := userTime(t)
	at := f.secondOf(t.EndTime.Add(-total))
	if m.aside != "" {
		f.addAside(m, at)
		return
	}
	cell := f.groupFor(m, t).cell(at, &f.pages)
	cell.record(total, &f.pages)
	cell.wait += t.Waiting.Microseconds()
	if !t.ConnReused && t.ConnRemoteAddr != nil {
		cell.newConnections++
		cell.connect += t.ConnDuration.Microseconds()
	}
	if m.status != "" {
		cell.statuses = countCode(cell.statuses, m.status)
	}
	if m.errorCode != "" {
		cell.errorCodes = countCode(cell.errorCodes, m.errorCode)
	}
}

// groupFor files a request by its outcome: what the script's response callback said, or the status without one.
func (f *fold) groupFor(m *meaning, t *httpext.Trail) *requestGroup {
	if m.errorCode == unfinishedCode {
		if m.unfinished == nil {
			m.unfinished = f.requestGroup(requestKey{m.scenario, m.step, outcomeUnfinished})
		}
		return m.unfinished
	}
	failed := t.Failed.Bool
	if !t.Failed.Valid {
		failed = m.status >= "400" || m.status == "0"
	}
	if failed {
		if m.failed == nil {
			m.failed = f.requestGroup(requestKey{m.scenario, m.step, outcomeFailed})
		}
		return m.failed
	}
	if m.ok == nil {
		m.ok = f.requestGroup(requestKey{m.scenario, m.step, outcomeOK})
	}
	return m.ok
}

func (f *fold) addAside(m *meaning, at int64) {
	if m.asides == nil {
		m.asides = f.metricGroup(metricKey{m.aside, metrics.Counter, m.scenario, m.step, ""}, false)
	}
	cell := m.asides.cell(at, &f.pages)
	cell.count++
	cell.sum++
}

func (f *fold) addSample(s *metrics.Sample) {
	switch s.Metric {
	case f.builtin.Iterations:
		f.iterations += int64(s.Value)
	case f.builtin.DroppedIterations:
		f.dropped += int64(s.Value)
	case f.builtin.VUs:
		f.users = int64(s.Value)
	case f.builtin.VUsMax:
		f.usersMax = int64(s.Value)
	case f.builtin.DataSent:
		if f.meaningOf(s.Tags).inLoad {
			f.bytesSent += int64(s.Value)
		}
	case f.builtin.DataReceived:
		if f.meaningOf(s.Tags).inLoad {
			f.bytesReceived += int64(s.Value)
		}
	case f.builtin.WSConnecting:
		f.addHandshake(s)
	case f.builtin.WSMessagesSent:
		f.addMessage(s, sentMetric)
	case f.builtin.WSMessagesReceived:
		f.addMessage(s, receivedMetric)
	case f.builtin.GRPCReqDuration:
		if f.meaningOf(s.Tags).status != deadlineExceeded && !f.isClosed(s) {
			f.addCall(s)
		}
	case f.builtin.WSSessions, f.builtin.WSSessionDuration: // Told by the handshake, and by the script with its outcome.
	case f.builtin.IterationDuration, f.builtin.GroupDuration: // Told by the steps themselves, at a finer grain.
	default:
		f.addMetric(s)
	}
}

func (f *fold) addMetric(s *metrics.Sample) {
	switch s.Metric.Name {
	case loadStart:
		f.begin(s.Time)
		return
	case unfiledMetric:
		f.noteClosed(s)
		f.addCall(s)
		return
	case streamsMetric: // Told by the calls themselves.
		return
	case streamSentMetric:
		f.addMessage(s, sentMetric)
		return
	case streamReceivedMetric:
		f.addMessage(s, receivedMetric)
		return
	}
	if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
		return // JSON has no such number.
	}
	group := f.metricGroupOf(s)
	if group == nil {
		return
	}
	began := s.Time
	if group.isTime { // A time that has just passed began earlier, and is filed there, as requests are.
		began = began.Add(-time.Duration(s.Value * float64(time.Millisecond)))
	}
	cell := group.cell(f.secondOf(began), &f.pages)
	if cell.count == 0 || s.Value < cell.min {
		cell.min = s.Value
	}
	if cell.count == 0 || s.Value > cell.max {
		cell.max = s.Value
	}
	cell.count++
	cell.sum += s.Value
	cell.last = s.Value
	if s.Value != 0 {
		cell.passes++
	}
	if group.kind == metrics.Trend {
		cell.histogram.record(int64(min(s.Value*1000+0.5, maxValue)), &f.pages)
	}
}

// begin sets the start of the load, once. It is cut to milliseconds, as the clock record tells it, by subtraction:
// Truncate would drop the monotonic reading and let a step of the wall clock move requests into other seconds.
func (f *fold) begin(at time.Time) {
	if f.zero.IsZero() {
		f.zero = at.Add(-time.Duration(at.Nanosecond() % int(time.Millisecond)))
		f.clockDue = true
	}
}

// secondOf tells the second of the load in which something began. A script that never said when its load starts gets
// the beginning of the first thing that ended.
func (f *fold) secondOf(began time.Time) int64 {
	if f.zero.IsZero() {
		f.begin(began)
	}
	return max(0, int64(began.Sub(f.zero)/time.Second))
}
