package sse

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/sobek"
	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/netext"
	"go.k6.io/k6/v2/lib/netext/httpext"
	"go.k6.io/k6/v2/metrics"
	"gopkg.in/guregu/null.v3"
)

// user is one user of k6, with k6's own dialer.
type user struct {
	ctx     context.Context
	init    *common.InitEnvironment
	state   *lib.State
	runtime *sobek.Runtime
	samples chan metrics.SampleContainer
}

func (u *user) Context() context.Context             { return u.ctx }
func (u *user) Events() common.Events                { return common.Events{} }
func (u *user) InitEnv() *common.InitEnvironment     { return u.init }
func (u *user) State() *lib.State                    { return u.state }
func (u *user) Runtime() *sobek.Runtime              { return u.runtime }
func (u *user) RegisterCallback() func(func() error) { return nil }

// newUser runs code of a script in which `sse` is the module, `at` the address of the server, and `over` an until that
// waits for [DONE].
func newUser(t *testing.T, handler http.HandlerFunc) *user {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	registry := metrics.NewRegistry()
	u := &user{
		ctx:     ctx,
		init:    &common.InitEnvironment{TestPreInitState: &lib.TestPreInitState{Registry: registry}},
		runtime: sobek.New(),
		samples: make(chan metrics.SampleContainer, 1000),
	}
	u.runtime.SetFieldNameMapper(common.FieldNameMapper{})
	module := new(module).NewModuleInstance(u).Exports().Default
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	dialer := netext.NewDialer(net.Dialer{}, netext.NewResolver(net.LookupIP, 0, 0, 0))
	transport := &http.Transport{DialContext: dialer.DialContext, DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	jar, _ := cookiejar.New(nil)
	u.state = &lib.State{
		Options:        lib.Options{SystemTags: &metrics.DefaultSystemTagSet, MaxRedirects: null.IntFrom(0)},
		BuiltinMetrics: metrics.RegisterBuiltinMetrics(registry),
		Logger:         logger,
		Dialer:         dialer,
		Transport:      transport,
		CookieJar:      jar,
		Samples:        u.samples,
		Tags:           lib.NewVUStateTags(registry.RootTagSet().With("scenario", "chat")),
		BufferPool:     lib.NewBufferPool(),
	}
	for name, value := range map[string]any{"sse": module, "at": server.URL} {
		if err := u.runtime.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	u.run(t, `const over = (data) => data === '[DONE]'; const tags = { name: 'talk', outcome: 'success' }`)
	return u
}

func (u *user) run(t *testing.T, code string) sobek.Value {
	t.Helper()
	value, err := u.runtime.RunString(code)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// check runs code and compares what it gives.
func (u *user) check(t *testing.T, code string, want any) {
	t.Helper()
	if got := u.run(t, code).Export(); !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got %#v\nwant %#v", code, got, want)
	}
}

// told takes what was told: the requests, and the samples of the stream's own metrics.
func (u *user) told() (trails []*httpext.Trail, samples []metrics.Sample) {
	for {
		select {
		case container := <-u.samples:
			if trail, isTrail := container.(*httpext.Trail); isTrail {
				trails = append(trails, trail)
				continue
			}
			samples = append(samples, container.GetSamples()...)
		default:
			return trails, samples
		}
	}
}

// send answers with pieces, each sent at once, after a pause.
func send(pause time.Duration, pieces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		for _, piece := range pieces {
			select {
			case <-time.After(pause):
			case <-request.Context().Done():
				return
			}
			_, _ = io.WriteString(w, piece)
			w.(http.Flusher).Flush()
		}
	}
}

func TestEventsHaveTheTimesAtWhichTheyCame(t *testing.T) {
	u := newUser(t, send(30*time.Millisecond, "data: a\n\n", "data: b\n\n", "data: c\n\n", "data: [DONE]\n\n"))
	u.run(t, `const a = sse.stream('POST', at, '{}', { tags }, over); a.measure(tags)`)
	u.check(t, `a.events.join() + a.status + a.isComplete + a.error_code`, "a,b,c,[DONE]200true0")
	u.check(t, `a.times.every((time, n) => time >= 30 * (n + 1) && time < 30 * (n + 1) + 500)`, true)
	trails, samples := u.told()
	if len(trails) != 1 {
		t.Fatalf("%d requests were told", len(trails))
	}
	scenario, _ := trails[0].Tags.Get("scenario")
	name, _ := trails[0].Tags.Get("name")
	status, _ := trails[0].Tags.Get("status")
	if got := fmt.Sprint(scenario, name, status, trails[0].Failed.Bool); got != "chattalk200false" {
		t.Errorf("the request is told as %s", got)
	}
	if took := trails[0].Duration; took < 118*time.Millisecond || took > 600*time.Millisecond {
		t.Errorf("the request took %s", took)
	}
	var names []string
	for _, s := range samples {
		names = append(names, s.Metric.Name)
	}
	if got := strings.Join(names, " "); got != "ttft between between chunks_per_second" {
		t.Fatalf("told: %s", got)
	}
	if began := samples[2].Time.Sub(samples[1].Time); began < 20*time.Millisecond {
		t.Errorf("the times between events are told with %s between them", began)
	}
	if want := 2000 / (samples[1].Value + samples[2].Value); math.Abs(samples[3].Value-want) > 1e-6 {
		t.Errorf("%g chunks per second, want %g", samples[3].Value, want)
	}
}

func TestTheFormIsThatOfTheStandard(t *testing.T) {
	for name, c := range map[string]struct {
		pieces []string
		want   []any
	}{
		"an event in many packets":          {[]string{"da", "ta: on", "e\n", "\ndata:two\n\n"}, []any{"one", "two"}},
		"CRLF, also across packets":         {[]string{"data: a\r", "\n\r\n", "data: b\r\n\r\n"}, []any{"a", "b"}},
		"lines that end in CR":              {[]string{"data: a\r\rdata: b\r\r"}, []any{"a", "b"}},
		"comments and other fields":         {[]string{": hello\nevent: x\nid: 7\nretry: 5\ndata: a\nother\n\n"}, []any{"a"}},
		"data in several lines":             {[]string{"data: a\ndata:\ndata:  b\n\n"}, []any{"a\n\n b"}},
		"a byte order mark":                 {[]string{"\xef\xbb\xbfdata: a\n\n"}, []any{"a"}},
		"empty data, and an event without":  {[]string{"data\n\n", "event: ping\n\n"}, []any{""}},
		"no event where the end is missing": {[]string{"data: a\n\ndata: b\n"}, []any{"a"}},
		"other alphabets":                   {[]string{"data: \xc3", "\xa4\xe2\x82\xac\n\n"}, []any{"ä€"}},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUser(t, send(5*time.Millisecond, c.pieces...))
			u.check(t, `sse.stream('GET', at, null, {}).events`, c.want)
		})
	}
}

