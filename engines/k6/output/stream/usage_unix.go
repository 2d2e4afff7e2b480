//go:build unix

package stream

import (
	"syscall"
	"time"
)

// cpuTime is the time that this process has spent computing, in user and kernel.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
