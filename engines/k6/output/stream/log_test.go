package stream

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/sirupsen/logrus"
)

func folded() (*logrus.Logger, *logFold, *bytes.Buffer) {
	logger, out := logrus.New(), &bytes.Buffer{}
	logger.SetOutput(out)
	logger.SetFormatter(&logrus.JSONFormatter{})
	fold := newLogFold(logger.Formatter)
	logger.SetFormatter(fold)
	return logger, fold, out
}

func TestEqualLinesAreCountedAndPassOnce(t *testing.T) {
	logger, fold, out := folded()
	refused := errors.New("dial tcp 127.0.0.1:1: connect: connection refused")
	var users sync.WaitGroup
	for range 8 {
		users.Go(func() {
			for range 1000 {
				logger.WithError(refused).Warn("Request Failed")
			}
		})
	}
	users.Wait()
	lines := fold.take()
	if len(lines) != 1 || lines[0].count != 8000 || lines[0].level != "warning" {
		t.Errorf("got %+v", lines)
	}
	if want := "Request Failed: " + refused.Error(); lines[0].message != want {
		t.Errorf("got %q, want %q", lines[0].message, want)
	}
	if n := strings.Count(out.String(), "\n"); n != 1 {
		t.Errorf("%d lines passed: %s", n, out)
	}
	logger.WithError(refused).Warn("Request Failed")
	if again := fold.take(); len(again) != 1 || again[0].count != 1 {
		t.Errorf("the next record has %+v", again)
	}
}

func TestEveryLineIsCountedEvenBeyondTheBound(t *testing.T) {
	logger, fold, out := folded()
	for i := range 1000 {
		logger.Errorf("user %d has no name", i)
	}
	logger.Info("different level")
	lines := fold.take()
	total := int64(0)
	for _, line := range lines {
		total += line.count
	}
	if total != 1001 || len(lines) > maxLogLines+2 {
		t.Errorf("%d lines count %d", len(lines), total)
	}
	if last := lines[len(lines)-2]; last.message != otherLines || last.count != 1000-maxLogLines {
		t.Errorf("got %+v", last)
	}
	if n := strings.Count(out.String(), "\n"); n != maxPassed {
		t.Errorf("%d lines passed", n)
	}
}

func TestWhatAnotherOutputCouldNotSendIsNoErrorOfTheLoad(t *testing.T) {
	logger, fold, _ := folded()
	logger.WithField("output", "Prometheus remote write").Error("Failed to send")
	logger.WithField("component", "output-manager").Error("marking as stale failed")
	logger.Error("thrown")
	var levels []string
	for _, line := range fold.take() {
		levels = append(levels, line.level)
	}
	if got := strings.Join(levels, " "); got != "warning warning error" {
		t.Errorf("got %s", got)
	}
}

func TestThePortOfTheNearEndMakesNoNewLine(t *testing.T) {
	for given, want := range map[string]string{
		"read tcp 127.0.0.1:40312->127.0.0.1:80: reset by peer": "read tcp 127.0.0.1:80: reset by peer",
		"read tcp [::1]:40312->[::1]:80: reset by peer":         "read tcp [::1]:80: reset by peer",
		"x -> y": "x -> y",
		"a->b":   "a->b",
		"":       "",
	} {
		if got := withoutLocalAddress(given); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}

func TestALongMessageIsCut(t *testing.T) {
	logger, fold, _ := folded()
	logger.Error(strings.Repeat("ä", 1000))
	if got := fold.take()[0].message; len(got) > maxLogMessage {
		t.Errorf("%d bytes", len(got))
	}
}

func TestWhatIsLoggedOnDemandPassesAsItIs(t *testing.T) {
	logger, fold, out := folded()
	logger.SetLevel(logrus.DebugLevel)
	for i := range 3 {
		logger.Debug("same line")
		if n := strings.Count(out.String(), "\n"); n != i+1 {
			t.Errorf("%d lines passed after %d", n, i+1)
		}
	}
	if lines := fold.take(); len(lines) != 0 {
		t.Errorf("got %+v", lines)
	}
}
