package stream

import "time"

// usage is what this process took: CPU time since the record before, and memory now. 0 stands for unknown.
type usage struct {
	cpu time.Duration
	rss int64
}

// usageMeter turns the total of CPU time into differences.
type usageMeter struct{ before time.Duration }

func (m *usageMeter) read() usage {
	total := cpuTime()
	spent := total - m.before
	m.before = total
	return usage{cpu: spent, rss: residentBytes()}
}
