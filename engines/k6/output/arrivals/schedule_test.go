package arrivals

import (
	"math"
	"slices"
	"testing"
	"time"
)

func allOf(s *schedule) []time.Duration {
	var all []time.Duration
	for at, isThere := s.next(); isThere; at, isThere = s.next() {
		all = append(all, at)
	}
	return all
}

// farthest is the statistic of Kolmogorov and Smirnov against the exponential law with mean 1, times the root of the
// number of values: below 1.63 in 99 of 100 draws.
func farthest(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := float64(len(sorted))
	far := 0.0
	for i, value := range sorted {
		law := 1 - math.Exp(-value)
		far = max(far, law-float64(i)/n, float64(i+1)/n-law)
	}
	return far * math.Sqrt(n)
}

func TestGapsOfASteadyRateAreExponentialAndIndependent(t *testing.T) {
	const rate, seconds = 50.0, 400
	arrivals := allOf(newSchedule(1, "s", rate, []Stage{{seconds * time.Second, rate}}))
	gaps := make([]float64, len(arrivals))
	before := time.Duration(0)
	for i, at := range arrivals {
		gaps[i] = (at - before).Seconds() * rate
		before = at
	}
	if d := farthest(gaps); d > 1.63 {
		t.Errorf("the gaps are %.2f away from the exponential law", d)
	}
	if expected := rate * seconds; math.Abs(float64(len(arrivals))-expected) > 3*math.Sqrt(expected) {
		t.Errorf("%d arrivals, expected about %.0f", len(arrivals), expected)
	}
	products := 0.0
	for i := 1; i < len(gaps); i++ {
		products += (gaps[i] - 1) * (gaps[i-1] - 1)
	}
	if r := products / float64(len(gaps)); math.Abs(r) > 3/math.Sqrt(float64(len(gaps))) {
		t.Errorf("a gap tells the next one: correlation %.3f", r)
	}
}

// Along the expected number of arrivals a process with any rate is one with rate 1.
func TestGapsFollowRampsJumpsAndPauses(t *testing.T) {
	stages := []Stage{{100 * time.Second, 80}, {0, 10}, {50 * time.Second, 10}, {0, 0}, {20 * time.Second, 0}, {90 * time.Second, 40}}
	arrivals := allOf(newSchedule(2, "s", 0, stages))
	expected := func(at time.Duration) float64 {
		area, from, began := 0.0, 0.0, time.Duration(0)
		for _, stage := range stages {
			within := min(at-began, stage.Duration)
			if within > 0 {
				x, length := within.Seconds(), stage.Duration.Seconds()
				area += from*x + (stage.Target-from)*x*x/2/length
			}
			began += stage.Duration
			from = stage.Target
		}
		return area
	}
	gaps := make([]float64, len(arrivals))
	before := 0.0
	for i, at := range arrivals {
		gaps[i] = expected(at) - before
		before = expected(at)
		if at > 150*time.Second && at < 170*time.Second {
			t.Fatalf("an arrival at %s, where the rate is 0", at)
		}
	}
	if d := farthest(gaps); d > 1.63 {
		t.Errorf("the gaps are %.2f away from the exponential law", d)
	}
	if total := expected(260 * time.Second); math.Abs(float64(len(arrivals))-total) > 3*math.Sqrt(total) {
		t.Errorf("%d arrivals, expected about %.0f", len(arrivals), total)
	}
}

func TestASeedGivesTheSameArrivalsAndAnotherSeedOrScenarioOthers(t *testing.T) {
	draw := func(seed int64, scenario string) []time.Duration {
		return allOf(newSchedule(seed, scenario, 5, []Stage{{10 * time.Second, 5}}))
	}
	if !slices.Equal(draw(7, "a"), draw(7, "a")) {
		t.Error("the same seed gave other arrivals")
	}
	if slices.Equal(draw(7, "a"), draw(8, "a")) || slices.Equal(draw(7, "a"), draw(7, "b")) {
		t.Error("another seed or scenario gave the same arrivals")
	}
}

func TestInstancesShareTheArrivalsOfOneSeed(t *testing.T) {
	stages := []Stage{{20 * time.Second, 30}}
	whole := allOf(newSchedule(3, "s", 10, stages))
	first, second := newSchedule(3, "s", 10, stages), newSchedule(3, "s", 10, stages)
	first.share(0, []int64{2, 1})
	second.share(1, []int64{3})
	parts := slices.Sorted(slices.Values(append(allOf(first), allOf(second)...)))
	if !slices.Equal(whole, parts) {
		t.Errorf("%d arrivals in parts, %d as a whole", len(parts), len(whole))
	}
}
