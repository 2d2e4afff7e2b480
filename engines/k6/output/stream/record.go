package stream

import (
	"time"

	"go.k6.io/k6/v2/metrics"

	"benchwright/k6/redact"
)

// version is raised when a reader of the version before could misread a line.
const version = 1

// source names the tool in every record.
const source = "k6"

// maxEndError bounds the reason in the end record, in bytes.
const maxEndError = 2000

// stamp begins every record. It numbers them, so that a reader sees a lost one.
type stamp struct {
	phase string
	seq   int64
}

func (s *stamp) appendHead(b []byte, kind string, at time.Time) []byte {
	b = appendInt(b, `{"v":`, version)
	b = appendText(b, `,"kind":`, kind)
	b = appendText(b, `,"source":`, source)
	b = appendText(b, `,"phase":`, s.phase)
	b = appendInt(b, `,"seq":`, s.seq)
	b = appendInt(b, `,"time":`, at.UnixMilli())
	s.seq++
	return b
}

func (s *stamp) appendStart(b []byte, at time.Time, pid int) []byte {
	start := len(b)
	b = s.appendHead(b, "start", at)
	return seal(appendInt(b, `,"pid":`, int64(pid)), start)
}

func (s *stamp) appendClock(b []byte, zero time.Time) []byte {
	start := len(b)
	return seal(s.appendHead(b, "clock", zero), start)
}

func (s *stamp) appendEnd(b []byte, at time.Time, reason error) []byte {
	start := len(b)
	b = s.appendHead(b, "end", at)
	if reason != nil {
		b = appendText(b, `,"error":`, cut(redact.Text(reason.Error()), maxEndError))
	}
	return seal(b, start)
}

// tick is what a tick record says beside the folded samples.
type tick struct {
	at       time.Time
	duration time.Duration
	usage    usage
	log      []logLine
}

// appendTick writes what was folded since the tick before, and empties the fold.
func (s *stamp) appendTick(b []byte, t tick, f *fold) []byte {
	start := len(b)
	b = s.appendHead(b, "tick", t.at)
	b = appendInt(b, `,"duration":`, t.duration.Milliseconds())
	b = appendInt(b, `,"users":`, f.users)
	b = appendInt(b, `,"usersMax":`, f.usersMax)
	b = appendInt(b, `,"iterations":`, f.iterations)
	b = appendInt(b, `,"dropped":`, f.dropped)
	b = appendInt(b, `,"bytesSent":`, f.bytesSent)
	b = appendInt(b, `,"bytesReceived":`, f.bytesReceived)
	if t.usage.cpu > 0 {
		b = appendInt(b, `,"cpu":`, t.usage.cpu.Microseconds())
	}
	if t.usage.rss > 0 {
		b = appendInt(b, `,"rss":`, t.usage.rss)
	}
	b = appendRequests(append(b, `,"requests":[`...), f)
	b = appendMetrics(append(b, `],"metrics":[`...), f)
	b = appendLog(append(b, `],"log":[`...), t.log)
	f.iterations, f.dropped, f.bytesSent, f.bytesReceived = 0, 0, 0, 0
	return seal(append(b, ']'), start)
}

func appendRequests(b []byte, f *fold) []byte {
	first := true
	for _, group := range f.requestOrder {
		for _, cell := range group.open {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendRequestCell(b, group, cell)
		}
		group.release(&f.pages)
	}
	return b
}

func appendRequestCell(b []byte, group *requestGroup, cell *requestCell) []byte {
	b = appendText(b, `{"s":`, group.scenario)
	b = appendText(b, `,"n":`, group.step)
	b = appendText(b, `,"o":`, group.outcome)
	b = appendInt(b, `,"at":`, cell.at)
	b = appendInt(b, `,"c":`, cell.count)
	b = appendInt(b, `,"sum":`, cell.sum)
	b = appendInt(b, `,"min":`, cell.min)
	b = appendInt(b, `,"max":`, cell.max)
	b = appendInt(b, `,"wait":`, cell.wait)
	if cell.newConnections > 0 {
		b = appendInt(b, `,"nc":`, cell.newConnections)
		b = appendInt(b, `,"conn":`, cell.connect)
	}
	b = appendCodes(b, `,"st":`, cell.statuses)
	b = appendCodes(b, `,"ec":`, cell.errorCodes)
	b = cell.histogram.appendPairs(append(b, `,"h":`...))
	return append(b, '}')
}

// appendCodes writes nothing where there are no codes.
func appendCodes(b []byte, key string, counts []codeCount) []byte {
	if len(counts) == 0 {
		return b
	}
	b = append(append(b, key...), '{')
	for i, c := range counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendInt(append(appendString(b, c.code), ':'), "", c.count)
	}
	return append(b, '}')
}

func appendMetrics(b []byte, f *fold) []byte {
	first := true
	for _, group := range f.metricOrder {
		for _, cell := range group.open {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendMetricCell(b, group, cell)
		}
		group.release(&f.pages)
	}
	return b
}

func appendMetricCell(b []byte, group *metricGroup, cell *metricCell) []byte {
	b = appendText(b, `{"m":`, group.metric)
	b = appendText(b, `,"t":`, group.kind.String())
	b = appendText(b, `,"s":`, group.scenario)
	b = appendText(b, `,"n":`, group.step)
	if group.outcome != "" {
		b = appendText(b, `,"o":`, group.outcome)
	}
	b = appendInt(b, `,"at":`, cell.at)
	b = appendInt(b, `,"c":`, cell.count)
	switch group.kind {
	case metrics.Rate:
		b = appendInt(b, `,"p":`, cell.passes)
	case metrics.Counter:
		b = appendFloat(b, `,"sum":`, cell.sum)
	case metrics.Gauge:
		b = appendFloat(b, `,"value":`, cell.last)
		b = appendFloat(b, `,"min":`, cell.min)
		b = appendFloat(b, `,"max":`, cell.max)
	default:
		b = appendFloat(b, `,"sum":`, cell.sum)
		b = appendFloat(b, `,"min":`, cell.min)
		b = appendFloat(b, `,"max":`, cell.max)
		b = cell.histogram.appendPairs(append(b, `,"h":`...))
	}
	return append(b, '}')
}

func appendLog(b []byte, lines []logLine) []byte {
	for i, line := range lines {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, `{"l":`, line.level)
		b = appendText(b, `,"message":`, line.message)
		b = append(appendInt(b, `,"c":`, line.count), '}')
	}
	return b
}
