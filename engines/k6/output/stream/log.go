package stream

import (
	"fmt"
	"strings"
	"sync"

	"github.com/sirupsen/logrus"

	"benchwright/k6/redact"
)

const (
	// maxLogLines bounds the different lines of one record; the others are counted together.
	maxLogLines = 20

	// maxLogMessage bounds one message, in bytes.
	maxLogMessage = 500

	// maxPassed bounds the different lines that reach stderr in one test.
	maxPassed = 200

	otherLines = "(other lines)"
)

type logKey struct{ level, message string }

type logLine struct {
	logKey
	count int64
}

// logFold counts equal lines of k6's log and lets the first of each through to where the log goes. A refused port
// logs one line per request, thousands in a second; writing them costs more than the load.
//
// It is a formatter, because a hook of logrus cannot hold back a line. Users log at the same time and a record takes
// the lines away, hence the lock; samples never take it.
type logFold struct {
	inner logrus.Formatter

	mu     sync.Mutex
	lines  []logLine
	index  map[logKey]int
	passed map[logKey]struct{}
}

func newLogFold(inner logrus.Formatter) *logFold {
	return &logFold{inner: inner, index: map[logKey]int{}, passed: map[logKey]struct{}{}}
}

// Format implements logrus.Formatter; an empty result writes nothing.
func (l *logFold) Format(entry *logrus.Entry) ([]byte, error) {
	level, folded := levelOf(entry.Level)
	if level == "error" && isOfOutput(entry) {
		level = "warning"
	}
	if folded && !l.count(logKey{level, messageOf(entry)}) {
		return nil, nil
	}
	return l.inner.Format(entry)
}

// count says whether the line is the first of its kind in the test.
func (l *logFold) count(key logKey) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.countInRecord(key)
	if _, known := l.passed[key]; known || len(l.passed) >= maxPassed {
		return false
	}
	l.passed[key] = struct{}{}
	return true
}

func (l *logFold) countInRecord(key logKey) {
	i, known := l.index[key]
	if !known && len(l.lines) >= maxLogLines && key.message != otherLines {
		l.countInRecord(logKey{key.level, otherLines})
		return
	}
	if !known {
		i = len(l.lines)
		l.index[key] = i
		l.lines = append(l.lines, logLine{logKey: key})
	}
	l.lines[i].count++
}

// take gives the lines since the last call, in the order in which they first came.
func (l *logFold) take() []logLine {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	if len(lines) > 0 {
		l.lines = nil
		clear(l.index)
	}
	return lines
}

// levelOf is false for what is logged only on demand, which passes as it is.
func levelOf(level logrus.Level) (string, bool) {
	switch level {
	case logrus.PanicLevel, logrus.FatalLevel, logrus.ErrorLevel:
		return "error", true
	case logrus.WarnLevel:
		return "warning", true
	case logrus.InfoLevel:
		return "info", true
	default:
		return "", false
	}
}

// isOfOutput tells what another output could not send from what failed in the load: only the latter counts against it.
func isOfOutput(entry *logrus.Entry) bool {
	_, isOutput := entry.Data["output"]
	return isOutput || entry.Data["component"] == "output-manager"
}

// messageOf is the line with its error, without what differs from one request to the next.
func messageOf(entry *logrus.Entry) string {
	message := entry.Message
	if cause, has := entry.Data[logrus.ErrorKey]; has {
		message += ": " + fmt.Sprint(cause)
	}
	// A secret that is cut through is no longer found.
	return cut(withoutLocalAddress(redact.Text(message)), maxLogMessage)
}

// withoutLocalAddress drops the near end of a connection, whose port is another one each time:
// "read tcp 127.0.0.1:40312->127.0.0.1:80: reset" is "read tcp 127.0.0.1:80: reset".
func withoutLocalAddress(message string) string {
	arrow := strings.Index(message, "->")
	if arrow < 0 {
		return message
	}
	begin := strings.LastIndexByte(message[:arrow], ' ') + 1
	if !strings.Contains(message[begin:arrow], ":") {
		return message
	}
	return message[:begin] + message[arrow+len("->"):]
}
