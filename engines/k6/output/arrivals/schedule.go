package arrivals

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// Stage moves the rate evenly to its target, in arrivals per second. A stage of no length is a jump.
type Stage struct {
	Duration time.Duration
	Target   float64
}

// schedule draws the arrivals of a Poisson process whose rate changes with time. Between two arrivals the expected
// number of arrivals, which is the area below the rate, grows by a number with an exponential law: that holds however
// the rate moves.
type schedule struct {
	random *rand.Rand
	stages []Stage

	// The stage under way: when it began, at what rate, and the expected arrivals before it and up to its end.
	began        time.Duration
	from         float64
	before, upTo float64

	// expected is that of the arrival told last.
	expected float64

	// Of all arrivals, this instance makes those after each of these skips, in turn: one without execution segments.
	skips []int64
	turn  int
}

// newSchedule starts at a rate. The scenario is a part of the seed, so that scenarios do not arrive in step.
func newSchedule(seed int64, scenario string, startRate float64, stages []Stage) *schedule {
	name := fnv.New64a()
	_, _ = name.Write([]byte(scenario))
	s := &schedule{
		random: rand.New(rand.NewPCG(uint64(seed), name.Sum64())), //nolint:gosec
		stages: stages,
		from:   startRate,
		skips:  []int64{1},
	}
	s.upTo = s.areaOfFirst()
	return s
}

// share keeps every arrival that falls to one of several instances with the same seed: together they make the whole.
func (s *schedule) share(start int64, offsets []int64) {
	s.skips = append([]int64{start + 1}, offsets...)
}

// next tells when the next arrival is due, from the start of the load; false after the last one.
func (s *schedule) next() (time.Duration, bool) {
	for range s.skips[s.turn] {
		s.expected += s.random.ExpFloat64()
	}
	s.turn++
	if s.turn == len(s.skips) {
		s.turn = min(1, len(s.skips)-1)
	}
	for len(s.stages) > 0 && s.expected > s.upTo {
		s.began += s.stages[0].Duration
		s.from = s.stages[0].Target
		s.before = s.upTo
		s.stages = s.stages[1:]
		s.upTo += s.areaOfFirst()
	}
	if len(s.stages) == 0 {
		return 0, false
	}
	return s.began + s.timeWithin(s.expected-s.before), true
}

func (s *schedule) areaOfFirst() float64 {
	if len(s.stages) == 0 {
		return 0
	}
	return (s.from + s.stages[0].Target) / 2 * s.stages[0].Duration.Seconds()
}

// timeWithin inverts the area below the line of the stage. This form of the solution of a quadratic equation loses no
// digits where the line is flat, and needs no case of its own for that.
func (s *schedule) timeWithin(area float64) time.Duration {
	slope := (s.stages[0].Target - s.from) / s.stages[0].Duration.Seconds()
	root := math.Sqrt(max(0, s.from*s.from+2*area*slope))
	return time.Duration(2 * area / (s.from + root) * float64(time.Second))
}
