package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestSecretsAreTakenOutInEveryForm(t *testing.T) {
	const secret = `to/ken+"4711"<é>`
	Add(secret)
	quoted, _ := json.Marshal(secret)
	again, _ := json.Marshal(string(quoted))
	texts := map[string]string{
		"as it stands":   "Bearer " + secret,
		"in a query":     "?token=" + url.QueryEscape(secret),
		"in a path":      "/" + url.PathEscape(secret),
		"in JSON":        string(quoted),
		"in JSON twice":  string(again),
		"in hexadecimal": hex.EncodeToString([]byte(secret)),
		"in capitals":    strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for _, before := range []string{"", "u", "us", "user:"} {
		texts["in Base64 behind "+before] = base64.StdEncoding.EncodeToString([]byte(before + secret + "!"))
		texts["in the Base64 of URLs behind "+before] = base64.URLEncoding.EncodeToString([]byte(before + secret + "!"))
	}
	for name, text := range texts {
		if clean := Text(text); !strings.Contains(clean, mark) || len(clean) > len(mark)+20 {
			t.Errorf("%s: %q is told as %q", name, text, clean)
		}
	}
}

func TestOrdinaryTextStays(t *testing.T) {
	Add("key")
	Add("quiet-canary")
	const text = "the key of a quiet canary is 6b6579"
	if clean := Text(text); clean != text {
		t.Errorf("%q is told as %q", text, clean)
	}
}
