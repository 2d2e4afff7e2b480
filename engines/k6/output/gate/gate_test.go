package gate

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"
)

// keep listens, and hands every connection to whoever keeps the gate.
func keep(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(connection)
		}
	}()
	return listener.Addr().String()
}

func say(line string) func(net.Conn) {
	return func(connection net.Conn) {
		_, _ = connection.Write([]byte(line))
		_ = connection.Close()
	}
}

func TestTheLoadBeginsWhenTheGateSaysSo(t *testing.T) {
	const wait = 60 * time.Millisecond
	began := time.Now()
	if err := pass(context.Background(), keep(t, say("60\n"))); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < wait {
		t.Errorf("it began after %s, told to wait %s", took, wait)
	}
}

func TestAGateThatIsGoneOrTalksNonsenseIsAnError(t *testing.T) {
	cases := map[string]string{
		keep(t, say("")):         "closed before",
		keep(t, say("soon\n")):   "no time",
		keep(t, say("-5\n")):     "no time",
		keep(t, say("999999\n")): "no time",
	}
	for address, expected := range cases {
		err := pass(context.Background(), address)
		if err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("expected an error with %q, got %v", expected, err)
		}
	}
	if err := pass(context.Background(), "127.0.0.1:1"); err == nil {
		t.Error("a gate that nobody keeps let the load begin")
	}
}

func TestWaitingEndsWithTheRun(t *testing.T) {
	for _, answer := range []func(net.Conn){func(net.Conn) {}, say("30000\n")} {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := pass(ctx, keep(t, answer)); err == nil {
			t.Error("the load began though the run was over")
		}
	}
}
