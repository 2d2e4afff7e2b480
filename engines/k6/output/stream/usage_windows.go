package stream

import (
	"syscall"
	"time"
)

// cpuTime is the time that this process has spent computing, in user and kernel.
func cpuTime() time.Duration {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, exited, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &created, &exited, &kernel, &user); err != nil {
		return 0
	}
	return fromFiletime(kernel) + fromFiletime(user)
}

// fromFiletime reads a span, which Windows counts in steps of 100 ns; Filetime.Nanoseconds is for dates.
func fromFiletime(t syscall.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