func TestAStreamThatIsCutIsAFailedRequest(t *testing.T) {
	u := newUser(t, func(w http.ResponseWriter, r *http.Request) {
		send(0, "data: a\n\n")(w, r)
		panic(http.ErrAbortHandler)
	})
	u.check(t, `const a = sse.stream('GET', at, null, {}); [a.status, a.events.length, a.error, a.isComplete]`,
		[]any{int64(200), int64(1), "unexpected EOF", false})
	trails, _ := u.told()
	if len(trails) != 1 || !trails[0].Failed.Bool {
		t.Errorf("told: %+v", trails)
	}
}

func TestAStreamHasBounds(t *testing.T) {
	endless := func(piece string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, piece); err != nil {
					return
				}
			}
		}
	}
	for piece, want := range map[string]string{
		strings.Repeat("x", 1000):                   "an event is longer than 1048576 bytes",
		"data: " + strings.Repeat("x", 1000) + "\n": "an event is longer than 1048576 bytes",
		": " + strings.Repeat("x", 1000) + "\n":     "the stream is longer than 67108864 bytes",
		"data: x\n\n":                               "the stream has more than 100000 events",
	} {
		u := newUser(t, endless(piece))
		u.check(t, `sse.stream('GET', at, null, {}).error`, want)
	}
}

