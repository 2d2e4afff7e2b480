package stream

import (
	"strconv"
	"strings"
	"time"

	"go.k6.io/k6/v2/metrics"
)

// unfiledMetric has the calls by gRPC of which k6 takes no sample: the script files them itself, with the tags `status`
// and `error_code`.
const unfiledMetric = "unfiled"

// deadlineExceeded is the status of calls that are out of time. k6 drops the samples of most of them, so that the
// script files them all, and those of k6 are left out.
const deadlineExceeded = "4"

// cancelled is the status of calls whose connection the script closed, since k6 has no other way to leave a stream.
const cancelled = "1"

// The metrics of k6 for calls with streams, and for their messages.
const (
	streamsMetric        = "grpc_streams"
	streamSentMetric     = "grpc_streams_msgs_sent"
	streamReceivedMetric = "grpc_streams_msgs_received"
)

type callKey struct{ scenario, step string }

// noteClosed remembers that k6 will tell of a call as cancelled which the script has filed.
func (f *fold) noteClosed(s *metrics.Sample) {
	if m := f.meaningOf(s.Tags); m.closes {
		f.closed[callKey{m.scenario, m.step}]++
	}
}

func (f *fold) isClosed(s *metrics.Sample) bool {
	m := f.meaningOf(s.Tags)
	key := callKey{m.scenario, m.step}
	if m.status != cancelled || f.closed[key] == 0 {
		return false
	}
	f.closed[key]--
	return true
}

// callStatuses are the names of the statuses of gRPC, by their codes. As numbers they would look like those of HTTP,
// where 0 means that there was no answer.
var callStatuses = []string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
	"INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// addCall files a call by gRPC as a request. Calls without a name are none of the plan: k6 asks for server reflection.
func (f *fold) addCall(s *metrics.Sample) {
	m := f.meaningOf(s.Tags)
	if !m.inLoad || m.step == "" {
		return
	}
	took := time.Duration(s.Value * float64(time.Millisecond))
	cell := f.callGroup(m).cell(f.secondOf(s.Time.Add(-took)), &f.pages)
	cell.record(took, &f.pages)
	cell.wait += took.Microseconds()
	cell.statuses = countCode(cell.statuses, callStatus(m.status))
	if m.errorCode != "" {
		cell.errorCodes = countCode(cell.errorCodes, m.errorCode)
	}
}

func (f *fold) callGroup(m *meaning) *requestGroup {
	outcome := outcomeFailed
	switch {
	case m.errorCode == unfinishedCode:
		outcome = outcomeUnfinished
	case m.isExpected():
		outcome = outcomeOK
	}
	return f.requestGroup(requestKey{m.scenario, m.step, outcome})
}

// isExpected is whether a call has one of the statuses that the plan wants, OK where it does not say.
func (m *meaning) isExpected() bool {
	if m.expects == "" {
		return m.status == "0"
	}
	for status := range strings.SplitSeq(m.expects, ",") {
		if status == m.status {
			return true
		}
	}
	return false
}

func callStatus(code string) string {
	number, err := strconv.Atoi(code)
	if err != nil || number < 0 || number >= len(callStatuses) {
		return "UNKNOWN"
	}
	return callStatuses[number]
}
