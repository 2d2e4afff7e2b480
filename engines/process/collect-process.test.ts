import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ResourceSample } from '../../core/measure/resource-sample';
import { collectProcess, linuxPlaces, type ProcessPlaces } from './collect-process';

let proc: string;
let nowMs = 0;
beforeEach(async () => {
  proc = await mkdtemp(path.join(os.tmpdir(), 'proc-'));
});
afterEach(() => rm(proc, { recursive: true, force: true }));

interface FakeProcess {
  readonly pid: number;
  readonly cpuTicks: number;
  readonly started?: string;
  readonly children?: readonly number[];
  readonly state?: string;
  readonly waitedNs?: number;
}

/** Files as the kernel writes them. */
async function put({
  pid,
  cpuTicks,
  started = '1',
  children = [],
  state = 'S',
  waitedNs,
}: FakeProcess): Promise<void> {
  const dir = path.join(proc, String(pid));
  await mkdir(path.join(dir, 'task', String(pid)), { recursive: true });
  await mkdir(path.join(dir, 'fd'), { recursive: true });
  for (const fd of ['0', '1', '2']) await writeFile(path.join(dir, 'fd', fd), '');
  const stat = `${pid} (x) ${state} 1 1 1 0 -1 0 0 0 0 0 ${cpuTicks} 0 0 0 20 0 1 0 ${started} 0 0`;
  await writeFile(path.join(dir, 'stat'), stat);
  if (waitedNs !== undefined) await writeFile(path.join(dir, 'schedstat'), `5000000 ${waitedNs} 12\n`);
  await writeFile(path.join(dir, 'status'), 'VmRSS:\t1000 kB\nThreads:\t4\n');
  await writeFile(path.join(dir, 'limits'), 'Max open files            100 200 files\n');
  await writeFile(path.join(dir, 'task', String(pid), 'children'), children.join(' '));
}

function places(pid = 7): ProcessPlaces {
  const find = () => Promise.resolve({ ok: true as const, pid, tree: [pid] });
  return { ...linuxPlaces, proc, cgroups: proc, find, now: () => nowMs };
}

const signal = new AbortController().signal;

function plain([sample]: readonly ResourceSample[]): unknown {
  return {
    gap: sample?.gap,
    ...Object.fromEntries(
      (sample?.readings ?? []).map(({ metric, instance, value }) => [
        `${metric} ${instance ?? ''}`.trim(),
        value,
      ]),
    ),
  };
}

describe('a process', () => {
  test('alone is the whole component, with its limits', async () => {
    const collector = collectProcess('web', { port: 1 }, places());
    nowMs = 0;
    await put({ pid: 7, cpuTicks: 100 });
    await collector.read(signal);
    nowMs = 2000;
    await put({ pid: 7, cpuTicks: 250 });
    const [sample] = await collector.read(signal);
    expect(sample?.readings).toEqual([
      { metric: 'cpu', value: 0.75 },
      { metric: 'memory', value: 1_024_000 },
      { metric: 'threads', value: 4 },
      { metric: 'files', value: 3, limit: 100 },
    ]);
  });

  test('tells how long it waited for a core, where the kernel does', async () => {
    const collector = collectProcess('web', { port: 1 }, places());
    nowMs = 0;
    await put({ pid: 7, cpuTicks: 100, waitedNs: 1e9 });
    await collector.read(signal);
    nowMs = 2000;
    await put({ pid: 7, cpuTicks: 250, waitedNs: 1.4e9 });
    expect(plain(await collector.read(signal))).toMatchObject({
      waiting: expect.closeTo(0.2) as number,
    });
  });

  test('with workers has each of them beside their sum', async () => {
    const collector = collectProcess('web', { port: 1 }, places());
    nowMs = 0;
    const put3 = async (ticks: number): Promise<void> => {
      await put({ pid: 7, cpuTicks: 0, children: [8, 9] });
      await put({ pid: 8, cpuTicks: ticks });
      await put({ pid: 9, cpuTicks: 2 * ticks });
    };
    await put3(0);
    await collector.read(signal);
    nowMs = 1000;
    await put3(30);
    expect(plain(await collector.read(signal))).toMatchObject({
      cpu: expect.closeTo(0.9) as number,
      'cpu pid 7': 0,
      'cpu pid 8': 0.3,
      'cpu pid 9': 0.6,
      threads: 12,
      gap: undefined,
    });
  });

  test('that is gone is a gap, and found again once it is there', async () => {
    const collector = collectProcess('web', { port: 1 }, places());
    await put({ pid: 7, cpuTicks: 0 });
    await collector.read(signal);
    await rm(path.join(proc, '7'), { recursive: true });
    expect(plain(await collector.read(signal))).toEqual({ gap: 'process 7 is gone' });
    expect(plain(await collector.read(signal))).toEqual({ gap: 'process 7 is gone' });
    await put({ pid: 7, cpuTicks: 0, started: '2' });
    expect(plain(await collector.read(signal))).toMatchObject({ gap: undefined, threads: 4 });
  });

  test('whose pid went to another one is never mixed up with it', async () => {
    const collector = collectProcess('web', { pid: 7 }, places());
    await put({ pid: 7, cpuTicks: 0 });
    await collector.read(signal);
    await put({ pid: 7, cpuTicks: 5000, started: '2' });
    await collector.read(signal);
    expect(plain(await collector.read(signal))).toEqual({
      gap: 'process 7 ended, and another one has its pid now',
    });
  });

  test('that ended and was not collected is gone', async () => {
    const collector = collectProcess('web', { port: 1 }, places());
    await put({ pid: 7, cpuTicks: 0 });
    await collector.read(signal);
    await put({ pid: 7, cpuTicks: 0, state: 'Z' });
    expect(plain(await collector.read(signal))).toEqual({ gap: 'process 7 is gone' });
  });

  test('of another user tells all but its files, and says so', async () => {
    const collector = collectProcess('web', { port: 1 }, places());
    await put({ pid: 7, cpuTicks: 0 });
    await rm(path.join(proc, '7', 'fd'), { recursive: true });
    expect(plain(await collector.read(signal))).toEqual({
      gap: 'its open files cannot be counted: it belongs to another user',
      memory: 1_024_000,
      threads: 4,
    });
  });

  test('has its quota as the limit of its CPU, and how often that held it back', async () => {
    const collector = collectProcess('web', { port: 1 }, places());
    const group = async (periods: number, throttled: number): Promise<void> => {
      await writeFile(path.join(proc, 'cpu.stat'), `nr_periods ${periods}\nnr_throttled ${throttled}\n`);
    };
    nowMs = 0;
    await put({ pid: 7, cpuTicks: 0 });
    await writeFile(path.join(proc, '7/cgroup'), '0::/\n');
    await writeFile(path.join(proc, 'cpu.max'), '50000 100000\n');
    await group(100, 10);
    await collector.read(signal);
    nowMs = 1000;
    await put({ pid: 7, cpuTicks: 50 });
    await group(110, 15);
    const [sample] = await collector.read(signal);
    expect(sample?.readings).toContainEqual({ metric: 'cpu', value: 0.5, limit: 0.5 });
    expect(sample?.readings).toContainEqual({ metric: 'throttled', value: 0.5 });
  });
});
