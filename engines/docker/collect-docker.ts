/**
 * Reads a container over the socket of its engine, by the documented interface of Docker, version 1.41, which Podman
 * speaks too. It only asks; it never changes a container.
 */
import * as z from 'zod';
import { CounterRates } from '../../core/measure/resource-rates';
import type { ResourceReading } from '../../core/measure/record';
import type { Collector, ResourceSample } from '../../core/measure/resource-sample';
import { askEngine, usualDockerSocket, type EngineAnswer, type EngineQuestion } from './engine';

const count = z.number().nonnegative();
const inspection = z.object({
  State: z.object({ Running: z.boolean(), StartedAt: z.string() }),
  HostConfig: z.object({
    NanoCpus: count.nullish(),
    CpuQuota: z.number().nullish(),
    CpuPeriod: count.nullish(),
    CpusetCpus: z.string().nullish(),
    Memory: count.nullish(),
  }),
});
const statistics = z.object({
  cpu_stats: z.object({
    cpu_usage: z.object({ total_usage: count }),
    throttling_data: z.object({ periods: count, throttled_periods: count }).nullish(),
  }),
  memory_stats: z.object({
    usage: count.optional(),
    stats: z.object({ inactive_file: count.optional(), total_inactive_file: count.optional() }).nullish(),
  }),
  pids_stats: z.object({ current: count.optional() }).nullish(),
});
type Statistics = z.output<typeof statistics>;

interface Limits {
  readonly cores?: number;
  readonly memoryBytes?: number;
  readonly startedAt: string;
}

export function collectContainer(
  component: string,
  container: string,
  socketPath: string = usualDockerSocket,
  now: () => number = () => performance.now(),
): Collector {
  const rates = new CounterRates();
  const sample = (readings: readonly ResourceReading[], gap?: string): ResourceSample[] => [
    { component, source: 'docker', timeMs: Date.now(), readings, ...(gap !== undefined && { gap }) },
  ];
  return {
    component,
    source: 'docker',
    begin: () => {
      rates.forget();
    },
    read: async (signal) => {
      const question = { container, socketPath, signal };
      const limits = await readLimits(question);
      if (!limits.ok) return sample([], limits.reason);
      const read = await askEngine(question, 'stats?stream=false&one-shot=true', statistics);
      if (!read.ok) return sample([], read.reason);
      return sample(readingsOf(read.value, limits.value, rates, now()));
    },
  };
}

/** Asked each time: a container may be started anew, or be given other limits, while the load is on. */
async function readLimits(question: EngineQuestion): Promise<EngineAnswer<Limits>> {
  const read = await askEngine(question, 'json', inspection);
  if (!read.ok) return read;
  const { State, HostConfig } = read.value;
  if (!State.Running)
    return { ok: false, reason: `the container ${question.container} does not run: start it` };
  const { Memory } = HostConfig;
  const cores = coresOf(HostConfig);
  return {
    ok: true,
    value: {
      startedAt: State.StartedAt,
      ...(cores > 0 && { cores }),
      ...((Memory ?? 0) > 0 && { memoryBytes: Memory ?? 0 }),
    },
  };
}

/** The less of what its quota and its set of cores allow; 0 where neither limits it. */
function coresOf({
  NanoCpus,
  CpuQuota,
  CpuPeriod,
  CpusetCpus,
}: z.output<typeof inspection>['HostConfig']): number {
  const quota = NanoCpus ? NanoCpus / 1e9 : (CpuQuota ?? 0) / (CpuPeriod || 100_000);
  const limits = [quota, coresIn(CpusetCpus ?? '')].filter((cores) => cores > 0);
  return limits.length === 0 ? 0 : Math.min(...limits);
}

/** `0-3,7` is five cores. */
function coresIn(set: string): number {
  const ranges = [...set.matchAll(/(\d+)(?:-(\d+))?/g)];
  return ranges.reduce((sum, [, from, to = from]) => sum + Number(to) - Number(from) + 1, 0);
}

function readingsOf(
  read: Statistics,
  limits: Limits,
  rates: CounterRates,
  readMs: number,
): ResourceReading[] {
  const { cpu_stats: cpu, memory_stats: memory, pids_stats: pids } = read;
  const rate = (name: string, value: number | undefined): number | undefined =>
    value === undefined ? undefined : rates.rate(`${limits.startedAt} ${name}`, value, readMs);
  const cores = rate('cpu', cpu.cpu_usage.total_usage / 1e9);
  const periods = rate('periods', cpu.throttling_data?.periods);
  const throttled = rate('throttled', cpu.throttling_data?.throttled_periods);
  const isHeldBack = limits.cores !== undefined && periods !== undefined && throttled !== undefined;
  const readings: (ResourceReading | undefined)[] = [
    reading('cpu', cores, limits.cores),
    reading('memory', heldBytes(memory), limits.memoryBytes),
    reading('threads', pids?.current),
    isHeldBack ? reading('throttled', periods === 0 ? 0 : throttled / periods) : undefined,
  ];
  return readings.filter((each) => each !== undefined);
}

/** The cache of files is given back when it is needed; the rest is what the container holds. */
function heldBytes({ usage, stats }: Statistics['memory_stats']): number | undefined {
  const idle = stats?.inactive_file ?? stats?.total_inactive_file ?? 0;
  return usage === undefined ? undefined : Math.max(0, usage - idle);
}

function reading(metric: string, value: number | undefined, limit?: number): ResourceReading | undefined {
  return value === undefined ? undefined : { metric, value, ...(limit !== undefined && { limit }) };
}
