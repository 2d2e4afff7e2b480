// Package arrivals is the executor `poisson-arrival-rate`: arrivals at random, as those of many people who do not know
// of each other are. k6's own executors of arrival rates space them evenly, which no crowd does, and a queue behind
// them is shorter than the one that users will meet. The times come from a seed, so that a load can be repeated.
package arrivals

import (
	"errors"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/executor"
	"go.k6.io/k6/v2/lib/types"
	"gopkg.in/guregu/null.v3"
)

const executorType = "poisson-arrival-rate"

func init() {
	lib.RegisterExecutorConfigType(executorType, func(name string, raw []byte) (lib.ExecutorConfig, error) {
		config := &Config{BaseConfig: executor.NewBaseConfig(name, executorType)}
		err := lib.StrictJSONUnmarshal(raw, config)
		return config, err
	})
}

// StageConfig is a stage as it stands in a script.
type StageConfig struct {
	Duration types.NullDuration `json:"duration"`
	Target   null.Float         `json:"target"`
}

// Config is the executor as it stands in a script. Rates are arrivals per second, and need not be whole.
type Config struct {
	executor.BaseConfig
	StartRate null.Float    `json:"startRate"`
	Stages    []StageConfig `json:"stages"`
	// VUs are made before the load; an arrival that finds none of them free is dropped.
	VUs  null.Int `json:"vus"`
	Seed null.Int `json:"seed"`
}

var _ lib.ExecutorConfig = &Config{}

// Validate implements lib.ExecutorConfig.
func (c *Config) Validate() []error {
	problems := c.BaseConfig.Validate()
	if c.StartRate.Float64 < 0 {
		problems = append(problems, errors.New("the startRate can't be negative"))
	}
	if c.VUs.Int64 < 1 {
		problems = append(problems, errors.New("vus must be at least 1"))
	}
	if !c.Seed.Valid {
		problems = append(problems, errors.New("a seed is needed"))
	}
	if len(c.Stages) == 0 {
		problems = append(problems, errors.New("at least one stage is needed"))
	}
	for i, stage := range c.Stages {
		if !stage.Duration.Valid || stage.Duration.Duration < 0 || !stage.Target.Valid || stage.Target.Float64 < 0 {
			problems = append(problems, fmt.Errorf("stage %d needs a duration and a target that are not negative", i+1))
		}
	}
	return problems
}

func (c *Config) stages() []Stage {
	stages := make([]Stage, len(c.Stages))
	for i, stage := range c.Stages {
		stages[i] = Stage{stage.Duration.TimeDuration(), stage.Target.Float64}
	}
	return stages
}

func (c *Config) length() (sum time.Duration) {
	for _, stage := range c.Stages {
		sum += stage.Duration.TimeDuration()
	}
	return sum
}

// GetDescription implements lib.ExecutorConfig.
func (c *Config) GetDescription(*lib.ExecutionTuple) string {
	return fmt.Sprintf("Poisson arrivals for %s (vus: %d, seed: %d)", c.length(), c.VUs.Int64, c.Seed.Int64)
}

// GetExecutionRequirements implements lib.ExecutorConfig.
func (c *Config) GetExecutionRequirements(et *lib.ExecutionTuple) []lib.ExecutionStep {
	return []lib.ExecutionStep{
		{PlannedVUs: uint64(et.ScaleInt64(c.VUs.Int64))}, //nolint:gosec
		{TimeOffset: c.length() + c.GracefulStop.TimeDuration()},
	}
}

// HasWork implements lib.ExecutorConfig.
func (c *Config) HasWork(et *lib.ExecutionTuple) bool { return et.ScaleInt64(c.VUs.Int64) > 0 }

// NewExecutor implements lib.ExecutorConfig.
func (c *Config) NewExecutor(es *lib.ExecutionState, logger *logrus.Entry) (lib.Executor, error) {
	return &poisson{
		BaseExecutor: executor.NewBaseExecutor(c, es, logger),
		config:       c,
		state:        es,
		logger:       logger,
	}, nil
}
