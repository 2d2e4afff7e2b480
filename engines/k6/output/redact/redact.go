// Package redact takes secrets that become known while a test runs, such as tokens, out of everything k6 writes. The
// runner takes out those that it knows beforehand.
package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sirupsen/logrus"
)

const (
	// minLength is that of the runner: a shorter value would take ordinary text out with it.
	minLength = 4

	// maxSecrets bounds the memory of a test whose tokens are renewed without end; the oldest have long expired then.
	maxSecrets = 1000

	mark = "[token]"
)

var (
	mu sync.Mutex
	// Each in all its forms.
	secrets  [][]string
	replacer atomic.Pointer[strings.Replacer]
)

// Add notes a secret. From now on no log line has it, in any of the forms in which it travels.
func Add(secret string) {
	if len(secret) < minLength {
		return
	}
	mu.Lock()
	defer mu.Unlock()
	secrets = append(secrets, forms(secret))
	if len(secrets) > maxSecrets {
		secrets = secrets[1:]
	}
	var pairs []string
	for _, form := range slices.Concat(secrets...) {
		if len(form) >= minLength {
			pairs = append(pairs, form, mark)
		}
	}
	replacer.Store(strings.NewReplacer(pairs...))
}

// forms are those of the runner: as it stands, in a URL, in JSON and in JSON within JSON, in hexadecimal, and within
// Base64 wherever it begins in a group of three bytes.
func forms(secret string) []string {
	quoted, _ := json.Marshal(secret)
	inside := string(quoted[1 : len(quoted)-1])
	again, _ := json.Marshal(inside)
	digits := hex.EncodeToString([]byte(secret))
	found := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), inside, string(again[1 : len(again)-1]),
		digits, strings.ToUpper(digits),
	}
	for before := range 3 {
		bytes := append(make([]byte, before), secret...)
		// Letters that also stand for a neighbour's bits are left to it.
		from, to := (before*8+5)/6, len(bytes)*8/6
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			found = append(found, encoding.EncodeToString(bytes)[from:to])
		}
	}
	return found
}

// Text gives a text without the secrets.
func Text(text string) string {
	if known := replacer.Load(); known != nil {
		return known.Replace(text)
	}
	return text
}

// Formatter takes the secrets out of lines of the log.
type Formatter struct{ Inner logrus.Formatter }

// Format implements logrus.Formatter.
func (f Formatter) Format(entry *logrus.Entry) ([]byte, error) {
	line, err := f.Inner.Format(entry)
	if err != nil || replacer.Load() == nil {
		return line, err
	}
	return []byte(Text(string(line))), nil
}
