package stream

import (
	"time"

	"go.k6.io/k6/v2/metrics"
)

// maxGroups bounds the combinations of scenario, step and outcome that are kept apart. Steps come from the plan, but
// a script that names its requests by an id would otherwise grow the records without end.
const maxGroups = 500

// overflowStep takes what came after maxGroups.
const overflowStep = "(other)"

// codeCount is one status or error code. A step sees few of them: a scan beats a map.
type codeCount struct {
	code  string
	count int64
}

func countCode(counts []codeCount, code string) []codeCount {
	for i := range counts {
		if counts[i].code == code {
			counts[i].count++
			return counts
		}
	}
	return append(counts, codeCount{code, 1})
}

// requestCell is what a record says of the requests of one group that began within one second. Times are in
// microseconds.
type requestCell struct {
	at             int64
	count          int64
	sum, min, max  int64
	wait           int64
	newConnections int64
	connect        int64
	statuses       []codeCount
	errorCodes     []codeCount
	histogram      histogram
}

func (c *requestCell) second() int64 { return c.at }

func (c *requestCell) reset(at int64, pool *pagePool) {
	c.histogram.empty(pool)
	*c = requestCell{at: at, statuses: c.statuses[:0], errorCodes: c.errorCodes[:0]}
}

// record adds a request that took this long.
func (c *requestCell) record(took time.Duration, pool *pagePool) {
	us := took.Microseconds()
	if c.count == 0 || us < c.min {
		c.min = us
	}
	c.max = max(c.max, us)
	c.count++
	c.sum += us
	c.histogram.record(us, pool)
}

// metricCell is what a record says of one custom metric within one second. Values are in the metric's own unit, the
// histogram in thousandths of it.
type metricCell struct {
	at                  int64
	count, passes       int64
	sum, min, max, last float64
	histogram           histogram
}

func (c *metricCell) second() int64 { return c.at }

func (c *metricCell) reset(at int64, pool *pagePool) {
	c.histogram.empty(pool)
	*c = metricCell{at: at}
}

type cell interface {
	second() int64
	reset(at int64, pool *pagePool)
}

// seconds are the open cells of one group. Most samples belong to the second of the sample before, the others to a
// recent one.
type seconds[C any, P interface {
	*C
	cell
}] struct {
	open  []P
	spare []P
}

func (s *seconds[C, P]) cell(at int64, pool *pagePool) P {
	for i := len(s.open) - 1; i >= 0; i-- {
		if s.open[i].second() == at {
			return s.open[i]
		}
	}
	var c P
	if n := len(s.spare); n > 0 {
		c = s.spare[n-1]
		s.spare = s.spare[:n-1]
	} else {
		c = P(new(C))
	}
	c.reset(at, pool)
	s.open = append(s.open, c)
	return c
}

// release empties the cells and keeps two of them, as many as a fast step has open at once.
func (s *seconds[C, P]) release(pool *pagePool) {
	for _, c := range s.open {
		c.reset(0, pool)
		if len(s.spare) < 2 {
			s.spare = append(s.spare, c)
		}
	}
	clear(s.open)
	s.open = s.open[:0]
}

type requestKey struct{ scenario, step, outcome string }

type requestGroup struct {
	requestKey
	seconds[requestCell, *requestCell]
}

type metricKey struct {
	metric                  string
	kind                    metrics.MetricType
	scenario, step, outcome string
}

type metricGroup struct {
	metricKey
	isTime bool
	seconds[metricCell, *metricCell]
}
