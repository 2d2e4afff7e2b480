/**
 * What a run is made of, in memory: the records of its stream. How they are written as lines is the business of
 * protocol/stream.ts and docs/wire-format.md.
 *
 * Latencies are what the user waits for: blocked + connect + TLS + send + wait + receive. Requests are filed under
 * the second in which they *started*, counted from the start of the load (`at`), whatever record they arrive in: two
 * records may add to the same second, and are merged by adding.
 */
import type { Histogram } from './histogram';

/**
 * `ok`: the status was an expected one. `failed`: any other answer, or none. `unfinished`: none when the drain ended, and
 * its time is what had passed by then (censored, never dropped).
 */
type HttpOutcome = 'ok' | 'failed' | 'unfinished';

/** The outcome of a task, apart from HTTP. `timeout`: no terminal state in time (censored, never dropped). */
export type TaskOutcome = 'success' | 'failed' | 'unjudged' | 'timeout';

/** Requests of one step with one outcome that started within one second. Times are in microseconds. */
export interface RequestCell {
  readonly scenario: string;
  readonly step: string;
  readonly outcome: HttpOutcome;
  /** Whole seconds from the start of the load to the second in which the requests started. */
  readonly at: number;
  readonly count: number;
  readonly sumUs: number;
  readonly minUs: number;
  readonly maxUs: number;
  /** Sum of the time from the last byte sent to the first byte received. */
  readonly waitUs: number;
  readonly newConnections: number;
  /** Sum of the time spent on connecting and TLS. */
  readonly connectUs: number;
  readonly histogram: Histogram;
  /** Requests by status; `0` where there was no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests by k6 error code, or by the class of the exception in Locust. */
  readonly errorCodes: Readonly<Record<string, number>>;
}

/**
 * A custom metric of one step within one second. `task` (outcome and duration of each judged task) and `ttc` (time to
 * completion) are Benchwright's own; every other name is the plan's. Times are in milliseconds, the histogram of a
 * trend in microseconds (thousandths of the unit where the trend is not a time).
 */
export type MetricCell = {
  readonly metric: string;
  readonly scenario: string;
  readonly step: string;
  readonly outcome?: TaskOutcome;
  readonly at: number;
  readonly count: number;
} & (
  | {
      readonly type: 'trend';
      readonly sum: number;
      readonly min: number;
      readonly max: number;
      readonly histogram: Histogram;
    }
  | { readonly type: 'rate'; readonly passes: number }
  | { readonly type: 'counter'; readonly sum: number }
  | { readonly type: 'gauge'; readonly value: number; readonly min: number; readonly max: number }
);

/** A line that the tool logged, with how often it did within the record's time. */
export interface LogCell {
  readonly level: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly count: number;
}

interface RecordBase {
  /** The tool that wrote the record, `k6`, `locust` or `runner`, or where resources were read. */
  readonly source: string;
  readonly phase: string;
  /** Counts up from 0 per source and phase; a gap is a lost record. */
  readonly seq: number;
  /** Wall clock when the record was written, in milliseconds since the epoch. */
  readonly timeMs: number;
}

/** The tool has started; no load yet. */
interface StartRecord extends RecordBase {
  readonly kind: 'start';
  readonly pid: number;
  /** How many generators the stream is merged from; absent where one wrote it. */
  readonly generators?: number;
  /** Of a master of Locust: the port at which its workers join. */
  readonly port?: number;
}

/** The load begins: `timeMs` is the zero of every `at` of the phase. */
interface ClockRecord extends RecordBase {
  readonly kind: 'clock';
}

/** A generator that was lost, or that joined a load that was on. Times are from the start of the load. */
export interface GeneratorChange {
  /** From 1. */
  readonly number: number;
  readonly what: 'lost' | 'joined';
  /** When it joined, or how far a lost one had told of its load. */
  readonly atMs: number;
  /** From when on others made the share of a lost one; absent where nobody did. */
  readonly untilMs?: number;
}

/** What happened since the record before; usually a second, more where the reader was slow. */
export interface TickRecord extends RecordBase {
  readonly kind: 'tick';
  readonly durationMs: number;
  /** Users at work, and users set up. */
  readonly users: number;
  readonly usersMax: number;
  readonly iterations: number;
  /** Arrivals for which no user was free. */
  readonly dropped: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** CPU time of the tool in this time, in microseconds; absent where the platform does not tell. */
  readonly cpuUs?: number;
  /** Resident memory of the tool in bytes; absent where the platform does not tell. */
  readonly rssBytes?: number;
  /** Generators that were not lost by then; absent where the stream is that of one. */
  readonly generators?: number;
  /** Of a tool whose processes take one core each: the share of it that the busiest one used, from 0 to 1. */
  readonly busiest?: number;
  /** Of a master of Locust: which of its workers were lost or joined; absent where none. */
  readonly changes?: readonly GeneratorChange[];
  readonly requests: readonly RequestCell[];
  readonly metrics: readonly MetricCell[];
  readonly log: readonly LogCell[];
}

/** The tool has written all it had. Without this record the phase is incomplete. */
interface EndRecord extends RecordBase {
  readonly kind: 'end';
  /** Why the tool stopped early. */
  readonly error?: string;
}

/** Where resources are read: each is a series of its own, since two of them never agree to the last digit. */
export const resourceSources = ['process', 'metrics', 'prometheus', 'docker', 'generator'] as const;
export type ResourceSource = (typeof resourceSources)[number];

/** The component of the load generator's own resources; every other component is a target. */
export const generatorComponent = 'generator';

/** One resource of one instance of a component. Units are in resource-metrics.ts; counters are already rates. */
export interface ResourceReading {
  /** `cpu`, `memory`, `threads`, `files`, `requests`, or a name of the plan's own. */
  readonly metric: string;
  /** Which of several, such as `pid 4711` or `worker="2"`; absent where the value is of the whole component. */
  readonly instance?: string;
  readonly value: number;
  /** What the value cannot exceed, in its own unit; absent where none is known. */
  readonly limit?: number;
}

/** What a component used. `timeMs` is when it was read, or the time that a server gave the reading. */
export interface ResourceRecord extends RecordBase {
  readonly kind: 'resources';
  readonly source: ResourceSource;
  readonly component: string;
  readonly readings: readonly ResourceReading[];
  /** Why nothing, or not all, could be read: one sentence without a final full stop. */
  readonly gap?: string;
}

export type StreamRecord = StartRecord | ClockRecord | TickRecord | EndRecord | ResourceRecord;
