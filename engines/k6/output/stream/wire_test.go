package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.k6.io/k6/v2/metrics"
	"gopkg.in/guregu/null.v3"
)

var update = flag.Bool("update", false, "write the samples of test/wire that this side makes")

const wireFolder = "../../../../test/wire"

type requestLine struct {
	Scenario  string           `json:"s"`
	Step      string           `json:"n"`
	Outcome   string           `json:"o"`
	At        int64            `json:"at"`
	Count     int64            `json:"c"`
	Sum       int64            `json:"sum"`
	New       int64            `json:"nc"`
	Statuses  map[string]int64 `json:"st"`
	Codes     map[string]int64 `json:"ec"`
	Histogram []int64          `json:"h"`
}

type metricLine struct {
	Metric    string  `json:"m"`
	Type      string  `json:"t"`
	Step      string  `json:"n"`
	Outcome   string  `json:"o"`
	At        int64   `json:"at"`
	Count     int64   `json:"c"`
	Passes    int64   `json:"p"`
	Sum       float64 `json:"sum"`
	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	Value     float64 `json:"value"`
	Histogram []int64 `json:"h"`
}

type tickLine struct {
	Requests  []requestLine `json:"requests"`
	Metrics   []metricLine  `json:"metrics"`
	BytesSent int64         `json:"bytesSent"`
	Duration  int64         `json:"duration"`
	Seq       int64         `json:"seq"`
}

const tailLength = len(`,"crc":"00000000"}`)

// decode says of a line what protocol/stream.ts says: its kind, or why it is refused.
func decode(line []byte) (string, map[string]any) {
	body := len(line) - tailLength
	if body < 0 {
		return "damaged-line", nil
	}
	if string(line[body:]) != fmt.Sprintf(`,"crc":"%08x"}`, crc32.ChecksumIEEE(line[:body])) {
		return "damaged-line", nil
	}
	var record map[string]any
	if err := json.Unmarshal(line, &record); err != nil {
		return "unknown-record", nil
	}
	if v, _ := record["v"].(float64); v > version {
		return "newer-version", nil
	}
	switch kind, _ := record["kind"].(string); kind {
	case "start", "clock", "tick", "end", "resources":
		return kind, record
	default:
		return "unknown-record", nil
	}
}

func readLine(t *testing.T, line []byte) map[string]any {
	t.Helper()
	kind, record := decode(bytes.TrimSuffix(line, []byte("\n")))
	if record == nil {
		t.Fatalf("%s: %s", kind, line)
	}
	return record
}