func TestATimeLimitEndsAStream(t *testing.T) {
	u := newUser(t, send(60*time.Millisecond, "data: a\n\n", "data: b\n\n", "data: c\n\n"))
	u.check(t, `const a = sse.stream('GET', at, null, { timeout: '100ms' }); [a.events.length, a.error_code, a.error]`,
		[]any{int64(1), int64(1050), "request timeout"})
	u.run(t, `const b = sse.stream('GET', at, null, { timeout: '30ms' }); b.measure(tags)`)
	u.check(t, `b.error_code`, int64(1050))
	_, samples := u.told()
	if len(samples) != 1 {
		t.Fatalf("told: %+v", samples)
	}
	outcome, _ := samples[0].Tags.Get("outcome")
	if samples[0].Metric.Name != "ttft" || outcome != "timeout" || samples[0].Value < 30 {
		t.Errorf("told: %+v", samples[0])
	}
}

// cutOff ends each request as the module k6/x/drain does at the end of the drain.
type cutOff struct{}

func (cutOff) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, httpext.NewK6Error(1900, "unfinished when the drain ended", nil)
}

func TestTheFirstEventOfAStreamThatTheDrainCutsOffWouldHaveComeLater(t *testing.T) {
	u := newUser(t, send(0))
	u.state.Transport = cutOff{}
	u.run(t, `const a = sse.stream('GET', at, null, {}); a.measure(tags)`)
	u.check(t, `a.error_code`, int64(1900))
	_, samples := u.told()
	if len(samples) != 1 {
		t.Fatalf("told: %+v", samples)
	}
	if outcome, _ := samples[0].Tags.Get("outcome"); samples[0].Metric.Name != "ttft" || outcome != "timeout" {
		t.Errorf("told: %+v", samples[0])
	}
}

