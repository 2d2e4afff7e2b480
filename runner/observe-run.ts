/** The observing of a whole run: its collectors, and the loads beside which they work. */
import type { ResourceRecord, StreamRecord } from '../core/measure/record';
import { GeneratorWatch } from '../core/measure/generator-findings';
import type { Collector, LoadWindow, ResourceSample } from '../core/measure/resource-sample';
import type { Finding } from '../core/measure/validity';
import type { Redactor } from '../core/run/redact';
import type { AppendLog } from '../engines/host/file-host';
import type { RemoteWrite } from '../engines/k6/command';
import { relayWrites } from '../engines/prometheus/relay-writes';
import { maxSeenMetrics } from '../protocol/language';
import { observeLoad, writeSample, type RecordNumbers } from './observe';
import { collectGenerator } from './observe-generator';
import { collectorsOf, remoteWriteOf, type ObservedPlan } from './observe-plan';
import { pause } from './pause';

export interface LoadObserver {
  /** To be called with the records of the load tool. */
  hear(record: StreamRecord): void;
  /** Tells of a process of the load whose own records do not. */
  watch(pid: number, name: string): void;
  /** @returns what the resources, and their absence, say of the figures. */
  end(): Promise<readonly Finding[]>;
}

export interface RunObserver {
  /**
   * Begins to read beside a load.
   *
   * @param load its name in the stream, and how long it is to last.
   * @param onRecord called for each record of resources that went to the stream.
   */
  beside(load: PlannedLoad, onRecord: (record: ResourceRecord) => void): LoadObserver;
  /** Reads what a server had not yet when the loads ended. To be called before the stream is closed. */
  finish(stop: AbortSignal): Promise<void>;
  /** The names of metrics that each component was seen to have; those that tell none are left out. */
  seenMetrics(): Readonly<Record<string, readonly string[]>>;
  /** Where k6 writes its own figures as well. */
  readonly remoteWrite: Omit<RemoteWrite, 'run'> | undefined;
  /** Lets go of what it holds; to be called whatever becomes of the run. */
  close(): void;
}

interface PlannedLoad {
  readonly phase: string;
  readonly plannedMs: number;
}

interface RunObserverOptions extends ObservedPlan {
  readonly stream: AppendLog;
  readonly redact: Redactor;
  readonly onRecord: () => void;
}

const usualEveryMs = 1000;

/** A longer name is none that anybody writes. */
const maxNameLength = 300;

/** The end of a load, and of the run, waits for a slow server no longer than this. */
const catchUpMs = 3000;

/** A scrape that was under way when the last load ended is given this long. */
const lastScrapeMs = 1500;

interface Load {
  readonly phase: string;
  readonly window: LoadWindow;
}

export async function createRunObserver(options: RunObserverOptions): Promise<RunObserver> {
  const collectors: readonly Collector[] = collectorsOf(options);
  const numbers: RecordNumbers = new Map();
  const loads: Load[] = [];
  const { stream, redact } = options;
  const late = createCatchUp(collectors);
  const written = remoteWriteOf(options);
  const relay = written && (await relayWrites(written.server));
  return {
    remoteWrite: written && relay && { url: relay.url, form: written.form },
    close: () => relay?.close(),
    seenMetrics: () => seenMetrics(collectors),
    beside: ({ phase, plannedMs }, onRecord) => {
      let unsent: string | undefined;
      const generator = collectGenerator();
      const watch = new GeneratorWatch();
      const hearResources = (record: ResourceRecord): void => {
        options.onRecord();
        late.told(record);
        watch.add(record);
        onRecord(record);
      };
      const writing = { stream, redact, onRecord: hearResources };
      const fromMs = Date.now();
      const observation = observeLoad(phase, numbers, {
        ...writing,
        plannedMs,
        collectors: [...collectors, generator],
        everyMs: options.plan.observe?.every ?? usualEveryMs,
      });
      return {
        hear: (record) => {
          if (record.kind === 'start') generator.watchTool(record.pid, record.source);
          unsent ??= unsentFigures(record);
        },
        watch: (pid, name) => {
          generator.watchTool(pid, name);
        },
        end: async () => {
          const missing = await observation.end();
          generator.end();
          const load = { phase, window: { fromMs, toMs: Date.now() } };
          loads.push(load);
          await late.read([load], (sample) => writeSample(sample, phase, numbers, writing));
          const lost = unsent === undefined ? [] : [unsentFinding(relay?.fault ?? unsent)];
          return [...watch.findings(), ...lost, ...missing];
        },
      };
    },
    finish: async (stop) => {
      if (!late.isNeeded || loads.length === 0 || stop.aborted) return;
      await pause(lastScrapeMs, stop);
      const onRecord = (): void => {
        options.onRecord();
      };
      await late.read(loads, (sample, phase) =>
        writeSample(sample, phase, numbers, { stream, redact, onRecord }),
      );
    },
  };
}

