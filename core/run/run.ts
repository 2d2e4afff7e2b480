/** The result of a run as it is kept in `run.json`, the last file a run writes. */
import * as z from 'zod';

export const verdicts = ['pass', 'fail', 'no-data', 'incomplete', 'aborted', 'tool-error'] as const;
export type Verdict = (typeof verdicts)[number];

/** In which unit a load is told. */
const loadUnits = ['users', 'per-second'] as const;

const evidence = z.object({
  code: z.string(),
  /** One sentence with the figures. */
  message: z.string(),
});

const validity = z.object({
  state: z.enum(['valid', 'suspect', 'invalid']),
  evidence: z.array(evidence),
});

/**
 * How well this run knows a percentile: its 95 % interval in milliseconds, `null` where a side is open. Made from order
 * statistics, and as much wider as stretches of at least 5 s differ from each other. `grade`: `rough` with few samples,
 * `plain` where there are enough for the figure to stand alone.
 */
const percentileInterval = z.object({
  low: z.number().nullable(),
  high: z.number().nullable(),
  grade: z.enum(['rough', 'fair', 'plain']),
  /** The true value can only be higher: arrivals were dropped, or it falls on what was given up. */
  isLowerBound: z.boolean(),
});

/** Milliseconds. A percentile is `null` where there are too few samples to state it. */
const latency = z.object({
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  /** Absent in runs of an earlier version; `null` where the percentile is. */
  intervals: z
    .object({
      p50: percentileInterval.nullable(),
      p90: percentileInterval.nullable(),
      p95: percentileInterval.nullable(),
      p99: percentileInterval.nullable(),
    })
    .optional(),
});

const tasks = z.object({ success: z.int(), failed: z.int(), unjudged: z.int(), timeout: z.int() });

const stepSummary = z.object({
  scenario: z.string(),
  step: z.string(),
  /** Requests that started in the measured window. */
  requests: z.int(),
  failed: z.int(),
  /** Those of the failed ones that had not ended when the drain did; absent where there was none. */
  unfinished: z.int().optional(),
  /** Requests per second over the measured window; `null` where the load was moving. */
  rps: z.number().nullable(),
  /** Of requests with outcome `ok`, and of unfinished ones, which would have taken longer. */
  latencyMs: latency,
  /** Of requests with outcome `failed`. */
  failedLatencyMs: latency,
  statuses: z.record(z.string(), z.int()),
  errorCodes: z.record(z.string(), z.int()),
  /** Absent where the step judges no task. */
  tasks: tasks.optional(),
  /** Time to completion of asynchronous tasks; absent where the step awaits none. */
  ttcMs: latency.optional(),
  /** Time to the first event of streams, and times between their events; absent where the step has no stream. */
  ttftMs: latency.optional(),
  betweenMs: latency.optional(),
  /** How long sessions of WebSockets were, and their messages; absent where the step opens none. */
  sessionMs: latency.optional(),
  messages: z.object({ sent: z.int(), received: z.int() }).optional(),
});

const goalResult = z.object({
  text: z.string(),
  state: z.enum(['held', 'broken', 'no-data']),
  /** In the unit of the goal: milliseconds, a share between 0 and 1, a rate per second, or users. */
  measured: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.enum(['ms', 'share', 'per-second', 'users']),
  samples: z.int(),
  /** Why there is no answer, or what makes it doubtful. */
  reason: z.string().optional(),
  /** What is missing where there is no answer: a missing baseline is no fault of the run. */
  lacks: z
    .enum(['baseline', 'requests', 'samples', 'judgement', 'completion', 'steady-load', 'bounds'])
    .optional(),
});

const trialResult = z.object({
  /** Counts from 1, in the order in which the trials were made. */
  number: z.int(),
  /** `overload`: made after the answer, above the limit, to see what is full there. It moves no bound. */
  purpose: z.enum(['climb', 'bisect', 'confirm', 'overload']),
  /** The load that was offered, in the unit of the capacity: arrivals per second, or users. */
  level: z.number(),
  /** Iterations per second that ended in the second half of the trial; `null` where it ended before that. */
  achieved: z.number().nullable(),
  /**
   * What was under way at once: `achieved` times the mean time with the target, without pauses. Absent in runs of an
   * earlier version; `null` where it cannot be told.
   */
  inFlight: z.number().nullable().optional(),
  /** Share of requests that failed; `null` where there was none. */
  errors: z.number().nullable(),
  /** Milliseconds, of the slowest step; of its time to completion where it awaits a task. */
  p95: z.number().nullable(),
  /** `null` where the trial has no answer. */
  held: z.boolean().nullable(),
  /** What broke first, or why there is no answer; `null` where all held. */
  why: z.string().nullable(),
});

