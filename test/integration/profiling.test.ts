/** Phases that profile, by the real py-spy on the real demo system. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhaseResult, ProfileResult, Run } from '../../core/run/run';
import type { RunEvent } from '../../runner/events';
import { openRun } from '../../runner/open-run';
import { runPlan, type RunOutcome } from '../../runner/run-plan';
import type { RunPlanOptions } from '../../runner/run-options';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { example, startDemoAnywhere, type DemoAtPorts } from './demo-plan';
import { aliveWith } from './processes';
import { startService } from './small-service';

let pySpyFile: string;
let folder: string;
beforeAll(async () => {
  pySpyFile = path.join(path.dirname(await ensurePython([toolRequirements])), 'py-spy');
  folder = await mkdtemp(path.join(os.tmpdir(), 'profiling-'));
  await mkdir(path.join(folder, '.benchwright'));
  // As in the example: the sources of the targets lie beside the plan.
  await symlink(path.join(example, 'services'), path.join(folder, 'services'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Wish extends Partial<RunPlanOptions> {
  readonly text: string;
}

async function run({ text, ...options }: Wish): Promise<RunOutcome> {
  const planFile = path.join(folder, 'hot.bench.yaml');
  await writeFile(planFile, text);
  return runPlan({
    planFile,
    phases: [],
    allowedTargets: [],
    hasLease: false,
    isForced: false,
    variables: {},
    supervisorFile: path.resolve('dist/supervisor.cjs'),
    k6Folder: path.resolve('dist/k6'),
    signal: new AbortController().signal,
    onEvent: () => undefined,
    pySpyFile,
    ...options,
  });
}

/** Runs to the end, and looks that nothing of it is left. */
async function runToEnd(wish: Wish): Promise<{ run: Run; dir: string; phase: PhaseResult }> {
  const outcome = await run(wish);
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  expect(await aliveWith(outcome.dir)).toEqual([]);
  const opened = await openRun(outcome.dir);
  expect(opened.problems).toEqual([]);
  expect(opened.run).toEqual(outcome.run);
  const phase = outcome.run.phases.at(-1);
  if (phase === undefined) throw new Error('the run has no phase');
  return { run: outcome.run, dir: outcome.dir, phase };
}

const research = [
  '  research:',
  '    target: gateway',
  '    steps:',
  "      - { post: /tasks, json: { kind: research, topic: 'night trains' }, capture: { id: $.task_id } }",
  '      - { await: "/tasks/${id}", every: 250ms, timeout: 1m, until: \'$.state in ["done", "failed"]\' }',
];

interface HotWish {
  readonly demo: DemoAtPorts;
  readonly at?: string;
  readonly profile?: string;
}

function hotPlan({ demo, at = '100%', profile }: HotWish): string {
  return [
    'version: 1',
    'name: Hot',
    'targets:',
    `  gateway: { url: '${demo.urls.gateway}', source: services/unified_agents }`,
    `  agents: { url: '${demo.urls.agents}', process: { port: ${demo.portBase + 1} }, source: services/core_services }`,
    'scenarios:',
    ...research,
    'phases:',
    '  load: { scenarios: [research], users: 16, for: 5s }',
    '  hotspots:',
    '    rerun: load',
    `    at: ${at}`,
    `    profile: [${profile ?? '{ target: agents, with: py-spy, for: 4s }'}]`,
  ].join('\n');
}

function onlyProfile({ profiles = [] }: PhaseResult): ProfileResult {
  const [profile] = profiles;
  if (profile === undefined || profiles.length > 1) throw new Error(`${profiles.length} profiles`);
  return profile;
}

const planted = 'TextRanking.rank_related_tasks';

