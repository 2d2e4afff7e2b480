//go:build !linux

package stream

// residentBytes is 0, for unknown: only Linux tells the present size without a library in C.
func residentBytes() int64 { return 0 }
