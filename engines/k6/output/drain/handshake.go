package drain

import (
	"context"
	"net"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/lib"
)

// handshake gives the next connection so many milliseconds to become a WebSocket. k6 waits for an unanswered handshake
// for a minute, whatever the script says, and past the end of the load.
func (i *instance) handshake(call sobek.FunctionCall) sobek.Value {
	state := i.vu.State()
	if state == nil {
		return sobek.Undefined()
	}
	limit := time.Duration(call.Argument(0).ToFloat() * float64(time.Millisecond))
	inner := state.Dialer
	if unused, isOurs := inner.(*dialer); isOurs {
		inner = unused.inner
	}
	state.Dialer = &dialer{inner, state, time.Now().Add(max(limit, time.Millisecond))}
	return sobek.Undefined()
}

// dialer makes one connection, and then leaves its place to the one of k6 again.
type dialer struct {
	inner lib.DialContexter
	state *lib.State
	end   time.Time
}

// DialContext implements lib.DialContexter.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d.state.Dialer = d.inner
	ctx, cancel := context.WithDeadline(ctx, d.end)
	defer cancel()
	connection, err := d.inner.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &opening{connection, d.end}, nil
}

// opening is a connection whose handshake is not over. Whoever makes the handshake sets its own deadline, and none at
// all once it is done.
type opening struct {
	net.Conn
	end time.Time
}

// SetDeadline implements net.Conn.
func (o *opening) SetDeadline(at time.Time) error {
	if !at.IsZero() && o.end.Before(at) {
		at = o.end
	}
	return o.Conn.SetDeadline(at)
}
