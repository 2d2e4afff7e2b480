// Package secure is the module `k6/x/secure` for scripts: how TLS connections are made, address by address. k6's own
// options are the same for every address, and have neither certificates to trust nor a name to ask for.
//
//	import secure from 'k6/x/secure';
//	secure.configure({ '127.0.0.1:8443': { ca: open('ca.pem'), minVersion: 'tls1.3' } });
//	export default function () { secure.use(); http.get('https://127.0.0.1:8443/'); }
package secure

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib"
)

func init() { modules.Register("k6/x/secure", new(module)) }

type module struct{}

// NewModuleInstance implements modules.Module.
func (*module) NewModuleInstance(vu modules.VU) modules.Instance {
	return &instance{vu: vu, changes: map[string]change{}}
}

// instance belongs to one user, whose code runs in one goroutine.
type instance struct {
	vu      modules.VU
	changes map[string]change
	// base is k6's own configuration, and configs are those made of it, by address.
	base    *tls.Config
	configs map[string]*tls.Config
}

// Exports implements modules.Instance.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"configure": i.configure, "use": i.use}}
}

// configure takes the settings by `host:port`. It throws where one of them cannot be used, before the load begins.
func (i *instance) configure(wishes map[string]settings) error {
	if i.vu.State() != nil {
		return errors.New("connections are configured in the init context")
	}
	for address, wish := range wishes {
		made, err := wish.read()
		if err != nil {
			return fmt.Errorf("tls of %s: %w", address, err)
		}
		i.changes[strings.ToLower(address)] = made
	}
	return nil
}

// use makes the settings hold for the requests of this user. Modules of k6 that connect by themselves, those of
// WebSockets and gRPC, get the settings of the address that was named last.
func (i *instance) use(address string) error {
	state := i.vu.State()
	if state == nil {
		return errors.New("connections are made in iterations only")
	}
	if i.base == nil {
		if err := i.install(state); err != nil {
			return err
		}
	}
	state.TLSConfig = i.configOf(address)
	return nil
}

func (i *instance) install(state *lib.State) error {
	transport, isTransport := state.Transport.(*http.Transport)
	if !isTransport {
		return fmt.Errorf("k6 sends requests by a %T", state.Transport)
	}
	i.base, i.configs = state.TLSConfig, map[string]*tls.Config{}
	for address, made := range i.changes {
		i.configs[address] = made.apply(i.base)
	}
	dialer := state.Dialer
	// The transport shakes hands itself, so that k6 sees how long that takes.
	transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		config := i.configOf(address)
		if config.ServerName == "" {
			host, _, _ := net.SplitHostPort(address)
			config = config.Clone()
			config.ServerName = host
		}
		return tls.Client(conn, config), nil
	}
	return nil
}

func (i *instance) configOf(address string) *tls.Config {
	if config := i.configs[strings.ToLower(address)]; config != nil {
		return config
	}
	return i.base
}
