// Command load-target answers every request at once, and measures the programs that make them.
//
// It prints the address it serves, reads one command per line from stdin as {"args": […], "env": […]}, runs it, and
// prints {"requests", "cpuUs", "wallUs", "code"}: requests served meanwhile, CPU time of the program in user and
// kernel and its wall time in microseconds.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

type command struct {
	Args []string `json:"args"`
	Env  []string `json:"env"`
}

type result struct {
	Requests int64 `json:"requests"`
	CPU      int64 `json:"cpuUs"`
	Wall     int64 `json:"wallUs"`
	Code     int   `json:"code"`
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var served atomic.Int64
	body := []byte(`{"ok":true}`)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served.Add(1)
		_, _ = w.Write(body)
	})
	go func() { _ = http.Serve(listener, handler) }()
	fmt.Println(listener.Addr())

	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var c command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil || len(c.Args) == 0 {
			fmt.Fprintln(os.Stderr, "no command:", lines.Text(), err)
			os.Exit(1)
		}
		before := served.Load()
		r := run(c)
		r.Requests = served.Load() - before
		text, _ := json.Marshal(r)
		fmt.Println(string(text))
	}
}

// run drains the output of the program through a pipe, as the runner does.
func run(c command) result {
	program := exec.Command(c.Args[0], c.Args[1:]...)
	program.Env = c.Env
	program.Stderr = os.Stderr
	program.Stdout = drain{}
	began := time.Now()
	err := program.Run()
	wall := time.Since(began)
	state := program.ProcessState
	if state == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	cpu := state.UserTime() + state.SystemTime()
	return result{CPU: cpu.Microseconds(), Wall: wall.Microseconds(), Code: state.ExitCode()}
}

type drain struct{}

func (drain) Write(b []byte) (int, error) { return len(b), nil }
