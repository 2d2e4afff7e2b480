// Package gate is the module `k6/x/gate` for scripts: several k6 that make one load begin it together.
//
//	import gate from 'k6/x/gate';
//	gate.pass(); // at the end of setup()
//
// Each connects to the address in BENCHWRIGHT_GATE once all its users are made, and waits for a line with the
// milliseconds from then to the start: a span, since the clocks of two machines differ. Whoever keeps the gate sends it
// to all at once. Without the variable there is no gate.
package gate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"go.k6.io/k6/v2/js/modules"
)

const addressVariable = "BENCHWRIGHT_GATE"

// maxWait bounds what a line may ask for.
const maxWait = time.Minute

func init() { modules.Register("k6/x/gate", module{}) }

type module struct{}

// NewModuleInstance implements modules.Module.
func (module) NewModuleInstance(vu modules.VU) modules.Instance { return instance{vu} }

type instance struct{ vu modules.VU }

// Exports implements modules.Instance.
func (i instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"pass": i.pass}}
}

func (i instance) pass() error {
	address := os.Getenv(addressVariable)
	if address == "" {
		return nil
	}
	return pass(i.vu.Context(), address)
}

// pass returns when the load is to begin, or with an error where the gate was closed for good.
func pass(ctx context.Context, address string) error {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("the start gate cannot be reached: %w", err)
	}
	defer func() { _ = connection.Close() }()
	stopWatching := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stopWatching()
	line, err := bufio.NewReader(connection).ReadString('\n')
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return errors.New("the start gate was closed before the load began")
	}
	wait, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || wait < 0 || time.Duration(wait)*time.Millisecond > maxWait {
		return fmt.Errorf("the start gate said %q, and no time in milliseconds", line)
	}
	select {
	case <-time.After(time.Duration(wait) * time.Millisecond):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
