package sse

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// lingerTime is how long the reader waits for the end of a stream whose last event has come. A connection can be
// used again only after the end of its answer, which mostly lies right behind the last event.
const lingerTime = 2 * time.Millisecond

// drainTime and drainBytes bound what is read of a stream in the background after that.
const (
	drainTime  = time.Second
	drainBytes = 1 << 16
)

// recording is what one call saw on the way: the answer, and each event with its time since the start.
type recording struct {
	// until tells from the data of an event whether the stream is over with it; nil where only its end ends it.
	until func(data string) (bool, error)

	start    time.Time
	response *http.Response
	isStream bool
	// plain is the beginning of an answer that is no stream.
	plain  []byte
	events []string
	at     []time.Duration
	// isOver is set where until said so, and fault where it could not say.
	isOver bool
	fault  error
}

// tap passes requests on to k6's own transport and looks at the answers as they are read. k6 reads an answer to its
// end before it tells anything of it; here each piece passes when it comes.
type tap struct {
	inner     http.RoundTripper
	recording *recording
}

func (t *tap) RoundTrip(request *http.Request) (*http.Response, error) {
	r := t.recording
	if r.start.IsZero() {
		r.start = time.Now()
	}
	parent := request.Context()
	// The context of its own lets a connection be read to its end after k6 has given up the request's.
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	release := context.AfterFunc(parent, cancel)
	response, err := t.inner.RoundTrip(request.WithContext(ctx))
	if err != nil {
		release()
		cancel()
		if parent.Err() != nil {
			err = parent.Err()
		}
		return response, err
	}
	r.response, r.isStream = response, isEventStream(response)
	r.plain, r.events, r.at = nil, nil, nil
	response.Body = &body{
		inner: response.Body, recording: r, parent: parent, cancel: cancel, release: release,
	}
	return response, nil
}

func isEventStream(response *http.Response) bool {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	encoding := strings.TrimSpace(response.Header.Get("Content-Encoding"))
	return kind == "text/event-stream" && (encoding == "" || strings.EqualFold(encoding, "identity"))
}

type body struct {
	inner     io.ReadCloser
	recording *recording
	parser    parser
	parent    context.Context
	cancel    context.CancelFunc
	release   func() bool
	isHandled bool
}

// Read runs in the goroutine of the user, so that until may run code of the script.
func (b *body) Read(p []byte) (int, error) {
	if b.isHandled {
		return 0, io.EOF
	}
	n, err := b.inner.Read(p)
	if n > 0 {
		isOver, fault := b.look(p[:n])
		if fault != nil {
			return n, fault
		}
		if isOver {
			b.recording.isOver = true
			b.leave()
			return n, io.EOF
		}
	}
	if err != nil && err != io.EOF && b.parent.Err() != nil {
		err = b.parent.Err()
	}
	return n, err
}

func (b *body) look(chunk []byte) (bool, error) {
	r := b.recording
	if !r.isStream {
		r.plain = append(r.plain, chunk[:min(len(chunk), maxEventBytes-len(r.plain))]...)
		return false, nil
	}
	at := time.Since(r.start)
	return b.parser.feed(chunk, func(data string) (bool, error) {
		r.events = append(r.events, data)
		r.at = append(r.at, at)
		if r.until == nil {
			return false, nil
		}
		isOver, err := r.until(data)
		r.fault = err
		return isOver, err
	})
}

// leave reads what is left in the background, within bounds, so that the connection can be used again.
func (b *body) leave() {
	b.isHandled = true
	b.release()
	done := make(chan struct{})
	go func() {
		defer close(done)
		timer := time.AfterFunc(drainTime, b.cancel)
		defer timer.Stop()
		_, _ = io.CopyN(io.Discard, b.inner, drainBytes)
		_ = b.inner.Close()
		b.cancel()
	}()
	select {
	case <-done:
	case <-time.After(lingerTime):
	}
}

func (b *body) Close() error {
	if b.isHandled {
		return nil
	}
	b.isHandled = true
	err := b.inner.Close()
	b.release()
	b.cancel()
	return err
}
