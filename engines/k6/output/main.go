// Command k6 is k6 itself, with Benchwright's output compiled in: `k6 run --out benchwright script.js` writes one
// record per second to stdout. docs/wire-format.md describes the records.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "benchwright/k6/arrivals"
	_ "benchwright/k6/drain"
	_ "benchwright/k6/gate"
	_ "benchwright/k6/messages"
	_ "benchwright/k6/oauth2"
	_ "benchwright/k6/secure"
	_ "benchwright/k6/sse"
	_ "benchwright/k6/stream"
)

func main() { cmd.Execute() }
