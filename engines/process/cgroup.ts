/** What a Linux control group allows a process: cores and memory, in version 1 and 2 of their files. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface Quota {
  /** CPU time per time. */
  readonly cores?: number;
  readonly memoryBytes?: number;
  /** Where throttling is counted. */
  readonly cpuStatFile?: string;
}

/** What version 1 writes where there is no limit: the largest number of pages, in bytes. */
const unlimitedBytes = 2 ** 60;

export interface QuotaPlaces {
  readonly proc: string;
  readonly cgroups: string;
}

/** The tightest limits on the way from the group of a process to the root; a limit that cannot be read is none. */
export async function readQuota(pid: number, places: QuotaPlaces): Promise<Quota> {
  const text = (await readText(path.join(places.proc, String(pid), 'cgroup'))) ?? '';
  let quota: Quota = {};
  for (const line of text.split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined || group.includes('..')) continue;
    quota = tightest(quota, await quotaOfLine(controllers, group, places.cgroups));
  }
  return quota;
}

async function quotaOfLine(controllers: string, group: string, root: string): Promise<Quota> {
  const names = controllers.split(',');
  let quota: Quota = {};
  if (controllers === '') {
    for (const top of [root, path.join(root, 'unified')])
      for (const folder of upwards(top, group)) quota = tightest(quota, await quotaV2(folder));
  }
  if (names.includes('cpu')) {
    for (const top of [path.join(root, controllers), path.join(root, 'cpu')])
      for (const folder of upwards(top, group)) quota = tightest(quota, await cpuV1(folder));
  }
  if (names.includes('memory')) {
    for (const folder of upwards(path.join(root, 'memory'), group)) {
      const bytes = Number((await readText(path.join(folder, 'memory.limit_in_bytes'))) ?? Infinity);
      if (bytes < unlimitedBytes) quota = tightest(quota, { memoryBytes: bytes });
    }
  }
  return quota;
}

/** A group and all above it, up to the root itself. */
function upwards(root: string, group: string): string[] {
  const folders = [];
  for (let at = group; at !== '/'; at = path.posix.dirname(at)) folders.push(path.join(root, at));
  return [...folders, root];
}

async function quotaV2(folder: string): Promise<Quota> {
  const [allowed, period] = ((await readText(path.join(folder, 'cpu.max'))) ?? '').trim().split(' ');
  const memory = (await readText(path.join(folder, 'memory.max')))?.trim();
  const cores = Number(allowed) / Number(period);
  return {
    ...(cores > 0 && { cores, cpuStatFile: path.join(folder, 'cpu.stat') }),
    ...(memory !== undefined && /^\d+$/.test(memory) && { memoryBytes: Number(memory) }),
  };
}

async function cpuV1(folder: string): Promise<Quota> {
  const allowed = Number((await readText(path.join(folder, 'cpu.cfs_quota_us'))) ?? -1);
  const period = Number((await readText(path.join(folder, 'cpu.cfs_period_us'))) ?? 0);
  if (!(allowed > 0 && period > 0)) return {};
  return { cores: allowed / period, cpuStatFile: path.join(folder, 'cpu.stat') };
}

function tightest(a: Quota, b: Quota): Quota {
  const byCores = (b.cores ?? Infinity) < (a.cores ?? Infinity) ? b : a;
  const memoryBytes = Math.min(a.memoryBytes ?? Infinity, b.memoryBytes ?? Infinity);
  return {
    ...(byCores.cores !== undefined && { cores: byCores.cores }),
    ...(byCores.cpuStatFile !== undefined && { cpuStatFile: byCores.cpuStatFile }),
    ...(Number.isFinite(memoryBytes) && { memoryBytes }),
  };
}

/** The periods that went by under a quota, and those of them that were cut short. */
export async function readThrottling(
  cpuStatFile: string,
): Promise<{ readonly periods: number; readonly throttled: number } | undefined> {
  const text = await readText(cpuStatFile);
  const periods = /^nr_periods (\d+)$/m.exec(text ?? '')?.[1];
  const throttled = /^nr_throttled (\d+)$/m.exec(text ?? '')?.[1];
  if (periods === undefined || throttled === undefined) return undefined;
  return { periods: Number(periods), throttled: Number(throttled) };
}

/** `undefined` where there is no such file: each kernel has only some of them. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
