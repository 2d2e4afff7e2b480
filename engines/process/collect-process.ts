/** Reads what the process of a target, and those that it started, use of this machine. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { CounterRates } from '../../core/measure/resource-rates';
import type { ResourceReading } from '../../core/measure/record';
import type { Collector, ResourceSample } from '../../core/measure/resource-sample';
import { findProcess, type ProcessFinding, type ProcessWish } from '../host/find-process';
import { readQuota, readThrottling, type Quota, type QuotaPlaces } from './cgroup';
import { descendantsOf } from './descendants';
import { parseFilesLimit, parseStat, parseStatus, parseWaitSeconds } from './proc-files';

/** Whose processes these are grows seldom, and asking costs a look at every thread. */
const treeEveryReads = 5;

export interface ProcessPlaces extends QuotaPlaces {
  readonly find: (wish: ProcessWish) => Promise<ProcessFinding>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export const linuxPlaces: ProcessPlaces = {
  proc: '/proc',
  cgroups: '/sys/fs/cgroup',
  find: findProcess,
  now: () => performance.now(),
};

/** What one process uses. What could not be read is absent. */
interface Usage {
  readonly pid: number;
  /** In cores; absent at the first look. */
  readonly cpu: number | undefined;
  /** Share of the time; absent at the first look. */
  readonly waiting: number | undefined;
  readonly memory: number | undefined;
  readonly threads: number | undefined;
  readonly files: number | undefined;
  readonly filesLimit: number | undefined;
}

interface Found {
  readonly pid: number;
  /** Tells it from another process that gets its pid later. */
  readonly started: string;
  readonly quota: Quota;
}

export function collectProcess(
  component: string,
  wish: ProcessWish,
  places: ProcessPlaces = linuxPlaces,
): Collector {
  const rates = new CounterRates();
  let found: Found | undefined;
  /** Of a process that is named by its pid: another one with this pid is not it. */
  let named: string | undefined;
  let tree: readonly number[] = [];
  let reads = 0;

  const sample = (readings: readonly ResourceReading[], gap?: string): ResourceSample[] => [
    { component, source: 'process', timeMs: Date.now(), readings, ...(gap !== undefined && { gap }) },
  ];
  const find = async (): Promise<Found | string> => {
    const finding = await places.find(wish);
    if (!finding.ok) return `${finding.problem.message}: ${finding.problem.remedy}`;
    const { pid } = finding;
    const started = await startOf(pid, places.proc);
    if (started === undefined) return `process ${pid} is gone`;
    if (wish.pid !== undefined) {
      if (named !== undefined && named !== started)
        return `process ${pid} ended, and another one has its pid now`;
      named = started;
    }
    rates.forget();
    reads = 0;
    return { pid, started, quota: await readQuota(pid, places) };
  };
  return {
    component,
    source: 'process',
    begin: () => {
      rates.forget();
    },
    read: async () => {
      if (found === undefined) {
        const finding = await find();
        if (typeof finding === 'string') return sample([], finding);
        found = finding;
      }
      const { pid, started, quota } = found;
      const isSame = (await startOf(pid, places.proc)) === started;
      if (!isSame) {
        found = undefined;
        return sample([], `process ${pid} is gone`);
      }
      if (reads++ % treeEveryReads === 0) tree = await descendantsOf(pid, places.proc);
      const usages: Usage[] = [];
      for (const member of tree) {
        const usage = await usageOf(member, rates, places);
        if (usage !== undefined) usages.push(usage);
      }
      const readings = [...readingsOf(usages, quota), ...(await throttling(quota, rates, places))];
      return sample(readings, gapOf(usages));
    },
  };
}

async function usageOf(
  pid: number,
  rates: CounterRates,
  { proc, now }: ProcessPlaces,
): Promise<Usage | undefined> {
  const file = (name: string): string => path.join(proc, String(pid), name);
  const [stat, waited] = await Promise.all([
    readText(file('stat')).then((text) => parseStat(text ?? '')),
    readText(file('schedstat')).then((text) => parseWaitSeconds(text ?? '')),
  ]);
  const readMs = now();
  if (stat === undefined || stat.state === 'Z') return undefined;
  const [status, limits, files] = await Promise.all([
    readText(file('status')),
    readText(file('limits')),
    countFiles(file('fd')),
  ]);
  const { rssBytes, threads } = parseStatus(status ?? '');
  return {
    pid,
    cpu: rates.rate(`${pid} ${stat.started}`, stat.cpuSeconds, readMs),
    waiting: waited === undefined ? undefined : rates.rate(`${pid} ${stat.started} waited`, waited, readMs),
    memory: rssBytes,
    threads,
    files,
    filesLimit: parseFilesLimit(limits ?? ''),
  };
}

/** What of several processes adds up to something of the whole component. */
const sums = ['cpu', 'memory', 'threads', 'files'] as const;
const metrics = [...sums, 'waiting'] as const;

/** The whole component, and each process where there are several. Memory that workers share counts for each of them. */
function readingsOf(usages: readonly Usage[], quota: Quota): ResourceReading[] {
  const limits: Partial<Record<string, number>> = { cpu: quota.cores, memory: quota.memoryBytes };
  const limited = (limit: number | undefined) => (limit === undefined ? {} : { limit });
  const [only] = usages;
  const whole = (usages.length === 1 ? metrics : sums).flatMap((metric): ResourceReading[] => {
    const values = usages.map((usage) => usage[metric]).filter((value) => value !== undefined);
    if (values.length === 0) return [];
    const value = values.reduce((sum, each) => sum + each, 0);
    // Each process has a limit of files of its own, so that only a single one can reach it.
    const limit = metric === 'files' && usages.length === 1 ? only?.filesLimit : limits[metric];
    return [{ metric, value, ...limited(limit) }];
  });
  if (usages.length < 2) return whole;
  const each = usages.flatMap((usage) =>
    metrics.flatMap((metric): ResourceReading[] => {
      const value = usage[metric];
      if (value === undefined) return [];
      const limit = metric === 'files' ? usage.filesLimit : undefined;
      return [{ metric, instance: `pid ${usage.pid}`, value, ...limited(limit) }];
    }),
  );
  return [...whole, ...each];
}

function gapOf(usages: readonly Usage[]): string | undefined {
  if (usages.length === 0) return 'the process is gone';
  return usages.every(({ files }) => files === undefined)
    ? 'its open files cannot be counted: it belongs to another user'
    : undefined;
}

async function throttling(
  { cpuStatFile }: Quota,
  rates: CounterRates,
  { now }: ProcessPlaces,
): Promise<ResourceReading[]> {
  const told = cpuStatFile === undefined ? undefined : await readThrottling(cpuStatFile);
  if (told === undefined) return [];
  const periods = rates.rate('periods', told.periods, now());
  const throttled = rates.rate('throttled', told.throttled, now());
  if (periods === undefined || throttled === undefined) return [];
  return [{ metric: 'throttled', value: periods === 0 ? 0 : throttled / periods }];
}

async function startOf(pid: number, proc: string): Promise<string | undefined> {
  const stat = parseStat((await readText(path.join(proc, String(pid), 'stat'))) ?? '');
  return stat === undefined || stat.state === 'Z' ? undefined : stat.started;
}

/** `undefined` where the process is another user's, or gone. */
async function countFiles(folder: string): Promise<number | undefined> {
  try {
    return (await readdir(folder)).length;
  } catch {
    return undefined;
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