function seenMetrics(collectors: readonly Collector[]): Record<string, readonly string[]> {
  const seen = new Map<string, Set<string>>();
  for (const { component, seenNames } of collectors) {
    const names = seen.get(component) ?? new Set();
    for (const name of seenNames?.() ?? []) if (name.length <= maxNameLength) names.add(name);
    if (names.size > 0) seen.set(component, names);
  }
  return Object.fromEntries(
    [...seen].map(([name, names]) => [name, [...names].sort().slice(0, maxSeenMetrics)]),
  );
}

/** What k6 logs of a server that does not take its figures. */
function unsentFigures(record: StreamRecord): string | undefined {
  const log = record.kind === 'tick' ? record.log : [];
  const failed = log.find(({ message }) =>
    message.startsWith('Failed to send the time series data'),
  )?.message;
  return failed && `was not reached: ${failed.slice(failed.indexOf(': ') + 2)}`;
}

function unsentFinding(cause: string): Finding {
  return {
    code: 'remote-write',
    weight: 'info',
    message: `not all figures of k6 reached the Prometheus server, which ${cause}; it has to be started with --web.enable-remote-write-receiver`,
  };
}

interface CatchUp {
  readonly isNeeded: boolean;
  /** Remembers how far the records of a load reach. */
  told(record: ResourceRecord): void;
  /** Reads on from there to the end of each load. A server that fails is not asked for the next one. */
  read(loads: readonly Load[], write: (sample: ResourceSample, phase: string) => void): Promise<void>;
}

function createCatchUp(collectors: readonly Collector[]): CatchUp {
  const reachMs = new Map<string, number>();
  const slow = collectors.filter((each) => each.readAgain !== undefined);
  const catchUp = async (
    collector: Collector,
    loads: readonly Load[],
    write: Parameters<CatchUp['read']>[1],
  ) => {
    const signal = AbortSignal.timeout(catchUpMs);
    for (const { phase, window } of loads) {
      const fromMs = (reachMs.get(`${phase}\n${collector.component}`) ?? window.fromMs - 1) + 1;
      if (fromMs >= window.toMs || signal.aborted) continue;
      const samples = (await collector.readAgain?.({ ...window, fromMs }, signal)) ?? [];
      // What is missing was told while the load was on.
      const found = samples.filter(({ readings }) => readings.length > 0);
      for (const { gap: _, ...sample } of found) write(sample, phase);
      if (found.length === 0 && samples.length > 0) return;
    }
  };
  return {
    isNeeded: slow.length > 0,
    told: ({ source, phase, component, timeMs, readings }) => {
      if (source !== 'prometheus' || readings.length === 0) return;
      const key = `${phase}\n${component}`;
      reachMs.set(key, Math.max(timeMs, reachMs.get(key) ?? 0));
    },
    read: async (loads, write) => {
      await Promise.all(slow.map((collector) => catchUp(collector, loads, write)));
    },
  };
}
