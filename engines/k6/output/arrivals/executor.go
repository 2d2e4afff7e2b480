package arrivals

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/executor"
	"go.k6.io/k6/v2/metrics"
)

// poisson runs one scenario. It follows k6's ramping-arrival-rate in all but the times of the arrivals.
type poisson struct {
	*executor.BaseExecutor
	config *Config
	state  *lib.ExecutionState
	logger *logrus.Entry

	tuple      *lib.ExecutionTuple
	counting   sync.Mutex
	iterations *lib.SegmentedIndex
}

// Init implements lib.Executor.
func (p *poisson) Init(context.Context) error {
	tuple, err := p.state.ExecutionTuple.GetNewExecutionTupleFromValue(p.config.VUs.Int64)
	p.tuple = tuple
	p.iterations = lib.NewSegmentedIndex(tuple)
	return err
}

func (p *poisson) nextCounters() (scaled, unscaled uint64) {
	p.counting.Lock()
	defer p.counting.Unlock()
	own, all := p.iterations.Next()
	return uint64(own - 1), uint64(all - 1) //nolint:gosec
}

// Run implements lib.Executor.
func (p *poisson) Run(parent context.Context, out chan<- metrics.SampleContainer) (err error) {
	length := p.config.length()
	start := time.Now()
	stoppable, stop := context.WithCancelCause(parent)
	whole, cancel := context.WithDeadline(stoppable, start.Add(length+p.config.GetGracefulStop()))
	load, endLoad := context.WithDeadline(whole, start.Add(length))
	defer endLoad()
	whole = lib.WithScenarioState(whole, &lib.ScenarioState{
		Name: p.config.Name, Executor: p.config.Type, StartTime: start,
		ProgressFn: func() (float64, []string) {
			return min(1, float64(time.Since(start))/float64(max(1, length))), nil
		},
	})
	calls := make(chan struct{})
	var users, active sync.WaitGroup
	defer func() {
		close(calls)
		users.Wait()
		cancel()
		stop(nil)
		active.Wait()
		// A script that stops the test does so by an error of its executor.
		if cause := context.Cause(stoppable); errext.IsInterruptError(cause) {
			err = cause
		}
	}()
	for range p.state.ExecutionTuple.ScaleInt64(p.config.VUs.Int64) {
		vu, err := p.state.GetPlannedVU(p.logger, false)
		if err != nil {
			return err
		}
		p.addUser(whole, stop, vu, calls, &users, &active)
	}
	p.arrive(whole, calls, out)
	<-load.Done()
	return nil
}

// addUser returns once the user waits for calls, so that the first arrivals find everybody.
func (p *poisson) addUser(
	ctx context.Context, stop context.CancelCauseFunc, vu lib.InitializedVU, calls <-chan struct{},
	users, active *sync.WaitGroup,
) {
	active.Add(1)
	user := vu.Activate(&lib.VUActivationParams{
		RunContext: ctx, Scenario: p.config.Name, Exec: p.config.GetExec(),
		Env: p.config.GetEnv(), Tags: p.config.GetTags(),
		GetNextIterationCounters: p.nextCounters,
		DeactivateCallback: func(vu lib.InitializedVU) {
			p.state.ReturnVU(vu, false)
			active.Done()
		},
	})
	ready := make(chan struct{})
	users.Go(func() {
		close(ready)
		for range calls {
			p.state.ModCurrentlyActiveVUsCount(+1)
			p.iterate(ctx, stop, user)
			p.state.ModCurrentlyActiveVUsCount(-1)
		}
	})
	<-ready
}

func (p *poisson) iterate(ctx context.Context, stop context.CancelCauseFunc, user lib.ActiveVU) {
	err := user.RunOnce()
	if ctx.Err() != nil { // An iteration that was cut off is no iteration, and its error is no error of the script.
		p.state.AddInterruptedIterations(1)
		return
	}
	if errext.IsInterruptError(err) {
		stop(err)
		p.state.AddInterruptedIterations(1)
		return
	}
	var exception errext.Exception
	switch {
	case errors.As(err, &exception):
		p.logger.WithField("source", "stacktrace").Error(exception.StackTrace())
	case err != nil:
		p.logger.Error(err.Error())
	}
	p.state.AddFullIterations(1)
}

// arrive calls a user for each arrival, or tells that none was free. What is late is made up for, as k6 does, and so is
// who was due before the end of the load and is late for it: how many arrive is not left to a busy machine.
func (p *poisson) arrive(whole context.Context, calls chan<- struct{}, out chan<- metrics.SampleContainer) {
	plan := newSchedule(p.config.Seed.Int64, p.config.Name, p.config.StartRate.Float64, p.config.stages())
	if first, offsets, _ := p.tuple.GetStripedOffsets(); len(offsets) > 0 {
		plan.share(first, offsets)
	}
	dropped := metrics.TimeSeries{
		Metric: p.state.Test.BuiltinMetrics.DroppedIterations,
		Tags:   p.state.Test.RunTags.With("scenario", p.config.Name),
	}
	isWarned := false
	inTime(whole, time.Now(), plan.next, func() {
		select {
		case calls <- struct{}{}:
			return
		default:
		}
		metrics.PushIfNotDone(whole, out, metrics.Sample{TimeSeries: dropped, Time: time.Now(), Value: 1})
		if !isWarned {
			isWarned = true
			p.logger.Warnf("all %d users are busy: arrivals are dropped", p.config.VUs.Int64)
		}
	})
}

// inTime calls for each arrival when it is due, or at once where that is over.
func inTime(ctx context.Context, start time.Time, next func() (time.Duration, bool), arrive func()) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for due, isThere := next(); isThere; due, isThere = next() {
		timer.Reset(time.Until(start.Add(due)))
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return
		}
		arrive()
	}
}