func readTick(t *testing.T, line []byte) tickLine {
	t.Helper()
	readLine(t, line)
	var got tickLine
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// sample writes every kind of record with every field.
func sample() []byte {
	w := newWorld()
	f := w.started()
	s := stamp{phase: "løad \"1\""}
	b := s.appendStart(nil, w.zero.Add(-80*time.Millisecond), 4242)
	b = s.appendClock(b, f.zero)
	b = s.appendTick(b, tick{at: w.zero.Add(time.Second), duration: 1003 * time.Millisecond}, f)

	fill(w, f)
	b = s.appendTick(b, tick{
		at:       w.zero.Add(2 * time.Second),
		duration: time.Second,
		usage:    usage{cpu: 284727 * time.Microsecond, rss: 45961216},
		log: []logLine{
			{logKey{"warning", "Request Failed: dial tcp 127.0.0.1:1: connect: connection refused"}, 12400},
			{logKey{"error", "Error: boom\n\tat b (script.js:6)\x7f\x00"}, 1},
			{logKey{"info", "déjà vu 😀 \xff"}, 2},
		},
	}, f)
	return s.appendEnd(b, w.zero.Add(2*time.Second), errors.New("the run was aborted"))
}

func fill(w *world, f *fold) {
	in := []string{"scenario", "a", "name", "get /ü/${id}"}
	for i := range 300 {
		f.add(w.trail(time.Duration(i)*7*time.Millisecond, time.Duration(100+i*i)*time.Microsecond, append(in, "status", "200")...))
	}
	refused := w.trail(time.Second, 0, append(in, "status", "0", "error_code", "1212")...)
	refused.ConnReused, refused.ConnRemoteAddr, refused.Failed = false, nil, null.BoolFrom(true)
	f.add(refused)
	dialled := w.trail(1500*time.Millisecond, 3*time.Millisecond, append(in, "status", "503", "error_code", "1503")...)
	dialled.ConnReused, dialled.Blocked, dialled.ConnDuration = false, 2*time.Millisecond, 1500*time.Microsecond
	f.add(dialled)
	ttc, _ := w.registry.NewMetric("ttc", metrics.Trend, metrics.Time)
	valid, _ := w.registry.NewMetric("valid", metrics.Rate)
	cost, _ := w.registry.NewMetric("cost", metrics.Counter)
	depth, _ := w.registry.NewMetric("depth", metrics.Gauge)
	f.add(w.sample(ttc, 1900*time.Millisecond, 812.345678, append(in, "outcome", "success")...))
	f.add(w.sample(ttc, 1900*time.Millisecond, 1200, append(in, "outcome", "timeout")...))
	f.add(w.sample(valid, time.Second, 1, in...))
	f.add(w.sample(cost, time.Second, 0.1, in...))
	f.add(w.sample(depth, time.Second, -1.5e21, in...))
	f.add(w.sample(w.builtin.Iterations, time.Second, 303))
	f.add(w.sample(w.builtin.DroppedIterations, time.Second, 4))
	f.add(w.sample(w.builtin.VUs, time.Second, 5))
	f.add(w.sample(w.builtin.VUsMax, time.Second, 10))
	f.add(w.sample(w.builtin.DataSent, time.Second, 120012, in...))
	f.add(w.sample(w.builtin.DataReceived, time.Second, 223412, in...))
}

// damaged are the samples that a reader has to refuse in part.
func damaged(good []byte) map[string][]byte {
	line := func(body string) []byte { return seal([]byte(body), 0) }
	flipped := bytes.Clone(good)
	flipped[bytes.Index(flipped, []byte(`"duration":1003`))+len(`"duration":`)] ^= 1
	head := `"source":"k6","phase":"load","seq":0,"time":1790000000000`
	return map[string][]byte{
		"torn.ndjson":    good[:len(good)-len(good)/4],
		"flipped.ndjson": flipped,
		"newer.ndjson":   append(line(`{"v":2,"kind":"tide",`+head), line(`{"v":1,"kind":"clock",`+head)...),
		"unknown.ndjson": append(line(`{"v":1,"kind":"tide",`+head), line(`{"v":1,"kind":"clock",`+head+`,"later":[1]`)...),
	}
}

func TestTheSamplesAreWhatThisSideWrites(t *testing.T) {
	good := sample()
	files := damaged(good)
	files["every-field.ndjson"] = good
	files["histogram-buckets.txt"] = histogramSample()
	for name, text := range files {
		path := filepath.Join(wireFolder, name)
		if *update {
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept, text) {
			t.Errorf("%s differs; go test ./stream -update writes it again", name)
		}
	}
}

func TestEverySampleIsReadAsExpected(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(wireFolder, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string][]string
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(wireFolder, "*.ndjson"))
	if err != nil || len(files) != len(expected) {
		t.Fatalf("%d files for %d expectations, %v", len(files), len(expected), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
			kind, _ := decode(line)
			got = append(got, kind)
		}
		if want := expected[filepath.Base(file)]; strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s\n got %v\nwant %v", file, got, want)
		}
	}
}

// histogramSample lists values with their buckets: borders of octaves and buckets, and others by chance.
func histogramSample() []byte {
	values := []int64{0, 1, 126, 127, 128, 129, 255, 256, 257, 258, 1 << 40}
	for octave := 9; octave <= 37; octave++ {
		values = append(values, 1<<octave-1, 1<<octave, 1<<octave+1)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		values = append(values, random.Int64N(1<<(8+random.IntN(30))))
	}
	var text []byte
	for _, value := range values {
		text = fmt.Appendf(text, "%d %d\n", value, bucketOf(value))
	}
	return text
}

func TestStringsAreWrittenInASCIIAndReadBack(t *testing.T) {
	for _, text := range []string{"", "plain", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "äöü€", "😀𝄞", "\u2028\uffff"} {
		encoded := appendString(nil, text)
		var got string
		if err := json.Unmarshal(encoded, &got); err != nil || got != text {
			t.Errorf("%q: %s reads %q, %v", text, encoded, got, err)
		}
		if !isASCII(encoded) {
			t.Errorf("%q: %s", text, encoded)
		}
	}
	if got := string(appendString(nil, "a\xffb")); got != `"a\ufffdb"` {
		t.Errorf("a byte that is no character became %s", got)
	}
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < 0x20 {
			return false
		}
	}
	return true
}

func TestCuttingNeverSplitsACharacter(t *testing.T) {
	long := strings.Repeat("ä€😀", 100)
	for limit := 3; limit < 40; limit++ {
		if got := cut(long, limit); len(got) > limit || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") {
			t.Errorf("%d: %q", limit, got)
		}
	}
	if got := cut("short", 5); got != "short" {
		t.Errorf("got %q", got)
	}
}
