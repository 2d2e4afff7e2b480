package stream

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"testing"
	"time"

	"go.k6.io/k6/v2/lib/netext/httpext"
)

// slowHandshake delays what the server says first, which is its part of the TLS handshake.
type slowHandshake struct{ net.Listener }

const handshakeDelay = 80 * time.Millisecond

func (l slowHandshake) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &slowConn{Conn: conn}, nil
}

type slowConn struct {
	net.Conn
	spoke bool
}

func (c *slowConn) Write(b []byte) (int, error) {
	if !c.spoke {
		c.spoke = true
		time.Sleep(handshakeDelay)
	}
	return c.Conn.Write(b)
}

func TestTheUserTimeHoldsTheConnectionOnce(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(20 * time.Millisecond)
		_, _ = w.Write([]byte("ok"))
	}))
	server.Listener = slowHandshake{server.Listener}
	server.StartTLS()
	defer server.Close()

	for _, reused := range []bool{false, true} {
		tracer := &httpext.Tracer{}
		request, err := http.NewRequest(http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		response, err := server.Client().Transport.RoundTrip(
			request.WithContext(httptrace.WithClientTrace(request.Context(), tracer.Trace())))
		if err != nil {
			t.Fatal(err)
		}
		trail := tracer.Done()
		passed := time.Since(began)
		got := userTime(trail)
		if trail.ConnReused != reused || (!reused && trail.ConnDuration < handshakeDelay) {
			t.Fatalf("the connection was not made as planned: %+v", trail)
		}
		if off := passed - got; off < -5*time.Millisecond || off > 15*time.Millisecond {
			t.Errorf("reused %v: %v passed, userTime says %v: %+v", reused, passed, got, trail)
		}
		if _, err := response.Body.Read(make([]byte, 8)); err != nil && err.Error() != "EOF" {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
}