func TestTheEndOfTheRunEndsAStream(t *testing.T) {
	u := newUser(t, send(time.Hour, "never"))
	ctx, cancel := context.WithCancel(u.ctx)
	u.ctx = ctx
	time.AfterFunc(30*time.Millisecond, cancel)
	began := time.Now()
	u.run(t, `sse.stream('GET', at, null, {})`)
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAnAnswerThatIsNoStreamIsKept(t *testing.T) {
	u := newUser(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"error":"later"}`)
	})
	u.check(t, `const a = sse.stream('POST', at, '', {}); [a.status, a.body, a.events.length, a.headers['Retry-After']]`,
		[]any{int64(429), `{"error":"later"}`, int64(0), "7"})
	u.run(t, `a.measure(tags)`)
	trails, samples := u.told()
	if len(trails) != 1 || !trails[0].Failed.Bool || len(samples) != 0 {
		t.Errorf("told: %+v %+v", trails, samples)
	}
}

func TestRedirectsAndCookiesAreThoseOfK6(t *testing.T) {
	u := newUser(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.SetCookie(w, &http.Cookie{Name: "who", Value: "me"})
			http.Redirect(w, r, "/stream", http.StatusSeeOther)
			return
		}
		cookie, _ := r.Cookie("who")
		send(0, fmt.Sprintf("data: %s %s\n\n", cookie.Value, r.Header.Get("X-Key")))(w, r)
	})
	u.check(t, `sse.stream('POST', at, 'x', {}).status`, int64(303))
	u.check(t, `sse.stream('POST', at, 'x', { redirects: 1, headers: { 'X-Key': 'k' } }).events`, []any{"me k"})
}

func TestAddressesThatAreForbiddenStayForbidden(t *testing.T) {
	var asked atomic.Int64
	u := newUser(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	block, err := lib.ParseCIDR("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	u.state.Dialer.(*netext.Dialer).Blacklist = []*lib.IPNet{block}
	u.check(t, `sse.stream('GET', at, null, {}).error_code`, int64(1110))
	if asked.Load() != 0 {
		t.Error("the server was asked")
	}
}

func TestAConnectionIsUsedAgainAfterAStreamThatUntilEnded(t *testing.T) {
	var addresses = map[string]bool{}
	u := newUser(t, func(w http.ResponseWriter, r *http.Request) {
		addresses[r.RemoteAddr] = true
		send(0, "data: a\n\ndata: [DONE]\n\n")(w, r)
	})
	for range 5 {
		u.check(t, `sse.stream('GET', at, null, {}, over).isComplete`, true)
	}
	if len(addresses) > 2 {
		t.Errorf("5 streams took %d connections", len(addresses))
	}
}

func TestUntilEndsAStreamThatTheServerLeavesOpen(t *testing.T) {
	u := newUser(t, func(w http.ResponseWriter, r *http.Request) {
		send(0, "data: a\n\n", "data: [DONE]\n\n", "data: b\n\n")(w, r)
		<-r.Context().Done()
	})
	began := time.Now()
	u.check(t, `sse.stream('GET', at, null, {}, over).events`, []any{"a", "[DONE]"})
	if took := time.Since(began); took > drainTime/2 {
		t.Errorf("it took %s", took)
	}
	trails, _ := u.told()
	if len(trails) != 1 || trails[0].Failed.Bool {
		t.Errorf("told: %+v", trails)
	}
}

func TestAStreamThatEndsBeforeUntilIsNotComplete(t *testing.T) {
	u := newUser(t, send(0, "data: a\n\n"))
	u.check(t, `sse.stream('GET', at, null, {}, over).isComplete`, false)
	u.check(t, `sse.stream('GET', at, null, {}).isComplete`, true)
}

func TestAFaultOfUntilIsThrown(t *testing.T) {
	u := newUser(t, send(0, "data: a\n\n"))
	_, err := u.runtime.RunString(`sse.stream('GET', at, null, {}, () => { throw new Error('no') })`)
	if err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("got %v", err)
	}
	if _, err = u.runtime.RunString(`sse.stream('GET', at, null, {}, 'x')`); err == nil {
		t.Error("a text passed as until")
	}
}

func TestOnlyEventsWithTextCountWhereTextsAreKnown(t *testing.T) {
	u := newUser(t, send(20*time.Millisecond, "data: role\n\n", "data: a\n\n", "data: b\n\n", "data: [DONE]\n\n"))
	u.run(t, `sse.stream('GET', at, null, {}, over).measure(tags, ['', 'a', 'b', undefined], 5)`)
	_, samples := u.told()
	var names []string
	for _, s := range samples {
		names = append(names, s.Metric.Name)
	}
	if got := strings.Join(names, " "); got != "ttft between tokens_per_second" {
		t.Fatalf("told: %s", got)
	}
	if samples[0].Value < 40 || samples[2].Value < 100 {
		t.Errorf("the first text came after %g ms, and then %g tokens per second", samples[0].Value, samples[2].Value)
	}
}

func TestAServerThatIsNotThereIsTold(t *testing.T) {
	u := newUser(t, nil)
	gone, _ := url.Parse("http://127.0.0.1:1")
	u.check(t, fmt.Sprintf(`const a = sse.stream('GET', %q, null, {}); a.measure(tags); [a.status, a.error_code]`, gone),
		[]any{int64(0), int64(1212)})
	if trails, samples := u.told(); len(trails) != 1 || len(samples) != 0 {
		t.Errorf("told: %+v %+v", trails, samples)
	}
}
