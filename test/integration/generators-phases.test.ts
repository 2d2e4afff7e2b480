/** Searches, profiling phases and comparisons, of loads that several generators make together. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { compareFolders } from '../../runner/compare-folders';
import { openRun } from '../../runner/open-run';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { aliveWith, eventually } from './processes';
import { makeWorkspace, type Workspace } from './small-service';
import { startCluster } from './stand-in-cluster';
import { ended, runWhole, type EndedRun, type Wish } from './whole-run';

beforeAll(() => ensurePython([toolRequirements]), 600_000);

interface Place {
  readonly workspace: Workspace;
  readonly url: string;
  readonly plan: (phases: readonly string[], scenario?: string) => string;
  readonly run: (text: string, wish?: Partial<Wish>) => Promise<EndedRun>;
}

/** A test with a service and a workspace of its own: most of each is waiting, so that they are under way at the same time. */
const it = test.extend<{ place: Place }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs.
  place: async ({}, use) => {
    const python = await ensurePython([toolRequirements]);
    const workspace = await makeWorkspace();
    const { server, url } = await startPython(python, workspace.folder);
    const file =
      'from locust import HttpUser, constant, task\n\nclass Visitor(HttpUser):\n    wait_time = constant(0.1)\n\n    @task\n    def come(self):\n        self.client.get("/")\n';
    await writeFile(path.join(workspace.folder, 'visit.py'), file);
    await use({
      workspace,
      url,
      plan: (phases, scenario = 'steps: [{ get: / }]') =>
        [
          'version: 1',
          'name: Several',
          `targets: { web: { url: '${url}', process: { pid: ${server.pid} } } }`,
          `scenarios: { look: { ${scenario} } }`,
          'phases:',
          ...phases.map((phase) => `  ${phase}`),
        ].join('\n'),
      run: async (text, wish = {}) => {
        const options = {
          text,
          pythonFile: python,
          pySpyFile: path.join(path.dirname(python), 'py-spy'),
          locustListener: path.resolve('engines/locust/listener'),
          ...wish,
        };
        const outcome = ended(await runWhole(workspace, options));
        expect(await aliveWith(outcome.dir)).toEqual([]);
        return outcome;
      },
    });
    server.kill();
    await workspace.dispose();
  },
});

/** A service that py-spy can look into. */
async function startPython(python: string, cwd: string): Promise<{ server: ChildProcess; url: string }> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const command = ['-m', 'http.server', String(port), '--bind', '127.0.0.1'];
  const server = spawn(python, command, { cwd, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await eventually('the service to answer', 20_000, () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { server, url };
}

/** How many generators made each load of a run, by its name in the stream. */
async function generatorsOf(dir: string): Promise<ReadonlyMap<string, number>> {
  const { records } = await openRun(dir);
  const counts = new Map<string, number>();
  for (const record of records)
    if (record.kind === 'tick' && record.generators !== undefined)
      counts.set(record.phase, Math.max(record.generators, counts.get(record.phase) ?? 0));
  return counts;
}

it.concurrent('a search, and the profiling at what it found', async ({ place }) => {
  const { plan, run } = place;
  const { run: whole, dir } = await run(
    plan([
      'stress: { scenarios: [look], find: { start: 10/s, factor: 2, trial: 2s, confirm: 2s, max: 20/s }, until: [plateau], generators: 2 }',
      'hotspots: { rerun: stress, at: 100%, profile: [{ target: web, with: py-spy, for: 2s }] }',
    ]),
  );
  const [stress, hotspots] = whole.phases;
  expect(stress?.capacity, stress?.reason).toMatchObject({ lower: 20 });
  expect(stress?.capacity?.trials.every(({ held }) => held)).toBe(true);
  expect(hotspots?.level).toMatchObject({ value: 20 });
  expect(hotspots?.profiles?.[0], JSON.stringify(hotspots?.profiles)).toMatchObject({ tool: 'py-spy' });
  const counts = await generatorsOf(dir);
  expect(counts.size).toBeGreaterThan(4);
  expect([...counts].filter(([, count]) => count !== 2)).toEqual([]);
});

it.concurrent(
  'a search, and the profiling at what it found, whose loads pods of a cluster make',
  async ({ place }) => {
    const { plan, run, url, workspace } = place;
    const host = 'web.bench.svc:8080';
    const cluster = await startCluster(workspace, {
      services: { [`http://${host}`]: url },
      contexts: { bench: {} },
    });
    const { run: whole, dir } = await run(
      [
        plan([
          'stress: { scenarios: [look], find: { start: 10/s, factor: 2, trial: 2s, confirm: 2s, max: 20/s }, generators: 2 }',
          'hotspots: { rerun: stress, at: 50%, profile: [{ target: web, with: py-spy, for: 2s }] }',
        ]).replace(url, `http://${host}`),
        'kubernetes: { context: bench, namespace: load, image: here/k6:1 }',
      ].join('\n'),
      { variables: cluster.variables, allowedTargets: [host], allowedClusters: ['bench/load'] },
    );
    const [stress, hotspots] = whole.phases;
    expect(stress?.capacity, stress?.reason).toMatchObject({ lower: 20 });
    expect(hotspots?.level, hotspots?.reason).toMatchObject({ value: 10 });
    expect(hotspots?.profiles?.[0], JSON.stringify(hotspots?.profiles)).toMatchObject({ tool: 'py-spy' });
    const counts = await generatorsOf(dir);
    // A single user, as by which the target is probed, needs one.
    const trials = [...counts].filter(([load]) => !load.includes('#probe'));
    expect(trials.length).toBeGreaterThan(3);
    expect(trials.filter(([, count]) => count !== 2)).toEqual([]);
    expect(await cluster.left()).toEqual([]);
  },
);

it.concurrent(
  'a search by users, and the profiling at a part of what it found, which the workers of a Locust make',
  async ({ place }) => {
    const { plan, run } = place;
    const { run: whole, dir } = await run(
      plan(
        [
          'crowd: { scenarios: [look], find: { start: 2, factor: 2, trial: 2s, confirm: 2s, max: 4 }, generators: 2 }',
          'hotspots: { rerun: crowd, at: 50%, profile: [{ target: web, with: py-spy, for: 2s }] }',
        ],
        'locustfile: visit.py',
      ),
    );
    const [crowd, hotspots] = whole.phases;
    expect(crowd?.generators, crowd?.reason).toEqual({ count: 2, lost: 0 });
    expect(crowd?.capacity).toMatchObject({ unit: 'users', lower: 4, upper: null });
    expect(hotspots?.level).toMatchObject({ value: 2, unit: 'users', from: '50 % of the capacity of crowd' });
    expect(hotspots?.profiles?.[0], JSON.stringify(hotspots?.profiles)).toMatchObject({ tool: 'py-spy' });
    const counts = await generatorsOf(dir);
    // Three trials and the two loads of the profiling: one Locust is enough to look at the target at rest.
    expect(counts.size).toBe(5);
    expect([...counts].filter(([, count]) => count !== 2)).toEqual([]);
  },
);

it.concurrent('runs are compared where as many generators made the load', async ({ place }) => {
  const { plan, run } = place;
  const text = plan(['load: { scenarios: [look], rate: 20/s, for: 3s, generators: 2 }']);
  const [one, two] = [await run(text), await run(text)];
  const comparison = await compareFolders([one.dir], [two.dir]);
  expect(JSON.stringify(comparison)).not.toContain('not comparable');
});
