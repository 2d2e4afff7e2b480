/** Against a socket that answers as the documentation of the interface says; no container engine was at hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ResourceSample } from '../../core/measure/resource-sample';
import { collectContainer } from './collect-docker';

let folder: string;
let socket: string;
let server: Server;
let asked: string[];
let answers: { inspect: unknown; stats: unknown };
let refuse: ((to: ServerResponse) => void) | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'engine-'));
  socket = path.join(folder, 'docker.sock');
  asked = [];
  refuse = undefined;
  answers = { inspect: inspection(), stats: statistics(0) };
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (refuse !== undefined) refuse(response);
    else
      response.end(
        JSON.stringify(request.url?.includes('/stats') === true ? answers.stats : answers.inspect),
      );
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const inspection = (over: object = {}, state: object = {}) => ({
  State: { Running: true, StartedAt: '2026-01-01T00:00:00Z', ...state },
  HostConfig: { NanoCpus: 500_000_000, CpuQuota: 0, CpuPeriod: 0, Memory: 1000, ...over },
});

const statistics = (cpuSeconds: number, throttled = 0, periods = 0) => ({
  read: '2026-01-01T00:00:01Z',
  cpu_stats: {
    cpu_usage: { total_usage: cpuSeconds * 1e9 },
    system_cpu_usage: 1,
    throttling_data: { periods, throttled_periods: throttled, throttled_time: 0 },
  },
  memory_stats: { usage: 800, limit: 1000, stats: { inactive_file: 300 } },
  pids_stats: { current: 4 },
});

let nowMs = 0;
async function look(collector = make()): Promise<ResourceSample | undefined> {
  const [sample] = await collector.read(new AbortController().signal);
  return sample;
}
const make = (file = socket) => collectContainer('web', 'web-1', file, () => nowMs);

test('CPU, memory without the cache of files, processes and limits are read', async () => {
  const collector = make();
  nowMs = 0;
  expect(await look(collector)).toMatchObject({
    source: 'docker',
    readings: [
      { metric: 'memory', value: 500, limit: 1000 },
      { metric: 'threads', value: 4 },
    ],
  });
  nowMs = 2000;
  answers.stats = statistics(0.9, 5, 20);
  const sample = await look(collector);
  expect(sample?.readings[0]).toEqual({ metric: 'cpu', value: 0.45, limit: 0.5 });
  expect(sample?.readings).toContainEqual({ metric: 'throttled', value: 0.25 });
  expect(asked.slice(0, 2)).toEqual([
    '/v1.41/containers/web-1/json',
    '/v1.41/containers/web-1/stats?stream=false&one-shot=true',
  ]);
});

test('a container that is started anew has no rate across its start', async () => {
  const collector = make();
  nowMs = 0;
  answers.stats = statistics(1);
  await look(collector);
  nowMs = 1000;
  answers.inspect = inspection({}, { StartedAt: '2026-01-01T00:05:00Z' });
  answers.stats = statistics(5);
  expect((await look(collector))?.readings.map(({ metric }) => metric)).not.toContain('cpu');
});

test('a quota is read in both of its forms, and none is none', async () => {
  const limitOf = async (over: object): Promise<number | undefined> => {
    answers.inspect = inspection({ NanoCpus: 0, ...over });
    const collector = make();
    nowMs = 0;
    answers.stats = statistics(0);
    await look(collector);
    nowMs = 1000;
    return (await look(collector))?.readings[0]?.limit;
  };
  expect(await limitOf({ CpuQuota: 150_000, CpuPeriod: 100_000 })).toBe(1.5);
  expect(await limitOf({ CpuQuota: 0 })).toBeUndefined();
  expect(await limitOf({ CpuQuota: -1, Memory: 0 })).toBeUndefined();
});

test.each([
  [
    'is unknown',
    /^there is no container web-1: correct `process.container`$/,
    (to: ServerResponse) => to.writeHead(404).end('{}'),
  ],
  [
    'belongs to an engine in trouble',
    /docker.sock answered 500$/,
    (to: ServerResponse) => to.writeHead(500).end(),
  ],
  ['is none', /something else than a container$/, (to: ServerResponse) => to.end('{"a":1}')],
])('a container that %s is a gap with its reason', async (_, reason, wrong) => {
  refuse = wrong;
  const sample = await look();
  expect(sample?.readings).toEqual([]);
  expect(sample?.gap).toMatch(reason);
});

test('a container that was stopped, and an engine that is not there, are gaps too', async () => {
  answers.inspect = inspection({}, { Running: false });
  expect((await look())?.gap).toBe('the container web-1 does not run: start it');
  expect((await look(make(path.join(folder, 'none.sock'))))?.gap).toMatch(
    /is not there: start it, or set DOCKER_HOST$/,
  );
});

test.each([
  [{ NanoCpus: 0, CpusetCpus: '0-2,7' }, 4],
  [{ NanoCpus: 1_500_000_000, CpusetCpus: '0,1' }, 1.5],
  [{ NanoCpus: 0, CpuQuota: 250_000, CpuPeriod: 100_000, CpusetCpus: '3' }, 1],
  [{ NanoCpus: 0, CpuQuota: -1, CpusetCpus: '' }, undefined],
])('the cores of %j are %s', async (over, limit) => {
  answers.inspect = inspection(over);
  const collector = make();
  nowMs = 0;
  await look(collector);
  nowMs = 1000;
  answers.stats = statistics(0.5);
  const cpu = (await look(collector))?.readings.find(({ metric }) => metric === 'cpu');
  expect(cpu?.limit).toBe(limit);
});
