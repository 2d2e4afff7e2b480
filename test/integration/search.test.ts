/** A search for the capacity, by real k6 against a service whose capacity is known. */
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Capacity, PhaseResult } from '../../core/run/run';
import { phaseOfName, readTrialName } from '../../core/run/trial-name';
import { requestStop } from '../../runner/lease';
import { openRun } from '../../runner/open-run';
import { runPlan, type RunOutcome } from '../../runner/run-plan';
import type { RunEvent, RunListener } from '../../runner/events';
import { startBed, type Bed } from '../bed/start-bed';
import { aliveWith } from './processes';
import { makeWorkspace, type Workspace } from './small-service';

interface Place {
  readonly bed: Bed;
  readonly workspace: Workspace;
}

/** A test with a place of its own, so that searches that ask for little may be under way at the same time. */
const it = test.extend<{ place: Place }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs.
  place: async ({}, use) => {
    const place = { bed: await startBed(), workspace: await makeWorkspace() };
    await use(place);
    await place.bed.stop();
    await place.workspace.dispose();
  },
});

function runWhole(
  planFile: string,
  phases: readonly string[],
  onEvent: RunListener = () => undefined,
): Promise<RunOutcome> {
  return runPlan({
    planFile,
    phases,
    allowedTargets: [],
    hasLease: false,
    isForced: false,
    variables: {},
    supervisorFile: path.resolve('dist/supervisor.cjs'),
    k6Folder: path.resolve('dist/k6'),
    signal: new AbortController().signal,
    onEvent,
  });
}

interface Wish {
  /** Path of a law of the service. */
  readonly law: string;
  readonly find: string;
  readonly until?: string;
  readonly goals?: readonly string[];
  /** Called with each event, and with the folder of the run. */
  readonly during?: (event: RunEvent, dir: string) => void;
}

/** Runs a search, and holds what the folder says against what the caller was told. */
async function search(
  { bed, workspace }: Place,
  { law, find, until, goals, during }: Wish,
): Promise<PhaseResult> {
  const planFile = await workspace.plan(
    [
      'version: 1',
      'name: Known capacity',
      `targets: { web: { url: '${bed.url}' } }`,
      'scenarios:',
      `  work: { steps: [{ name: ask, get: '${law}' }] }`,
      'phases:',
      `  stress: { scenarios: [work], find: { ${find} }${until === undefined ? '' : `, until: [${until}]`} }`,
      `goals: [${(goals ?? []).join(', ')}]`,
    ].join('\n'),
  );
  let dir = '';
  const outcome = await runWhole(planFile, [], (event) => {
    if (event.kind === 'run-started') dir = event.dir;
    during?.(event, dir);
  });
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  expect(await aliveWith(dir)).toEqual([]);
  const opened = await openRun(dir);
  expect(opened.problems).toEqual([]);
  expect(opened.run).toEqual(outcome.run);
  expect(new Set(opened.records.map(({ phase }) => phaseOfName(phase)))).toEqual(new Set(['stress']));
  const [result] = outcome.run.phases;
  if (result === undefined) throw new Error('the run has no phase');
  const trials = new Set(opened.records.flatMap(({ phase }) => readTrialName(phase)?.level ?? []));
  expect(trials).toEqual(new Set(result.capacity?.trials.map(({ level }) => level) ?? []));
  return result;
}

function capacityOf({ capacity }: PhaseResult): Capacity {
  if (capacity === undefined) throw new Error('the phase has no capacity');
  return capacity;
}

/** Four workers of 20 ms each serve 200/s and not one more. */
const cap = '/worker/cap?servers=4&service=20';

it('encloses a hard cap', async ({ place }) => {
  const result = await search(place, {
    law: cap,
    find: 'start: 75/s, factor: 2, trial: 4s, resolution: 100%, confirm: 3s',
    until: '"errors > 5%", plateau',
    goals: ['p95(work) in stress < 500ms', 'capacity in stress >= 150/s', 'capacity >= baseline'],
  });
  expect(`${result.verdict}: ${result.reason}`).toMatch(/^pass: it holds 150\/s and breaks at 300\/s: /);
  expect(result.goals.slice(1)).toMatchObject([
    { text: 'capacity in stress >= 150/s', state: 'held', measured: 150, limit: 150 },
    { state: 'no-data', lacks: 'baseline' },
  ]);
  const { lower, upper, reached, brokeFirst, p95, trials } = capacityOf(result);
  expect([lower, upper, reached]).toEqual([150, 300, true]);
  // Both come to light within the same second of the trial: which of them a record shows first is chance.
  expect(brokeFirst).toMatch(
    /^(p95\(work\) in stress < 500ms|plateau: arrivals piled up from \d+ to \d+ iterations under way)$/,
  );
  // At rest a request takes 20 ms; on a busy machine some more.
  expect(p95).toBeGreaterThanOrEqual(20);
  expect(p95).toBeLessThan(500);
  const broken = trials.filter(({ held }) => held === false);
  // A trial that breaks is made once more, unless it is beyond doubt: half as much again is, but for a machine that is held up.
  expect([[300], [300, 300]]).toContainEqual(broken.map(({ level }) => level));
  for (const { achieved } of broken) expect(achieved).toBeLessThan(205);
  const climbs = broken.map(() => 'climb');
  expect(trials.map(({ purpose }) => purpose)).toEqual(['climb', 'climb', ...climbs, 'confirm']);
  expect(result.steps).toMatchObject([{ scenario: 'work', step: 'ask' }]);
});

it.concurrent('says that the limit was not reached where the highest rate is below it', async ({ place }) => {
  const result = await search(place, {
    law: cap,
    find: 'start: 40/s, factor: 2, trial: 2s, confirm: 2s, max: 80/s',
    until: 'plateau',
  });
  expect(`${result.verdict}: ${result.reason}`).toMatch(/^pass: the limit was not reached: .*80\/s$/);
  expect(capacityOf(result)).toMatchObject({ lower: 80, upper: null, reached: false, brokeFirst: null });
});

it.concurrent('ends a trial early where a condition holds beyond doubt', async ({ place }) => {
  const planned: number[] = [];
  const ended: number[] = [];
  const result = await search(place, {
    // Of 60 arrivals a second ten are served.
    law: '/limit/few?rate=10&service=5&refuse=5',
    find: 'start: 60/s, factor: 10, trial: 20s, confirm: 20s, max: 60/s',
    until: '"errors > 5%"',
    during: (event, dir) => {
      if (event.kind === 'trial-started') planned.push(performance.now());
      if (event.kind === 'trial-ended') ended.push(performance.now());
      if (ended.length === 2) void requestStop(dir);
    },
  });
  expect(result.verdict).toBe('aborted');
  expect(capacityOf(result)).toMatchObject({ lower: null, upper: 60, brokeFirst: 'errors > 5%' });
  expect(ended[0]! - planned[0]!).toBeLessThan(15_000);
});

it.concurrent(
  'stopped in the middle of a trial, it leaves no load and the bounds so far',
  async ({ place }) => {
    const result = await search(place, {
      law: cap,
      find: 'start: 20/s, factor: 2, trial: 2s, confirm: 60s, max: 20/s',
      until: 'plateau',
      during: (event, dir) => {
        if (event.kind === 'progress' && event.trial === 2) void requestStop(dir);
      },
    });
    expect(`${result.verdict}: ${result.reason}`).toBe('aborted: the run was told to stop');
    expect(capacityOf(result)).toMatchObject({ lower: 20, upper: null, reached: false });
    expect(capacityOf(result).trials.map(({ held }) => held)).toEqual([true, null]);
  },
);