describe('py-spy on the demo system', () => {
  let demo: DemoAtPorts;
  beforeAll(async () => {
    demo = await startDemoAnywhere();
  });
  afterAll(() => demo.stop());

  it('finds the planted hotspot, with its file in the sources of the target', async () => {
    const { phase, dir } = await runToEnd({ text: hotPlan({ demo }), phases: ['hotspots'] });
    expect(`${phase.verdict}: ${phase.reason}`).toMatch(
      /^pass: TextRanking\.rank_related_tasks costs [\d.]+ % of agents at 16 users \(the plan\)$/,
    );
    const profile = onlyProfile(phase);
    expect(profile).toMatchObject({ target: 'agents', tool: 'py-spy', version: '0.4.3', rateHz: 100 });
    expect(profile.samples).toBeGreaterThan(200);
    expect(profile.top[0]).toMatchObject({ name: planted, file: 'services/core_services/ranking.py' });
    expect(profile.top[0]?.total).toBeGreaterThan(0.5);
    expect(profile.top.every(({ file }) => file.startsWith('services/'))).toBe(true);
    expect(profile.libraries.some(({ file }) => file.startsWith('services/'))).toBe(false);
    expect(profile.overhead?.rps).toBeGreaterThan(0);
    expect(profile.files).toEqual(['phases/hotspots/profiles/agents-py-spy-1.speedscope.json']);
    for (const file of profile.files) expect(existsSync(path.join(dir, file)), file).toBe(true);
    // No figure is from the time in which the profiler recorded.
    expect(phase.window.toMs - phase.window.fromMs).toBe(4000);
    expect(phase.level).toEqual({ value: 16, unit: 'users', from: 'the plan' });
  });

  it('does not find it where it was mended', async () => {
    const fast = await startDemoAnywhere({ AGENTS_FAST_RANKING: '1' });
    try {
      const { phase } = await runToEnd({ text: hotPlan({ demo: fast }), phases: ['hotspots'] });
      expect(phase.verdict).toBe('pass');
      expect(onlyProfile(phase).top.map(({ name }) => name)).not.toContain(planted);
    } finally {
      await fast.stop();
    }
  });

  it('shows what threads wait for where it is asked to', async () => {
    const profile = '{ target: gateway, with: py-spy, for: 2s, idle: true, rate: 50/s }';
    const { phase } = await runToEnd({ text: hotPlan({ demo, profile }), phases: ['hotspots'] });
    expect(onlyProfile(phase)).toMatchObject({ options: ['idle'], rateHz: 50 });
    expect(onlyProfile(phase).samples).toBeGreaterThan(50);
  });

  it('runs the load though there is no py-spy, and says how to get it', async () => {
    const notices: string[] = [];
    const { phase } = await runToEnd({
      text: hotPlan({ demo }),
      phases: ['hotspots'],
      pySpyFile: undefined,
      onEvent: (event: RunEvent) => event.kind === 'notice' && notices.push(event.message),
    });
    const remedy = 'install it with “python3 -m pip install py-spy”';
    expect(`${phase.verdict}: ${phase.reason}`).toBe(
      `incomplete: py-spy on agents: py-spy is not there: ${remedy}`,
    );
    expect(notices).toEqual([`no py-spy on agents: py-spy is not there. To have it, ${remedy}`]);
    expect(phase.requests).toBeGreaterThan(20);
    expect(onlyProfile(phase)).toMatchObject({ files: [], samples: 0, overhead: null });
  });

  it('leaves no half file behind', async () => {
    const { dir } = await runToEnd({ text: hotPlan({ demo }), phases: ['hotspots'] });
    expect(await readdir(path.join(dir, 'phases/hotspots/profiles'))).toEqual([
      'agents-py-spy-1.speedscope.json',
    ]);
  });
});

describe('a target that cannot be profiled', () => {
  const planOf = (url: string, process: string): string =>
    [
      'version: 1',
      'name: Not to be profiled',
      `targets: { web: { url: '${url}'${process} } }`,
      'scenarios: { look: { steps: [{ get: / }, { think: 10ms }] } }',
      'phases:',
      '  load: { scenarios: [look], users: 2, for: 2s }',
      '  hotspots: { rerun: load, at: 5/s, profile: [{ target: web, with: py-spy, for: 1s }] }',
    ].join('\n');

  it.each([
    [
      '',
      /^incomplete: py-spy on web: process \d+ runs node\S*, which is not Python: name the Python process/,
    ],
    [', process: { port: 1 }', /: no process listens on port 1: start the target, or correct/],
    [', process: { pid: 4194305 }', /: there is no process 4194305: start the target, or correct/],
  ])('is told with one remedy (%s), and its load goes on', async (process, reason) => {
    const service = await startService();
    try {
      const { phase } = await runToEnd({ text: planOf(service.url, process), phases: ['hotspots'] });
      expect(`${phase.verdict}: ${phase.reason}`).toMatch(reason);
      expect(service.requests()).toBeGreaterThan(3);
    } finally {
      await service.close();
    }
  });
});

describe('a level that a search has to find', () => {
  const planOf = (url: string): string =>
    [
      'version: 1',
      'name: Level',
      `targets: { web: { url: '${url}' } }`,
      'scenarios: { look: { steps: [{ get: / }] } }',
      'phases:',
      '  stress: { scenarios: [look], find: { start: 20/s, trial: 2s, confirm: 2s, max: 20/s }, until: [plateau] }',
      '  hotspots: { rerun: stress, at: 50%, profile: [{ target: web, with: py-spy, for: 1s }] }',
    ].join('\n');

  it('is refused where no run has found it, and taken from the latest one that has', async () => {
    const service = await startService();
    try {
      const text = planOf(service.url);
      const refused = await run({ text, phases: ['hotspots'] });
      expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'no-level' } });
      expect(service.requests()).toBe(0);
      const together = await runToEnd({ text });
      expect(together.run.phases.map(({ verdict }) => verdict)).toEqual(['pass', 'incomplete']);
      const level = { value: 10, unit: 'per-second', from: '50 % of the capacity of stress' };
      expect(together.phase.level).toEqual(level);
      expect((await runToEnd({ text, phases: ['hotspots'] })).phase.level).toEqual(level);
    } finally {
      await service.close();
    }
  });
});