const range = z.object({ low: z.number(), high: z.number() });

/**
 * The universal scalability law through the trials. It explains what was measured and is no verdict. `kind` is the
 * strongest that is proven: `crosstalk` (the price of keeping in step), `contention` (waiting for one's turn), or none.
 */
const capacityExplanation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['crosstalk', 'contention', 'none']),
    contention: z.number(),
    crosstalk: z.number(),
    /** 90 % intervals, by resampling. */
    contentionRange: range,
    crosstalkRange: range,
    /** What is under way at once, and iterations per second, where throughput is highest; `null` beyond what was tried. */
    peak: z.object({ concurrency: z.number(), throughput: z.number() }).nullable(),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('unknown'), reason: z.string() }),
]);

/** What a search for the capacity found, in arrivals per second or in users. */
const capacity = z.object({
  /** Of the levels of the search; what was achieved is iterations per second in either case. */
  unit: z.enum(loadUnits),
  /** The highest level that held, in a confirming trial where the verdict is `pass`; `null` where none did. */
  lower: z.number().nullable(),
  /** The lowest level that broke, twice or in a confirming trial; `null` where none did. */
  upper: z.number().nullable(),
  /** Whether the limit was found, between `lower` and `upper`. */
  reached: z.boolean(),
  /** What broke at `upper`: a goal, a condition, or what became of the load. */
  brokeFirst: z.string().nullable(),
  p95: z.number().nullable(),
  /** Where throughput stops following the load, by all trials together. */
  plateau: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('knee'), offered: z.number(), delivered: z.number(), reason: z.string() }),
    z.object({ kind: z.literal('not-reached'), reason: z.string() }),
  ]),
  /** Absent in runs of an earlier version. */
  explanation: capacityExplanation.optional(),
  trials: z.array(trialResult),
});

/** What the resource is held by: see core/measure/saturation-gauges.ts. */
const limitKinds = ['core', 'cores', 'machine', 'limit'] as const;

const resourceUnits = ['cores', 'bytes', 'per-second', 'ms', 'count', 'share', 'own'] as const;

/** Which resource of which component reached its limit first, or why that cannot be told. */
const saturation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('saturated'),
    /** A target, or `machine`. */
    component: z.string(),
    metric: z.string(),
    limitedBy: z.enum(limitKinds),
    source: z.string(),
    instance: z.string().nullable(),
    unit: z.enum(resourceUnits),
    limit: z.number(),
    /** Mean share of the limit from there on. */
    share: z.number(),
    /** The load at which it was reached, and when, from the start of the load: `null` in a search. */
    from: z.object({
      unit: z.enum(loadUnits),
      load: z.number(),
      /** Requests that began per second; of a search, iterations that ended. */
      rate: z.number().nullable(),
      atMs: z.number().nullable(),
    }),
    /** One sentence with the figures, and with what became of the goals. */
    message: z.string(),
    /** What else has to be known to believe it. */
    notes: z.array(z.string()),
    /**
     * Load and resource side by side: over time, or of a search by load. `delivered` is iterations that ended per
     * second, `used` in the unit of the limit.
     */
    evidence: z.array(
      z.object({
        atMs: z.number(),
        load: z.number(),
        delivered: z.number().nullable(),
        used: z.number().nullable(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('undetermined'),
    code: z.enum(['none', 'no-data', 'several', 'generator', 'others']),
    message: z.string(),
    notes: z.array(z.string()),
  }),
]);

/** One resource of one instance of a component over the measured window. Values are in the unit of the metric. */
const resourceSummary = z.object({
  /** A target, or `generator`. */
  component: z.string(),
  metric: z.string(),
  source: z.string(),
  /** `null` where the figures are of the whole component. */
  instance: z.string().nullable(),
  unit: z.enum(resourceUnits),
  limit: z.number().nullable(),
  readings: z.int(),
  mean: z.number(),
  max: z.number(),
  /** The first and the last value: their difference is the growth. */
  start: z.number(),
  end: z.number(),
});

/** A function in a profile. `self` and `total` are shares of what was recorded, from 0 to 1. */
const hotFunction = z.object({
  name: z.string(),
  /** Relative to the folder of the plan where it lies below it, with `/`; else as the profiler told it. */
  file: z.string(),
  /** From 1; 0 where it is unknown. */
  line: z.int(),
  self: z.number(),
  total: z.number(),
});

