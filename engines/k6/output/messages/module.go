// Package messages is the module `k6/x/messages` for scripts: when the messages of a call by gRPC come. Scripts have no
// clock that is finer than a millisecond.
//
//	import messages from 'k6/x/messages';
//	const clock = messages.start();
//	stream.on('data', () => clock.mark());
//	clock.passed(); // in milliseconds
//	clock.measure({ name: 'watch' }, false);
package messages

import (
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/metrics"

	"benchwright/k6/flow"
)

func init() { modules.Register("k6/x/messages", module{}) }

type module struct{}

// NewModuleInstance implements modules.Module.
func (module) NewModuleInstance(vu modules.VU) modules.Instance {
	return &instance{vu: vu, metrics: flow.Register(vu)}
}

// instance belongs to one user, whose code runs in one goroutine.
type instance struct {
	vu      modules.VU
	metrics flow.Metrics
}

// Exports implements modules.Instance.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"start": i.start}}
}

func (i *instance) start() map[string]any {
	f := flow.Flow{Start: time.Now()}
	return map[string]any{
		"mark":   func() { f.At = append(f.At, time.Since(f.Start)) },
		"passed": func() float64 { return metrics.D(time.Since(f.Start)) },
		"measure": func(tags sobek.Value, isTimeout bool) error {
			return i.measure(f, tags, isTimeout)
		},
	}
}

// measure files the times of the messages, or that none came in time.
func (i *instance) measure(f flow.Flow, tags sobek.Value, isTimeout bool) error {
	tagsAndMeta := i.vu.State().Tags.GetCurrentValues()
	if err := common.ApplyCustomUserTags(i.vu.Runtime(), &tagsAndMeta, tags); err != nil {
		return err
	}
	if len(f.At) == 0 && isTimeout {
		i.metrics.FileTimeout(tagsAndMeta.Tags, f.Start)
		return nil
	}
	i.metrics.File(tagsAndMeta.Tags, f)
	return nil
}
