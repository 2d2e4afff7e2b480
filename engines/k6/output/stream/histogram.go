package stream

import (
	"math/bits"
	"strconv"
)

const (
	bitsPerOctave    = 7
	bucketsPerOctave = 1 << bitsPerOctave

	// maxValue is more than a day in microseconds; larger values count as this one.
	maxValue = 1 << 37

	// pageCount is one page for the values below 128 and one for each octave from 2^7 to 2^37.
	pageCount = 37 - bitsPerOctave + 2
)

// page holds the counts of one octave. Latencies of one step touch a few octaves only, so a histogram made of pages
// takes some kilobytes where a flat one takes sixteen.
type page [bucketsPerOctave]uint32

// histogram counts non-negative whole numbers in 128 buckets per power of two, exactly below 128. It is the same as
// core/measure/histogram.ts, bucket for bucket.
type histogram struct {
	pages [pageCount]*page
}

func bucketOf(value int64) int {
	if value < bucketsPerOctave {
		return int(max(value, 0))
	}
	v := uint64(min(value, maxValue))
	shift := uint(bits.Len64(v)) - 1 - bitsPerOctave
	return int(shift+1)<<bitsPerOctave + int(v>>shift) - bucketsPerOctave
}

func (h *histogram) record(value int64, pool *pagePool) {
	bucket := bucketOf(value)
	p := h.pages[bucket>>bitsPerOctave]
	if p == nil {
		p = pool.take()
		h.pages[bucket>>bitsPerOctave] = p
	}
	p[bucket&(bucketsPerOctave-1)]++
}

// appendPairs writes [step,count,step,count,…]; a step is the distance from the bucket before.
func (h *histogram) appendPairs(b []byte) []byte {
	b = append(b, '[')
	previous, first := 0, true
	for octave, p := range h.pages {
		if p == nil {
			continue
		}
		for i, count := range p {
			if count == 0 {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			bucket := octave<<bitsPerOctave + i
			b = strconv.AppendInt(b, int64(bucket-previous), 10)
			b = append(b, ',')
			b = strconv.AppendUint(b, uint64(count), 10)
			previous = bucket
		}
	}
	return append(b, ']')
}

// empty gives the pages back.
func (h *histogram) empty(pool *pagePool) {
	for i, p := range h.pages {
		if p != nil {
			pool.give(p)
			h.pages[i] = nil
		}
	}
}

// maxSpare bounds what the pool keeps for the next tick: 4096 pages of 512 bytes.
const maxSpare = 4096

// pagePool keeps cleared pages for reuse, so that a steady load allocates nothing.
type pagePool struct{ spare []*page }

func (pool *pagePool) take() *page {
	n := len(pool.spare)
	if n == 0 {
		return new(page)
	}
	p := pool.spare[n-1]
	pool.spare = pool.spare[:n-1]
	return p
}

func (pool *pagePool) give(p *page) {
	if len(pool.spare) < maxSpare {
		clear(p[:])
		pool.spare = append(pool.spare, p)
	}
}