/** A source file of the program as it was when it was recorded. */
const recordedSource = z.object({
  /** As the profiler named it. */
  told: z.string(),
  /** As in `top`. */
  file: z.string(),
  /** Of its bytes, in hexadecimal. */
  sha256: z.string(),
});

/** What one profiler recorded of one target. */
const profileResult = z.object({
  target: z.string(),
  tool: z.enum(['py-spy', 'cProfile']),
  version: z.string().nullable(),
  /** Options other than the usual ones, such as `idle` or `native`. */
  options: z.array(z.string()),
  /** In the order of time, relative to the run folder; empty where there is nothing. */
  files: z.array(z.string()),
  /** Stacks that were taken; of cProfile, calls that were counted. */
  samples: z.int(),
  /** How long was recorded, in all pieces together. */
  seconds: z.number(),
  /** Samples per second that were asked for; `null` of cProfile. */
  rateHz: z.number().nullable(),
  /**
   * What all profilers of the phase together cost: answers per second and median latency while they recorded, as
   * ratios to the same load without them. `null` where it is not known.
   */
  overhead: z.object({ rps: z.number().nullable(), p50: z.number().nullable() }).nullable(),
  validity,
  /** The program's own functions that cost most; five at most, the most expensive first. */
  top: z.array(hotFunction),
  /** The same of libraries and of the runtime, by their own work. */
  libraries: z.array(hotFunction),
  /** The program's own files in the recording, as far as they are here; absent in runs of an earlier version. */
  sources: z.array(recordedSource).optional(),
});

const phaseResult = z.object({
  name: z.string(),
  verdict: z.enum(verdicts),
  /** One sentence: why this verdict. */
  reason: z.string(),
  validity,
  /** Start of the load, in milliseconds since the epoch; `null` where it never started. */
  loadStartMs: z.number().nullable(),
  /** The measured window, in milliseconds from the start of the load. */
  window: z.object({ fromMs: z.number(), toMs: z.number() }),
  goals: z.array(goalResult),
  requests: z.int(),
  failed: z.int(),
  rps: z.number().nullable(),
  iterations: z.int(),
  dropped: z.int(),
  usersMax: z.int(),
  steps: z.array(stepSummary),
  /** Requests for tokens under the load, which are no part of it; absent where there were none. */
  tokenRequests: z.int().optional(),
  /** How many generators made the load together, and how many of them were lost; absent where there was one. */
  generators: z.object({ count: z.int(), lost: z.int() }).optional(),
  /** Of a search, whose other figures are those of its decisive trial: the one that confirms, or the last. */
  capacity: capacity.optional(),
  /** Absent where no load was made. */
  saturation: saturation.optional(),
  /** What components used in the measured window; absent where nothing was read. */
  resources: z.array(resourceSummary).optional(),
  /** Of a phase that profiles: the level of the load, and where it is from. Its figures are those without profilers. */
  level: z.object({ value: z.number(), unit: z.enum(loadUnits), from: z.string() }).optional(),
  profiles: z.array(profileResult).optional(),
});

export const runSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  plan: z.object({ name: z.string(), file: z.string(), sha256: z.string() }),
  environment: z.string().nullable(),
  startedMs: z.number(),
  endedMs: z.number(),
  verdict: z.enum(verdicts),
  reason: z.string(),
  validity,
  phases: z.array(phaseResult),
  tools: z.record(z.string(), z.string()),
  machine: z.object({ platform: z.string(), arch: z.string(), cpus: z.int(), memoryBytes: z.number() }),
  /** The dashboard at the time of the run, where the plan names a Grafana server; it is there once it was pushed. */
  dashboard: z.url({ protocol: /^https?$/ }).optional(),
  /** Records in the stream, so that a reader can tell a whole stream from a cut one. */
  records: z.int(),
});

export type Run = z.output<typeof runSchema>;
export type PhaseResult = z.output<typeof phaseResult>;
export type StepSummary = z.output<typeof stepSummary>;
export type GoalResult = z.output<typeof goalResult>;
export type Latency = z.output<typeof latency>;
export type PercentileInterval = z.output<typeof percentileInterval>;
export type Capacity = z.output<typeof capacity>;
export type CapacityExplanation = z.output<typeof capacityExplanation>;
export type TrialResult = z.output<typeof trialResult>;
export type Saturation = z.output<typeof saturation>;
export type ResourceSummary = z.output<typeof resourceSummary>;
export type ProfileResult = z.output<typeof profileResult>;
export type RecordedSource = z.output<typeof recordedSource>;
export type HotFunction = z.output<typeof hotFunction>;
export type Evidence = z.output<typeof evidence>;
export type Validity = z.output<typeof validity>;
export type Tasks = z.output<typeof tasks>;
