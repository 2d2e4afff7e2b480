// Package oauth2 is the module `k6/x/oauth2` for scripts: tokens for a client that shows its credentials (RFC 6749,
// section 4.4). All users of a test are one client, so they share one token, as the instances of a service do: a token
// for each of a thousand users would be a load on the token service that no real client makes.
//
//	import oauth2 from 'k6/x/oauth2';
//	const tokens = oauth2.client({ name: 'api', url: '…', id: '…', secret: '…' });
//	const token = tokens.get();
//	if (response.status === 401) tokens.reject(token);
package oauth2

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/js/modules/k6/http"

	"benchwright/k6/redact"
)

func init() { modules.Register("k6/x/oauth2", &module{shelves: map[settings]*shelf{}}) }

// settings are what a script says of a client. Requests of equal ones give one token.
type settings struct {
	Name        string `js:"name"`
	URL         string `js:"url"`
	ID          string `js:"id"`
	Secret      string `js:"secret"`
	Scope       string `js:"scope"`
	Audience    string `js:"audience"`
	Credentials string `js:"credentials"`
	Timeout     string `js:"timeout"`
}

type module struct {
	mu      sync.Mutex
	shelves map[settings]*shelf
}

func (m *module) shelfFor(s settings) *shelf {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shelves[s] == nil {
		m.shelves[s] = &shelf{}
	}
	return m.shelves[s]
}

// NewModuleInstance implements modules.Module. Requests go through k6's own HTTP module, with its limits on addresses.
func (m *module) NewModuleInstance(vu modules.VU) modules.Instance {
	exports := http.New().NewModuleInstance(vu).Exports().Default.(*sobek.Object)
	request, _ := sobek.AssertFunction(exports.Get("request"))
	return &instance{module: m, vu: vu, request: request}
}

// instance belongs to one user, whose code runs in one goroutine.
type instance struct {
	module  *module
	vu      modules.VU
	request sobek.Callable
}

// Exports implements modules.Instance.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"client": i.client}}
}

func (i *instance) client(s settings) (map[string]any, error) {
	if i.vu.State() != nil {
		return nil, errors.New("clients are made in the init context")
	}
	tokens := i.module.shelfFor(s)
	get := func() (string, error) {
		if i.vu.State() == nil {
			return "", errors.New("tokens are asked for in iterations only")
		}
		value, err := tokens.get(i.vu.Context(), func() (token, error) { return i.fetch(s) }, i.warn)
		if err != nil && i.vu.Context().Err() == nil {
			// Requests without a token are not the load that was planned. An error would only end the iteration.
			reason := fmt.Sprintf("%s: no token for %s: %s", errext.AbortTest, s.Name, err)
			i.vu.Runtime().Interrupt(&errext.InterruptError{Reason: reason})
			return "", nil
		}
		return value, err
	}
	return map[string]any{"get": get, "reject": func(value string) { tokens.reject(value, time.Now()) }}, nil
}

func (i *instance) warn(err error) {
	i.vu.State().Logger.Warnf("a token could not be renewed, and the one before is still in use: %s", err)
}

// fetch asks the token service once.
func (i *instance) fetch(s settings) (token, error) {
	asked := time.Now()
	response, err := i.send(s)
	if err != nil {
		return token{}, err
	}
	text, _ := response.Body.(string)
	made, err := readAnswer(answer{status: response.Status, failure: response.Error, body: text}, asked)
	if err != nil {
		return made, fmt.Errorf("%s %w", s.URL, err)
	}
	redact.Add(made.value)
	return made, nil
}

func (i *instance) send(s settings) (*http.Response, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	headers := map[string]any{"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
	if s.Scope != "" {
		form.Set("scope", s.Scope)
	}
	if s.Audience != "" {
		form.Set("audience", s.Audience)
	}
	if s.Credentials == "form" {
		form.Set("client_id", s.ID)
		form.Set("client_secret", s.Secret)
	} else {
		// Encoded before they are joined, so that neither of them can hold the colon (RFC 6749, section 2.3.1).
		pair := url.QueryEscape(s.ID) + ":" + url.QueryEscape(s.Secret)
		redact.Add(base64.StdEncoding.EncodeToString([]byte(pair)))
		headers["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
	}
	rt := i.vu.Runtime()
	// The tag `aside` keeps it out of the figures of the load.
	params := map[string]any{
		"headers": headers, "redirects": 0, "responseType": "text", "timeout": s.Timeout,
		"tags": map[string]any{"name": "token " + s.Name, "aside": "token"},
	}
	value, err := i.request(sobek.Undefined(), rt.ToValue("POST"), rt.ToValue(s.URL), rt.ToValue(form.Encode()), rt.ToValue(params))
	if err != nil {
		return nil, err
	}
	response, isResponse := value.Export().(*http.Response)
	if !isResponse {
		return nil, fmt.Errorf("k6 answered a request with %T", value.Export())
	}
	return response, nil
}
