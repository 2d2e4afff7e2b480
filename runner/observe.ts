/**
 * Reads the resources of the components beside a load. Nothing here can delay or fail a load: every look has its own
 * deadline, one look at a component ends before the next begins, a source that fails is asked less often, and what
 * could not be read becomes a gap with its reason.
 */
import type { ResourceRecord, ResourceSource } from '../core/measure/record';
import type { Collector, ResourceSample } from '../core/measure/resource-sample';
import type { Finding } from '../core/measure/validity';
import type { Redactor } from '../core/run/redact';
import type { AppendLog } from '../engines/host/file-host';
import { encodeRecord } from '../protocol/stream';
import { pause } from './pause';
import { redactResources } from './record-stream';

export interface ObserveOptions {
  readonly collectors: readonly Collector[];
  readonly stream: AppendLog;
  readonly redact: Redactor;
  /** How long the load is to last. */
  readonly plannedMs: number;
  /** From the beginning of one look at a component to that of the next. */
  readonly everyMs: number;
  /** How long one look may take. */
  readonly deadlineMs?: number;
  /** Called for each record that went to the stream. */
  readonly onRecord: (record: ResourceRecord) => void;
}

export interface Observation {
  /** Ends within a moment, whatever a source does. @returns what could not be read. */
  end(): Promise<readonly Finding[]>;
}

/** Numbers the records of a run: per source and phase, however often a load of that name is observed. */
export type RecordNumbers = Map<string, number>;

const defaultDeadlineMs = 2000;

/** A source that fails is asked this much less often at most. */
const maxBackOff = 8;

/** A look that is under way at the end of a load is given this long. */
const lastLookMs = 300;

const maxReadings = 500;
const maxGapChars = 400;
const maxFindings = 20;

/** @param phase the name in the stream: that of the phase, or of a trial of it. */
export function observeLoad(phase: string, numbers: RecordNumbers, options: ObserveOptions): Observation {
  const over = new AbortController();
  const gaps = new Map<string, { readonly component: string; readonly reason: string }>();
  const write = (sample: ResourceSample): void => {
    const record = writeSample(sample, phase, numbers, options);
    if (record?.gap === undefined) return;
    gaps.set(`${record.component}\n${record.source}\n${record.gap}`, {
      component: record.component,
      reason: record.gap,
    });
  };
  const watches = options.collectors.map((collector) => watch(collector, options, over.signal, write));
  return {
    end: async () => {
      over.abort();
      const isSettled = Promise.all(watches);
      await Promise.race([isSettled, pause(lastLookMs, new AbortController().signal)]);
      return [...gaps.values()].slice(0, maxFindings).map(({ component, reason }) => ({
        code: 'resources-missing',
        weight: 'info' as const,
        message: `${component}: ${reason}`,
      }));
    },
  };
}

async function watch(
  collector: Collector,
  options: ObserveOptions,
  over: AbortSignal,
  write: (sample: ResourceSample) => void,
): Promise<void> {
  const everyMs = Math.max(options.everyMs, collector.everyMs ?? 0);
  const deadlineMs = Math.max(options.deadlineMs ?? defaultDeadlineMs, collector.deadlineMs ?? 0);
  let failures = 0;
  collector.begin(options.plannedMs);
  while (!over.aborted) {
    const startedMs = performance.now();
    const samples = await lookOnce(collector, deadlineMs, over, write);
    if (isStopped(over)) return;
    const hasFailed = samples.some(({ readings, gap }) => readings.length === 0 && gap !== undefined);
    failures = hasFailed ? failures + 1 : 0;
    const waitMs = everyMs * Math.min(maxBackOff, 2 ** Math.max(0, failures - 1));
    await pause(Math.max(0, waitMs - (performance.now() - startedMs)), over);
  }
}

/** A look that does not heed its deadline is waited for before the next, but its gap is told in time. */
async function lookOnce(
  collector: Collector,
  deadlineMs: number,
  over: AbortSignal,
  write: (sample: ResourceSample) => void,
): Promise<readonly ResourceSample[]> {
  const { component, source } = collector;
  const gap = (reason: string): readonly ResourceSample[] => [
    { component, source, timeMs: Date.now(), readings: [], gap: reason },
  ];
  const giveUp = new AbortController();
  /** Ends the waiting of this look, so that nothing of it stays behind. */
  const done = new AbortController();
  const progress = { isSettled: false };
  const look = readSafely(collector, giveUp.signal, gap).finally(() => {
    progress.isSettled = true;
  });
  const onOver = (): void => {
    giveUp.abort();
    done.abort();
  };
  over.addEventListener('abort', onOver);
  try {
    // Some milliseconds more, so that a collector that heeds its deadline can say what it waited for.
    const timer = setTimeout(() => {
      giveUp.abort();
    }, deadlineMs);
    const first = await Promise.race([look, pause(deadlineMs + 100, done.signal)]);
    clearTimeout(timer);
    if (isStopped(over)) return [];
    const samples = first ?? gap(`${sourceWords[source]} did not answer within ${deadlineMs / 1000} s`);
    for (const sample of samples) write(sample);
    while (!isStopped(over) && !progress.isSettled) await pause(overduePollMs, over);
    return samples;
  } finally {
    over.removeEventListener('abort', onOver);
    done.abort();
  }
}

const overduePollMs = 200;

/** Asked anew, since a signal changes while one waits. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function readSafely(
  collector: Collector,
  signal: AbortSignal,
  gap: (reason: string) => readonly ResourceSample[],
): Promise<readonly ResourceSample[]> {
  try {
    return await collector.read(signal);
  } catch (error) {
    // A bug in a collector must not cost the run.
    return gap(`could not be read: ${(error as Error).message}`);
  }
}

const sourceWords: Readonly<Record<ResourceSource, string>> = {
  process: 'its process',
  metrics: 'its metrics endpoint',
  prometheus: 'the Prometheus server',
  docker: 'the container engine',
  generator: 'the load generator',
};

/** @returns the record; `undefined` for a sample that says nothing. */
export function writeSample(
  sample: ResourceSample,
  phase: string,
  numbers: RecordNumbers,
  { stream, redact, onRecord }: Pick<ObserveOptions, 'stream' | 'redact' | 'onRecord'>,
): ResourceRecord | undefined {
  const { component, source, timeMs, gap } = sample;
  const isFinite = (value: number | undefined): boolean => value === undefined || Number.isFinite(value);
  const readings = sample.readings
    .filter(({ value, limit }) => isFinite(value) && isFinite(limit))
    .slice(0, maxReadings);
  if (readings.length === 0 && gap === undefined) return undefined;
  const key = `${source}\n${phase}`;
  const seq = numbers.get(key) ?? 0;
  numbers.set(key, seq + 1);
  const record = redactResources(
    {
      ...{ kind: 'resources', source, phase, seq, timeMs: Math.round(timeMs), component, readings },
      ...(gap !== undefined && { gap: redact(gap).slice(0, maxGapChars) }),
    },
    redact,
  );
  stream.append(Buffer.from(`${encodeRecord(record)}\n`));
  onRecord(record);
  return record;
}
