/**
 * The records of the stream as they stand in a line, checked and turned into what core/measure/record.ts describes.
 * docs/wire-format.md is the description for people; both sides are tested against test/wire.
 */
import * as z from 'zod';
import { Histogram } from '../core/measure/histogram';
import {
  resourceSources,
  type GeneratorChange,
  type LogCell,
  type MetricCell,
  type RequestCell,
  type ResourceReading,
  type StreamRecord,
} from '../core/measure/record';

const count = z.int().nonnegative();
const second = z.int().nonnegative();

const histogram = z.array(z.number()).transform((pairs, context) => {
  try {
    return Histogram.fromPairs(pairs);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** A code begins with a letter or a digit, so that none is the name of a property that every object has. */
const counts = z.record(z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/), count);

const requestCell = z
  .object({
    s: z.string(),
    n: z.string(),
    o: z.enum(['ok', 'failed', 'unfinished']),
    at: second,
    c: z.int().positive(),
    sum: count,
    min: count,
    max: count,
    wait: count,
    nc: count.default(0),
    conn: count.default(0),
    st: counts.default({}),
    ec: counts.default({}),
    h: histogram,
  })
  .transform((cell): RequestCell => ({
    scenario: cell.s,
    step: cell.n,
    outcome: cell.o,
    at: cell.at,
    count: cell.c,
    sumUs: cell.sum,
    minUs: cell.min,
    maxUs: cell.max,
    waitUs: cell.wait,
    newConnections: cell.nc,
    connectUs: cell.conn,
    statuses: cell.st,
    errorCodes: cell.ec,
    histogram: cell.h,
  }));

const metricBase = {
  m: z.string(),
  s: z.string(),
  n: z.string(),
  o: z.enum(['success', 'failed', 'unjudged', 'timeout']).optional(),
  at: second,
  c: z.int().positive(),
};

const metricCell = z
  .discriminatedUnion('t', [
    z.object({
      t: z.literal('trend'),
      ...metricBase,
      sum: z.number(),
      min: z.number(),
      max: z.number(),
      h: histogram,
    }),
    z.object({ t: z.literal('rate'), ...metricBase, p: count }),
    z.object({ t: z.literal('counter'), ...metricBase, sum: z.number() }),
    z.object({ t: z.literal('gauge'), ...metricBase, value: z.number(), min: z.number(), max: z.number() }),
  ])
  .transform((cell): MetricCell => {
    const base = {
      metric: cell.m,
      scenario: cell.s,
      step: cell.n,
      ...(cell.o === undefined ? {} : { outcome: cell.o }),
      at: cell.at,
      count: cell.c,
    };
    switch (cell.t) {
      case 'trend':
        return { ...base, type: 'trend', sum: cell.sum, min: cell.min, max: cell.max, histogram: cell.h };
      case 'rate':
        return { ...base, type: 'rate', passes: cell.p };
      case 'counter':
        return { ...base, type: 'counter', sum: cell.sum };
      case 'gauge':
        return { ...base, type: 'gauge', value: cell.value, min: cell.min, max: cell.max };
    }
  });

const logCell = z
  .object({ l: z.enum(['error', 'warning', 'info']), message: z.string(), c: z.int().positive() })
  .transform((cell): LogCell => ({ level: cell.l, message: cell.message, count: cell.c }));

const reading = z
  .object({ m: z.string(), i: z.string().optional(), value: z.number(), limit: z.number().optional() })
  .transform(({ m, i, value, limit }): ResourceReading => ({
    metric: m,
    ...(i === undefined ? {} : { instance: i }),
    value,
    ...(limit === undefined ? {} : { limit }),
  }));

const head = { source: z.string(), phase: z.string(), seq: count, time: z.int() };

const change = z
  .object({ g: z.int().positive(), what: z.enum(['lost', 'joined']), at: count, until: count.optional() })
  .transform(({ g, what, at, until }): GeneratorChange => ({
    number: g,
    what,
    atMs: at,
    ...(until === undefined ? {} : { untilMs: until }),
  }));

const tick = z.object({
  kind: z.literal('tick'),
  ...head,
  duration: count,
  users: count,
  usersMax: count,
  iterations: count,
  dropped: count,
  bytesSent: count,
  bytesReceived: count,
  cpu: count.optional(),
  rss: count.optional(),
  generators: count.optional(),
  busiest: z.number().nonnegative().optional(),
  changes: z.array(change).optional(),
  requests: z.array(requestCell),
  metrics: z.array(metricCell),
  log: z.array(logCell),
});

const start = z.object({
  kind: z.literal('start'),
  ...head,
  pid: z.int().positive(),
  generators: z.int().positive().optional(),
  port: z.int().positive().optional(),
});
const clock = z.object({ kind: z.literal('clock'), ...head });
const end = z.object({ kind: z.literal('end'), ...head, error: z.string().optional() });
const resources = z.object({
  kind: z.literal('resources'),
  ...head,
  source: z.enum(resourceSources),
  component: z.string(),
  readings: z.array(reading),
  gap: z.string().optional(),
});

/** Keys that it does not name are left out: a later writer of the same version may add some. */
export const wireRecord: z.ZodType<StreamRecord> = z
  .discriminatedUnion('kind', [start, clock, tick, end, resources])
  .transform(toRecord);

type Wire = z.output<typeof start | typeof clock | typeof tick | typeof end | typeof resources>;

/** What a tool tells of itself, where its platform lets it. */
function usageOf({ cpu, rss, generators, busiest, changes }: z.output<typeof tick>) {
  return {
    ...(cpu === undefined ? {} : { cpuUs: cpu }),
    ...(rss === undefined ? {} : { rssBytes: rss }),
    ...(generators === undefined ? {} : { generators }),
    ...(busiest === undefined ? {} : { busiest }),
    ...(changes === undefined ? {} : { changes }),
  };
}

function toRecord(wire: Wire): StreamRecord {
  const base = { source: wire.source, phase: wire.phase, seq: wire.seq, timeMs: wire.time };
  switch (wire.kind) {
    case 'start':
      return {
        kind: 'start',
        ...base,
        pid: wire.pid,
        ...(wire.generators === undefined ? {} : { generators: wire.generators }),
        ...(wire.port === undefined ? {} : { port: wire.port }),
      };
    case 'clock':
      return { kind: 'clock', ...base };
    case 'end':
      return { kind: 'end', ...base, ...(wire.error === undefined ? {} : { error: wire.error }) };
    case 'resources': {
      const { source, component, readings, gap } = wire;
      const told = gap === undefined ? {} : { gap };
      return { kind: 'resources', ...base, source, component, readings, ...told };
    }
    case 'tick':
      return {
        kind: 'tick',
        ...base,
        durationMs: wire.duration,
        users: wire.users,
        usersMax: wire.usersMax,
        iterations: wire.iterations,
        dropped: wire.dropped,
        bytesSent: wire.bytesSent,
        bytesReceived: wire.bytesReceived,
        ...usageOf(wire),
        requests: wire.requests,
        metrics: wire.metrics,
        log: wire.log,
      };
  }
}
