// Package drain is the module `k6/x/drain` for scripts: what is under way when the drain ends is measured, too.
//
//	import drain from 'k6/x/drain';
//	drain.watch(250); // at the beginning of each iteration
//	drain.handshake(30_000); // before a WebSocket is opened
//
// k6 cuts off what is under way at the end of gracefulStop without a sample, so that the longest times of all would be
// missing. With this module, requests end as failures some time before that, while a sample still counts: with the
// error code 1900 and the time that they had taken. The script asks for a gracefulStop that is longer by that time.
package drain

import (
	"context"
	"io"
	"math"
	"net/http"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib/netext/httpext"
)

func init() { modules.Register("k6/x/drain", module{}) }

type module struct{}

// NewModuleInstance implements modules.Module.
func (module) NewModuleInstance(vu modules.VU) modules.Instance { return &instance{vu: vu} }

// instance belongs to one user, whose code runs in one goroutine.
type instance struct {
	vu        modules.VU
	transport *transport
}

// Exports implements modules.Instance.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"watch": i.watch, "left": i.left, "handshake": i.handshake}}
}

// watch takes the milliseconds before the end of gracefulStop at which requests end.
func (i *instance) watch(call sobek.FunctionCall) sobek.Value {
	state := i.vu.State()
	end, isThere := i.vu.Context().Deadline()
	if state == nil || !isThere {
		return sobek.Undefined()
	}
	if i.transport == nil {
		i.transport = &transport{inner: state.Transport}
		state.Transport = i.transport
	}
	i.transport.end = end.Add(-time.Duration(call.Argument(0).ToInteger()) * time.Millisecond)
	i.transport.iteration = i.vu.Context()
	return sobek.Undefined()
}

// left is the time in milliseconds until requests end; infinite where nothing is watched.
func (i *instance) left(sobek.FunctionCall) sobek.Value {
	if i.transport == nil {
		return i.vu.Runtime().ToValue(math.Inf(1))
	}
	return i.vu.Runtime().ToValue(time.Until(i.transport.end).Milliseconds())
}

// errUnfinished must not wrap the error of the context: k6 would take it for a request that ran into its time limit.
// The code is beyond those of k6; the output knows it.
var errUnfinished = httpext.NewK6Error(1900, "unfinished when the drain ended", nil)

type transport struct {
	inner http.RoundTripper
	// Those of the iteration under way.
	end       time.Time
	iteration context.Context //nolint:containedctx
}

// RoundTrip implements http.RoundTripper. A request whose own time limit comes first is left alone.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	limit, hasLimit := request.Context().Deadline()
	if hasLimit && limit.Before(t.end) {
		return t.inner.RoundTrip(request)
	}
	if !time.Now().Before(t.end) {
		// Too late to begin anything. The iteration is about to be cut off, and no request was made.
		<-t.iteration.Done()
		return nil, context.Cause(t.iteration)
	}
	ctx, cancel := context.WithDeadline(request.Context(), t.end)
	response, err := t.inner.RoundTrip(request.WithContext(ctx))
	if err != nil {
		defer cancel()
		return nil, t.reason(err)
	}
	response.Body = &body{response.Body, t, cancel}
	return response, nil
}

// reason tells a request that the drain cut off from one that failed.
func (t *transport) reason(err error) error {
	if err == nil || err == io.EOF || time.Now().Before(t.end) {
		return err
	}
	return errUnfinished
}

type body struct {
	io.ReadCloser
	transport *transport
	cancel    context.CancelFunc
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	return n, b.transport.reason(err)
}

func (b *body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
