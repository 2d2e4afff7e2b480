/**
 * What the host and the live panel say to each other. The host reads the run folder; the view only draws.
 *
 * The view says `ready`, and gets one `snapshot`; after that `delta`s, each counting one up in `seq`. A view that sees
 * a gap says `ready` again. A hidden view gets nothing, and a snapshot when it is shown. Both sides check what they
 * receive. The small flavour of zod keeps the check affordable in the view.
 */
import * as z from 'zod/mini';

export const liveVersion = 1;

/** What a view can be asked to hold, so that a day-long run or a hostile file cannot exhaust it. */
export const liveLimits = {
  points: 1800,
  steps: 400,
  goals: 500,
  phases: 100,
  trials: 200,
  evidence: 50,
  resources: 80,
  resourceGaps: 100,
  notes: 20,
  text: 4000,
};

const text = z.string().check(z.maxLength(liveLimits.text));
const figure = z.nullable(z.number());
const verdict = z.enum(['pass', 'fail', 'no-data', 'incomplete', 'aborted', 'tool-error']);

/** `waiting`: no load yet. `interrupted`: the runner is gone, and left no result. */
const state = z.enum(['waiting', 'running', 'stopping', 'finished', 'interrupted']);

const header = z.object({
  runId: text,
  plan: text,
  environment: z.nullable(text),
  state,
  verdict: z.nullable(verdict),
  /** Why this verdict, or what is being waited for. */
  reason: z.nullable(text),
  /** The phase under way. */
  phase: z.nullable(text),
  /** Wall clock at the start of the run, in milliseconds since the epoch. */
  startedMs: z.number(),
  elapsedMs: z.number(),
  plannedMs: z.number(),
  /** Whether the plan names a Grafana server, so that there is a dashboard to open. */
  hasDashboard: z.boolean(),
  /** Whether a profile was recorded that can be opened. */
  hasProfile: z.boolean(),
});

/** One load of a search. */
const trial = z.object({
  /** The load that was offered, in its unit: users, or arrivals per second. */
  level: z.number(),
  unit: z.enum(['users', 'per-second']),
  /** From the zero of the time axis. */
  startMs: z.number(),
  endMs: z.number(),
  /** `null` while it is under way, and where it has no answer. */
  held: z.nullable(z.boolean()),
});

const phase = z.object({
  name: text,
  state: z.enum(['pending', 'running', 'done']),
  verdict: z.nullable(verdict),
  reason: z.nullable(text),
  /** Of a search for the capacity: the trial under way, then the bounds that were found. */
  note: z.nullable(text),
  /** Of a search that is over: why throughput bends, or why that cannot be said. */
  explanation: z.nullable(text),
  /** Start of the load, from the zero of the time axis; `null` before it began. */
  startMs: figure,
  plannedMs: z.number(),
  /** The measured window, from the start of the load. */
  windowFromMs: z.number(),
  windowToMs: z.number(),
  /** Of a search, in order of time; empty for other phases. */
  trials: z.array(trial).check(z.maxLength(liveLimits.trials)),
});

/**
 * One value per bin and column; `null` is a gap in the line. All columns are as long as `t`.
 * Latencies in milliseconds, `ok`, `failed` and `dropped` per second, `success` a share of the judged tasks.
 */
const column = z.array(figure).check(z.maxLength(liveLimits.points));
const points = z.object({
  /** Seconds from the zero of the time axis to the start of the bin, going up. */
  t: z.array(z.number()).check(z.maxLength(liveLimits.points)),
  p50: column,
  p95: column,
  p99: column,
  ok: column,
  failed: column,
  users: column,
  dropped: column,
  success: column,
});

/** One resource of one instance of a component. */
const resource = z.object({
  key: text,
  /** A target, or `generator`. */
  component: text,
  metric: text,
  /** Where it was read. */
  source: text,
  /** `null` where the values are of the whole component. */
  instance: z.nullable(text),
  unit: z.enum(['cores', 'bytes', 'per-second', 'ms', 'count', 'share', 'own']),
  limit: figure,
  /** One for each bin of the points; `null` is a gap. */
  values: column,
});

/** Why nothing, or not all, could be read of a component for some time, in seconds from the zero of the time axis. */
const resourceGap = z.object({
  component: text,
  source: text,
  reason: text,
  fromS: z.number(),
  toS: z.number(),
});

/** What saturated first in a phase, or why that cannot be told. */
const saturation = z.object({
  phase: text,
  isFound: z.boolean(),
  /** The component that was found. */
  component: z.nullable(text),
  message: text,
  notes: z.array(text).check(z.maxLength(liveLimits.notes)),
});

/** How well a percentile is known: its 95 % interval within the run, where `null` is an open side. */
const interval = z.object({
  low: figure,
  high: figure,
  /** Of few samples: set apart. */
  isRough: z.boolean(),
  /** The true value can only be higher. */
  isLowerBound: z.boolean(),
});
const intervals = z.object({
  p50: z.nullable(interval),
  p95: z.nullable(interval),
  p99: z.nullable(interval),
});

/** The figures at the top of the page: the latest seconds while the run is under way, then the measured windows. */
const summary = z.object({
  /** What the figures cover, such as `last 10 s`. */
  span: text,
  p50: figure,
  p95: figure,
  /** Absent for the latest seconds, and in runs of an earlier version. */
  intervals: z.optional(intervals),
  /** Whether they are of the load before the one under way, which has no figures yet. */
  isOver: z.optional(z.boolean()),
  rps: figure,
  /** Requests in all, where there is no rate because the load was moving. */
  requests: figure,
  failedShare: figure,
  users: figure,
  taskSuccess: figure,
  /** To the completion of a task, to the first event of a stream, and between its events. */
  ttcP95: figure,
  ttftP95: figure,
  betweenP95: figure,
});

