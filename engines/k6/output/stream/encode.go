package stream

import (
	"hash/crc32"
	"math"
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendString writes s as a JSON string in ASCII. A line in ASCII has the same bytes in every encoding, so that a
// reader may check the sum over its characters, and a flipped high bit shows.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			b = appendASCII(b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		b = appendRune(b, r)
		i += size
	}
	return append(b, '"')
}

func appendASCII(b []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c < 0x20 || c == 0x7f:
		return appendUnit(b, rune(c))
	default:
		return append(b, c)
	}
}

// appendRune writes a character above ASCII; above U+FFFF as two UTF-16 units, as JSON asks.
func appendRune(b []byte, r rune) []byte {
	if r <= 0xffff {
		return appendUnit(b, r)
	}
	r -= 0x10000
	return appendUnit(appendUnit(b, 0xd800+r>>10), 0xdc00+r&0x3ff)
}

func appendUnit(b []byte, unit rune) []byte {
	return append(b, '\\', 'u', hexDigits[unit>>12&15], hexDigits[unit>>8&15], hexDigits[unit>>4&15], hexDigits[unit&15])
}

// appendInt writes a key, with its comma and colon, and a whole number.
func appendInt(b []byte, key string, value int64) []byte {
	return strconv.AppendInt(append(b, key...), value, 10)
}

// appendFloat writes a key and the shortest number that reads back as value.
func appendFloat(b []byte, key string, value float64) []byte {
	b = append(b, key...)
	if value == math.Trunc(value) && math.Abs(value) < 1e15 {
		return strconv.AppendInt(b, int64(value), 10)
	}
	return strconv.AppendFloat(b, value, 'g', -1, 64)
}

// appendText writes a key and a string.
func appendText(b []byte, key, value string) []byte {
	return appendString(append(b, key...), value)
}

// seal ends the line that began at start: its checksum, the closing brace and the line feed.
func seal(b []byte, start int) []byte {
	sum := crc32.ChecksumIEEE(b[start:])
	b = append(b, `,"crc":"`...)
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[sum>>shift&15])
	}
	return append(b, "\"}\n"...)
}

// cut shortens s to at most limit bytes, at the border of a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
