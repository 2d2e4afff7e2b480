package stream

import (
	"time"

	"go.k6.io/k6/v2/metrics"
)

// The messages of WebSockets are counted under these names.
const (
	sentMetric     = "sent"
	receivedMetric = "received"
)

// switched is the status of a handshake that made a WebSocket.
const switched = "101"

// addHandshake files the handshake of a WebSocket as a request: what the user waits for is the time to connect. k6
// gives it no status where there was no answer.
func (f *fold) addHandshake(s *metrics.Sample) {
	m := f.meaningOf(s.Tags)
	if !m.inLoad {
		return
	}
	outcome, status := outcomeFailed, m.status
	if status == "" {
		status = "0"
	}
	if status == switched {
		outcome = outcomeOK
	}
	group := f.requestGroup(requestKey{m.scenario, m.step, outcome})
	cell := group.cell(f.secondOf(s.Time), &f.pages)
	took := time.Duration(s.Value * float64(time.Millisecond))
	cell.record(took, &f.pages)
	cell.newConnections++
	cell.connect += took.Microseconds()
	cell.statuses = countCode(cell.statuses, status)
}

func (f *fold) addMessage(s *metrics.Sample, name string) {
	m := f.meaningOf(s.Tags)
	if !m.inLoad {
		return
	}
	key := metricKey{metric: name, kind: metrics.Counter, scenario: m.scenario, step: m.step}
	cell := f.metricGroup(key, false).cell(f.secondOf(s.Time), &f.pages)
	cell.count++
	cell.sum++
}
