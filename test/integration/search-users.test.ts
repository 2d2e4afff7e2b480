/** A search by users, by real Locust and by real k6, against a service of which is known how many it serves in time. */
import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PhaseResult } from '../../core/run/run';
import { readTrialName } from '../../core/run/trial-name';
import { openRun } from '../../runner/open-run';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { startBed, type Bed } from '../bed/start-bed';
import { aliveWith } from './processes';
import { makeWorkspace, type Workspace } from './small-service';
import { ended, runWhole } from './whole-run';

let bed: Bed;
let workspace: Workspace;
let python: string;

beforeAll(async () => {
  python = await ensurePython([toolRequirements]);
  bed = await startBed();
  workspace = await makeWorkspace();
  const file = [
    'from locust import FastHttpUser, constant, task',
    'class Visitor(FastHttpUser):',
    '    wait_time = constant(0)',
    '    @task',
    '    def work(self):',
    `        self.client.get("${pool}")`,
  ];
  await writeFile(path.join(workspace.folder, 'visit.py'), file.join('\n'));
}, 600_000);

afterAll(async () => {
  await bed.stop();
  await workspace.dispose();
});

/** Four workers of 50 ms each: eight users wait for two services at most, and of nine some for three. */
const pool = '/worker/pool?servers=4&service=50';

interface Wish {
  readonly scenario: string;
  readonly length: string;
  readonly more?: string;
}

async function search({ scenario, length, more = '' }: Wish): Promise<PhaseResult> {
  const find = `start: 6, factor: 1.5, trial: ${length}, resolution: 50%, confirm: ${length}`;
  const { run, dir } = ended(
    await runWhole(workspace, {
      text: [
        'version: 1',
        'name: Crowd',
        `targets: { web: { url: '${bed.url}' } }`,
        `scenarios: { work: { ${scenario} } }`,
        `phases: { stress: { scenarios: [work], find: { ${find} }${more} } }`,
        'goals: [p95(work) in stress < 130ms, capacity in stress >= 6]',
      ].join('\n'),
      pythonFile: python,
      locustListener: path.resolve('engines/locust/listener'),
    }),
  );
  expect(await aliveWith(dir)).toEqual([]);
  const { records, problems } = await openRun(dir);
  expect(problems).toEqual([]);
  const levels = records.flatMap(({ phase }) => readTrialName(phase) ?? []);
  expect(new Set(levels.map(({ unit }) => unit))).toEqual(new Set(['users']));
  expect(new Set(levels.map(({ level }) => level))).toEqual(new Set([6, 9]));
  const [result] = run.phases;
  if (result === undefined) throw new Error('the run has no phase');
  return result;
}

function expectPool({ verdict, reason, capacity, goals }: PhaseResult): void {
  expect(`${verdict}: ${reason}`).toBe(
    'pass: it holds 6 users and breaks at 9 users: p95(work) in stress < 130ms',
  );
  expect(capacity).toMatchObject({ unit: 'users', lower: 6, upper: 9, reached: true });
  expect(goals.map(({ text, state, unit }) => [text, state, unit])).toEqual([
    ['p95(work) in stress < 130ms', 'held', 'ms'],
    ['capacity in stress >= 6', 'held', 'users'],
  ]);
  for (const { level, achieved, inFlight } of capacity?.trials ?? []) {
    // More than the pool gets done nobody can achieve, and no more can be under way than there are users.
    expect(achieved).toBeLessThanOrEqual(84);
    expect(inFlight).toBeLessThanOrEqual(level);
    expect(inFlight).toBeGreaterThan(level * 0.7);
  }
}

test('Locust', async () => {
  const result = await search({ scenario: 'locustfile: visit.py', length: '3s', more: ', spawn: 20/s' });
  expectPool(result);
  expect(result.usersMax).toBe(6);
});

test('k6, in two processes that share the users', async () => {
  const steps = `steps: [{ name: ask, get: '${pool}' }]`;
  const result = await search({ scenario: steps, length: '3s', more: ', generators: 2' });
  expectPool(result);
  expect(result.generators).toEqual({ count: 2, lost: 0 });
});
