// Package stream is a k6 output that folds samples within k6 and writes one record per second to stdout.
//
// k6 hands samples over from one goroutine every 50 ms, with or without samples in it. Everything but the writing
// happens there: there is no lock and no second copy of the samples.
package stream

import (
	"fmt"
	"os"
	"time"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/metrics"
	"go.k6.io/k6/v2/output"

	"benchwright/k6/redact"
)

// name is what follows --out.
const name = "benchwright"

const (
	phaseVariable  = "BENCHWRIGHT_PHASE"
	periodVariable = "BENCHWRIGHT_PERIOD"
)

func init() { output.RegisterExtension(name, New) }

// Output implements k6's output.
type Output struct {
	params output.Params
	period time.Duration
	stop   func(error)

	fold   *fold
	stamp  stamp
	meter  usageMeter
	log    *logFold
	logger *logrus.Logger
	writer *writer

	before time.Time
	due    time.Time
}

var (
	_ output.WithStopWithTestError = (*Output)(nil)
	_ output.WithBuiltinMetrics    = (*Output)(nil)
	_ output.WithTestRunStop       = (*Output)(nil)
)

// New reads the environment: BENCHWRIGHT_PHASE names the phase in every record, BENCHWRIGHT_PERIOD is the time
// between records, a second unless told otherwise.
func New(params output.Params) (output.Output, error) {
	if params.ConfigArgument != "" {
		return nil, fmt.Errorf("the output %s writes to stdout and takes no argument", name)
	}
	o := &Output{
		params: params,
		period: time.Second,
		stop:   func(error) {},
		fold:   newFold(),
		stamp:  stamp{phase: params.Environment[phaseVariable]},
	}
	if text := params.Environment[periodVariable]; text != "" {
		period, err := time.ParseDuration(text)
		if err != nil || period < 50*time.Millisecond {
			return nil, fmt.Errorf("%s is %q, but a duration of 50ms or more is needed", periodVariable, text)
		}
		o.period = period
	}
	return o, nil
}

// Description implements output.Output.
func (o *Output) Description() string { return name + " (one record per " + o.period.String() + ")" }

// SetTestRunStopCallback implements output.WithTestRunStop.
func (o *Output) SetTestRunStopCallback(stop func(error)) { o.stop = stop }

// SetBuiltinMetrics implements output.WithBuiltinMetrics.
func (o *Output) SetBuiltinMetrics(builtin *metrics.BuiltinMetrics) { o.fold.builtin = builtin }

// Start implements output.Output. From here to the end the log is folded; what fails before it, such as a script that
// does not compile, goes to stderr as it is.
func (o *Output) Start() error {
	if logger, ok := o.params.Logger.(*logrus.Logger); ok {
		o.logger, o.log = logger, newLogFold(redact.Formatter{Inner: logger.Formatter})
		logger.SetFormatter(o.log)
	}
	now := time.Now()
	o.before, o.due = now, now.Add(o.period)
	o.meter.read()
	o.writer = newWriter(o.params.StdOut, o.stop)
	o.writer.write(o.stamp.appendStart(o.writer.buffer(), now, os.Getpid()))
	return nil
}

// AddMetricSamples implements output.Output. Where the reader is slow, the record due waits and covers more time.
func (o *Output) AddMetricSamples(containers []metrics.SampleContainer) {
	for _, container := range containers {
		o.fold.add(container)
	}
	now := time.Now()
	isDue := !now.Before(o.due)
	if (!isDue && !o.fold.clockDue) || o.writer.isBusy() {
		return
	}
	b := o.appendClock(o.writer.buffer())
	if isDue {
		b = o.appendTick(b, now)
		o.due = o.due.Add(o.period)
		if o.due.Before(now) {
			o.due = now.Add(o.period)
		}
	}
	o.writer.write(b)
}

func (o *Output) appendClock(b []byte) []byte {
	if !o.fold.clockDue {
		return b
	}
	o.fold.clockDue = false
	return o.stamp.appendClock(b, o.fold.zero)
}

func (o *Output) appendTick(b []byte, now time.Time) []byte {
	t := tick{at: now, duration: now.Sub(o.before), usage: o.meter.read(), log: o.log.take()}
	o.before = now
	return o.stamp.appendTick(b, t, o.fold)
}

// Stop implements output.Output.
func (o *Output) Stop() error { return o.StopWithTestError(nil) }

// StopWithTestError writes what is left and the end record. It waits for the reader: nothing is lost.
func (o *Output) StopWithTestError(reason error) error {
	now := time.Now()
	b := o.appendClock(o.writer.buffer())
	b = o.appendTick(b, now)
	b = o.stamp.appendEnd(b, now, reason)
	o.writer.write(b)
	err := o.writer.close()
	if o.logger != nil {
		o.logger.SetFormatter(o.log.inner)
	}
	return err
}
