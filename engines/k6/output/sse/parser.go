package sse

import (
	"bytes"
	"fmt"
)

// What one stream may take: a target that never ends its line, its event or its stream must not fill the memory.
const (
	maxEventBytes  = 1 << 20
	maxStreamBytes = 64 << 20
	maxEvents      = 100_000
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// parser cuts a stream into events, as the HTML standard defines them ("server-sent events"). Only `data` is kept:
// names, ids and the time to wait before connecting again are for clients that connect again.
type parser struct {
	// line is the beginning of a line whose end has not come yet.
	line []byte
	data []byte
	// hasData tells an event without data from one whose data is empty.
	hasData bool
	// afterCR is set where a line ended in a carriage return: a line feed that follows belongs to it.
	afterCR bool
	begun   bool
	bytes   int
	events  int
}

// feed takes the next bytes and gives the data of each event that ends in them to emit, until emit says true.
func (p *parser) feed(chunk []byte, emit func(data string) (bool, error)) (bool, error) {
	if p.bytes += len(chunk); p.bytes > maxStreamBytes {
		return false, fmt.Errorf("the stream is longer than %d bytes", maxStreamBytes)
	}
	for len(chunk) > 0 {
		if p.afterCR && chunk[0] == '\n' {
			chunk = chunk[1:]
		}
		p.afterCR = false
		end := lineEnd(chunk)
		piece := end
		if end < 0 {
			piece = len(chunk)
		}
		if len(p.data)+len(p.line)+piece > maxEventBytes {
			return false, fmt.Errorf("an event is longer than %d bytes", maxEventBytes)
		}
		if end < 0 {
			p.line = append(p.line, chunk...)
			return false, nil
		}
		line := chunk[:end]
		if len(p.line) > 0 {
			p.line = append(p.line, line...)
			line = p.line
		}
		p.afterCR = chunk[end] == '\r'
		chunk = chunk[end+1:]
		isOver, err := p.endLine(line, emit)
		p.line = p.line[:0]
		if isOver || err != nil {
			return isOver, err
		}
	}
	return false, nil
}

// lineEnd is the position of the first line feed or carriage return, -1 where there is none.
func lineEnd(chunk []byte) int {
	feed := bytes.IndexByte(chunk, '\n')
	if feed < 0 {
		return bytes.IndexByte(chunk, '\r')
	}
	if carriage := bytes.IndexByte(chunk[:feed], '\r'); carriage >= 0 {
		return carriage
	}
	return feed
}

func (p *parser) endLine(line []byte, emit func(string) (bool, error)) (bool, error) {
	if !p.begun {
		p.begun = true
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	if len(line) == 0 {
		return p.endEvent(emit)
	}
	field, value, _ := bytes.Cut(line, []byte(":"))
	if string(field) != "data" {
		return false, nil
	}
	if p.hasData {
		p.data = append(p.data, '\n')
	}
	p.hasData = true
	p.data = append(p.data, bytes.TrimPrefix(value, []byte(" "))...)
	return false, nil
}

func (p *parser) endEvent(emit func(string) (bool, error)) (bool, error) {
	if !p.hasData {
		return false, nil
	}
	if p.events++; p.events > maxEvents {
		return false, fmt.Errorf("the stream has more than %d events", maxEvents)
	}
	data := string(p.data)
	p.data, p.hasData = p.data[:0], false
	return emit(data)
}
