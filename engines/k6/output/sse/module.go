// Package sse is the module `k6/x/sse` for scripts: requests that are answered by server-sent events, as services of
// language models do.
//
//	import sse from 'k6/x/sse';
//	const answer = sse.stream('POST', url, body, params, (data) => data === '[DONE]');
//	answer.measure({ name: 'chat' });
//
// A request goes through k6's own HTTP module, with its connections, limits on addresses, cookies, tags, time limits
// and samples: it counts as one request that lasts to the end of the stream.
package sse

import (
	"errors"
	"fmt"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/js/modules/k6/http"
	"go.k6.io/k6/v2/lib"
	"gopkg.in/guregu/null.v3"

	"benchwright/k6/flow"
)

func init() { modules.Register("k6/x/sse", new(module)) }

type module struct{}

// NewModuleInstance implements modules.Module.
func (*module) NewModuleInstance(vu modules.VU) modules.Instance {
	i := &instance{vu: vu}
	i.metrics = flow.Register(vu)
	exports := http.New().NewModuleInstance(tappedVU{vu, i}).Exports().Default.(*sobek.Object)
	i.request, _ = sobek.AssertFunction(exports.Get("request"))
	return i
}

// instance belongs to one user, whose code runs in one goroutine.
type instance struct {
	vu      modules.VU
	metrics flow.Metrics
	request sobek.Callable
	// recording is that of the call under way.
	recording *recording
}

// Exports implements modules.Instance.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"stream": i.stream}}
}

// tappedVU is what k6's HTTP module sees: the same user with a transport that looks at the answers.
type tappedVU struct {
	modules.VU
	instance *instance
}

// State implements modules.VU. The copy is made per request: k6 gives a user new cookies in each iteration.
func (v tappedVU) State() *lib.State {
	state := v.VU.State()
	if state == nil || v.instance.recording == nil {
		return state
	}
	tapped := *state
	tapped.Transport = &tap{inner: state.Transport, recording: v.instance.recording}
	// The recording has the body: k6 need not keep it a second time.
	tapped.Options.DiscardResponseBodies = null.BoolFrom(true)
	return &tapped
}

// stream sends a request and reads its answer to the end, or to the event for which until is true. Parameters are
// those of http.request. It throws where until does, and returns failures of the request as http.request does.
func (i *instance) stream(method string, url, body, params, until sobek.Value) (*sobek.Object, error) {
	if i.vu.State() == nil {
		return nil, errors.New("streams cannot be opened in the init context")
	}
	rt := i.vu.Runtime()
	r := &recording{}
	if until != nil && !sobek.IsUndefined(until) && !sobek.IsNull(until) {
		isEnd, isFunction := sobek.AssertFunction(until)
		if !isFunction {
			return nil, errors.New("until must be a function of the data of an event")
		}
		r.until = func(data string) (bool, error) {
			value, err := isEnd(sobek.Undefined(), rt.ToValue(data))
			if err != nil {
				return false, err
			}
			return value.ToBoolean(), nil
		}
	}
	i.recording = r
	defer func() { i.recording = nil }()
	value, err := i.request(sobek.Undefined(), rt.ToValue(method), orNull(url), orNull(body), orNull(params))
	if r.fault != nil {
		return nil, r.fault
	}
	if err != nil {
		return nil, err
	}
	response, isResponse := value.Export().(*http.Response)
	if !isResponse {
		return nil, fmt.Errorf("k6 answered a request with %T", value.Export())
	}
	i.warnOfOtherAnswer(r)
	return i.answer(r, response)
}

func orNull(value sobek.Value) sobek.Value {
	if value == nil {
		return sobek.Null()
	}
	return value
}

// warnOfOtherAnswer says why a successful request has no events. The output folds equal lines.
func (i *instance) warnOfOtherAnswer(r *recording) {
	if r.response == nil || r.isStream || r.response.StatusCode < 200 || r.response.StatusCode > 299 {
		return
	}
	i.vu.State().Logger.Warnf("the answer is %q, and no text/event-stream", r.response.Header.Get("Content-Type"))
}
