package stream

import (
	"fmt"
	"io"
)

// writer hands lines to the reader from a goroutine of its own, so that a slow reader stops neither users nor folding.
type writer struct {
	out    io.Writer
	lines  chan []byte
	spare  chan []byte
	done   chan struct{}
	failed error
}

// newWriter starts the goroutine. gone is called once, from there, when the reader has closed.
func newWriter(out io.Writer, gone func(error)) *writer {
	w := &writer{out: out, lines: make(chan []byte, 1), spare: make(chan []byte, 2), done: make(chan struct{})}
	go w.run(gone)
	return w
}

func (w *writer) run(gone func(error)) {
	defer close(w.done)
	for lines := range w.lines {
		if w.failed == nil {
			if _, err := w.out.Write(lines); err != nil {
				w.failed = fmt.Errorf("the reader of the records is gone: %w", err)
				gone(w.failed)
			}
		}
		select {
		case w.spare <- lines[:0]:
		default:
		}
	}
}

// isBusy says that a write would wait. Only one goroutine writes, so the answer holds until it does.
func (w *writer) isBusy() bool { return len(w.lines) == cap(w.lines) }

// buffer is an empty one, used before where possible.
func (w *writer) buffer() []byte {
	select {
	case b := <-w.spare:
		return b
	default:
		return make([]byte, 0, 8192)
	}
}

// write takes the lines over; it waits while the writer is busy.
func (w *writer) write(lines []byte) { w.lines <- lines }

// close waits until all is written.
func (w *writer) close() error {
	close(w.lines)
	<-w.done
	return w.failed
}