const step = z.object({
  key: text,
  scenario: text,
  step: text,
  /** `null` where the step makes none of its own, but waits for a task. */
  requests: figure,
  rps: figure,
  failedShare: figure,
  p50: figure,
  p95: figure,
  p99: figure,
  intervals: z.optional(intervals),
  /** Tasks of whatever outcome; `null` where the step has none. */
  tasks: figure,
  taskSuccess: figure,
  ttcP95: figure,
  ttftP95: figure,
  betweenP95: figure,
});

const goal = z.object({
  text,
  phase: z.nullable(text),
  /** The scenario it is about, or the key of the step; `null` where it is about all. */
  subject: z.nullable(text),
  state: z.enum(['holding', 'breaking', 'too-few', 'held', 'broken', 'no-data']),
  measured: figure,
  limit: figure,
  unit: z.enum(['ms', 'share', 'per-second', 'users']),
  samples: z.number(),
  reason: z.nullable(text),
  /** The chart its limit can be drawn on. */
  chart: z.nullable(z.enum(['latency', 'requests', 'success'])),
});

const validity = z.object({
  state: z.enum(['valid', 'suspect', 'invalid']),
  evidence: z.array(z.object({ code: text, message: text })).check(z.maxLength(liveLimits.evidence)),
});

const shared = {
  version: z.literal(liveVersion),
  seq: z.int(),
  header,
  summary,
  phases: z.array(phase).check(z.maxLength(liveLimits.phases)),
  steps: z.array(step).check(z.maxLength(liveLimits.steps)),
  goals: z.array(goal).check(z.maxLength(liveLimits.goals)),
  validity: z.nullable(validity),
  saturation: z.array(saturation).check(z.maxLength(liveLimits.phases)),
  resourceGaps: z.array(resourceGap).check(z.maxLength(liveLimits.resourceGaps)),
  /** Their values go with the points. A change has the same ones as the picture that it changes. */
  resources: z.array(resource).check(z.maxLength(liveLimits.resources)),
  /** Width of the widest bin of the points, in seconds. */
  binS: z.number(),
  /** Key of the step that the points are about; `null` for all steps together. */
  selected: z.nullable(text),
};

const snapshot = z.object({
  kind: z.literal('snapshot'),
  ...shared,
  points,
});

const delta = z.object({
  kind: z.literal('delta'),
  ...shared,
  /** Points at this time or later are replaced by `points`. */
  fromS: z.number(),
  points,
});

/** There is nothing to show, and why. */
const unavailable = z.object({
  kind: z.literal('unavailable'),
  version: z.literal(liveVersion),
  runId: text,
  message: text,
});

export const toLiveView = z.discriminatedUnion('kind', [snapshot, delta, unavailable]);

const viewBase = { version: z.literal(liveVersion) };

export const fromLiveView = z.discriminatedUnion('kind', [
  /** The view is set up, or has missed a message. */
  z.object({ kind: z.literal('ready'), ...viewBase }),
  z.object({ kind: z.literal('stop'), ...viewBase }),
  z.object({ kind: z.literal('select-step'), ...viewBase, step: z.nullable(text) }),
  z.object({ kind: z.literal('reveal-folder'), ...viewBase }),
  /** Of a run that is over. */
  z.object({ kind: z.literal('open-report'), ...viewBase }),
  z.object({ kind: z.literal('open-profile'), ...viewBase }),
  z.object({ kind: z.literal('rerun'), ...viewBase }),
  z.object({ kind: z.literal('show-output'), ...viewBase }),
  z.object({ kind: z.literal('open-dashboard'), ...viewBase }),
]);

export type ToLiveView = z.infer<typeof toLiveView>;
export type FromLiveView = z.infer<typeof fromLiveView>;
export type LiveSnapshot = z.infer<typeof snapshot>;
export type LiveDelta = z.infer<typeof delta>;
export type LiveHeader = z.infer<typeof header>;
export type LivePhase = z.infer<typeof phase>;
export type LivePoints = z.infer<typeof points>;
export type LiveSummary = z.infer<typeof summary>;
export type LiveInterval = z.infer<typeof interval>;
export type LiveIntervals = z.infer<typeof intervals>;
export type LiveStep = z.infer<typeof step>;
export type LiveGoal = z.infer<typeof goal>;
export type LiveValidity = z.infer<typeof validity>;
export type LiveState = z.infer<typeof state>;
export type LiveTrial = z.infer<typeof trial>;
export type LiveResource = z.infer<typeof resource>;
export type LiveResourceGap = z.infer<typeof resourceGap>;
export type LiveSaturation = z.infer<typeof saturation>;
export type LiveVerdict = z.infer<typeof verdict>;

/** The key of a step: neither name can hold a line break. */
export function stepKey(scenario: string, step: string): string {
  return `${scenario}\n${step}`;
}

/** The names of the columns that hold a value per bin. */
export const liveColumns = ['p50', 'p95', 'p99', 'ok', 'failed', 'users', 'dropped', 'success'] as const;

export const noPoints: LivePoints = {
  t: [],
  p50: [],
  p95: [],
  p99: [],
  ok: [],
  failed: [],
  users: [],
  dropped: [],
  success: [],
};
