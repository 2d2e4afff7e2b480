/**
 * Phases that profile, by the real py-spy on the real demo system. What they find there, and that it is gone once it is
 * mended, is seen in the editor and by the command line in test/e2e/optimise.test.ts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhaseResult, ProfileResult, Run } from '../../core/run/run';
import type { RunEvent } from '../../runner/events';
import { requestStop } from '../../runner/lease';
import { openRun } from '../../runner/open-run';
import type { RunOutcome } from '../../runner/run-plan';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { example, startDemoAnywhere, type DemoAtPorts } from './demo-plan';
import { aliveWith, eventually } from './processes';
import { makeWorkspace, startService, type Workspace } from './small-service';
import { runWhole, type Wish } from './whole-run';

let pySpyFile: string;
let workspace: Workspace;
beforeAll(async () => {
  pySpyFile = path.join(path.dirname(await ensurePython([toolRequirements])), 'py-spy');
  workspace = await makeWorkspace();
  // As in the example: the sources of the targets lie beside the plan.
  await symlink(path.join(example, 'services'), path.join(workspace.folder, 'services'));
});
afterAll(() => workspace.dispose());

const run = (wish: Wish): Promise<RunOutcome> => runWhole(workspace, { pySpyFile, ...wish });

interface Finished {
  readonly run: Run;
  readonly dir: string;
  /** The last one. */
  readonly phase: PhaseResult;
}

/** Runs to the end, and looks that nothing of it is left. */
async function runToEnd(wish: Wish): Promise<Finished> {
  const outcome = await run(wish);
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  const kept = await finished(outcome.dir);
  expect(kept.run).toEqual(outcome.run);
  return kept;
}

async function finished(dir: string): Promise<Finished> {
  expect(await aliveWith(dir)).toEqual([]);
  const opened = await openRun(dir);
  expect(opened.problems).toEqual([]);
  const phase = opened.run?.phases.at(-1);
  if (opened.run === undefined || phase === undefined) throw new Error('the run has no phase');
  return { run: opened.run, dir, phase };
}

const scenarios = [
  '  look: { target: gateway, steps: [{ get: /status }, { think: 50ms }] }',
  '  research:',
  '    target: gateway',
  '    steps:',
  "      - { post: /tasks, json: { kind: research, topic: 'night trains' }, capture: { id: $.task_id } }",
  '      - { await: "/tasks/${id}", every: 250ms, timeout: 1m, until: \'$.state in ["done", "failed"]\' }',
];

interface HotWish {
  readonly demo: DemoAtPorts;
  readonly profile?: string;
  readonly scenario?: 'look' | 'research';
}

function hotPlan({ demo, profile, scenario = 'research' }: HotWish): string {
  return [
    'version: 1',
    'name: Hot',
    'targets:',
    `  gateway: { url: '${demo.urls.gateway}', source: services/unified_agents }`,
    `  agents: { url: '${demo.urls.agents}', process: { port: ${demo.portBase + 1} }, source: services/core_services }`,
    'scenarios:',
    ...scenarios,
    'phases:',
    `  load: { scenarios: [${scenario}], users: 16, for: 5s }`,
    '  hotspots:',
    '    rerun: load',
    '    at: 100%',
    `    profile: [${profile ?? '{ target: agents, with: py-spy, for: 4s }'}]`,
  ].join('\n');
}

function onlyProfile({ profiles = [] }: PhaseResult): ProfileResult {
  const [profile] = profiles;
  if (profile === undefined || profiles.length > 1) throw new Error(`${profiles.length} profiles`);
  return profile;
}

/** The program of a process, without its arguments. */
async function commandOf(pid: number): Promise<{ pid: number; program: string }> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return { pid, program: line.split('\0')[0] ?? '' };
}

const planted = 'TextRanking.rank_related_tasks';

describe('py-spy on the demo system', () => {
  let demo: DemoAtPorts;
  let stopDir = '';
  beforeAll(async () => {
    demo = await startDemoAnywhere();
  });
  afterAll(() => demo.stop());

  it('runs the load though there is no py-spy, and says how to get it', async () => {
    const notices: string[] = [];
    const { phase } = await runToEnd({
      text: hotPlan({ demo, scenario: 'look' }),
      phases: ['hotspots'],
      pySpyFile: undefined,
      onEvent: (event: RunEvent) => event.kind === 'notice' && notices.push(event.message),
    });
    const remedy =
      'install it with “python3 -m pip install py-spy”, or name its file by --py-spy FILE or by the setting benchwright.profiling.pySpyPath';
    expect(`${phase.verdict}: ${phase.reason}`).toBe(
      `incomplete: py-spy on agents: py-spy is not there: ${remedy}`,
    );
    expect(notices).toEqual([`no py-spy on agents: py-spy is not there. To have it, ${remedy}`]);
    expect(phase.requests).toBeGreaterThan(0);
    expect(onlyProfile(phase)).toMatchObject({ files: [], samples: 0, overhead: null });
  });

  it('profiles two targets at once, one by py-spy and one by cProfile from inside, and leaves no half file', async () => {
    const profile = '{ target: agents, with: py-spy, for: 3s }, { target: gateway, with: cProfile, for: 3s }';
    const { dir, phase } = await runToEnd({ text: hotPlan({ demo, profile }), phases: ['hotspots'] });
    expect(phase.verdict).toBe('pass');
    expect((await readdir(path.join(dir, 'phases/hotspots/profiles'))).sort()).toEqual([
      'agents-py-spy-1.speedscope.json',
      'gateway-cProfile-1.pstats',
    ]);
    const [bySampling, byCounting] = phase.profiles ?? [];
    expect(bySampling?.top[0]?.name).toBe(planted);
    expect(byCounting).toMatchObject({
      target: 'gateway',
      tool: 'cProfile',
      rateHz: null,
      files: ['phases/hotspots/profiles/gateway-cProfile-1.pstats'],
      validity: { state: 'valid' },
    });
    expect(byCounting?.validity.evidence[0]?.code).toBe('counts-calls');
    expect(byCounting?.samples).toBeGreaterThan(1000);
    expect(byCounting?.top.map(({ file }) => file)).toContain('services/unified_agents/app.py');
  });

  it('keeps what was recorded before its recorder was killed, and the target goes on', async () => {
    const profile = '{ target: agents, with: py-spy, for: 11s }';
    let killing: Promise<unknown> | undefined;
    const killSecond = async (): Promise<void> => {
      // The supervisor has the same words in its command line.
      let recorder: number | undefined;
      await eventually('the second piece', 60_000, async () => {
        const seen = await Promise.all((await aliveWith('agents-py-spy-2.part')).map(commandOf));
        recorder = seen.find(({ program }) => program === pySpyFile)?.pid;
        return recorder !== undefined;
      });
      process.kill(recorder ?? 0, 'SIGKILL');
    };
    const { phase } = await runToEnd({
      text: hotPlan({ demo, profile }),
      phases: ['hotspots'],
      onEvent: (event: RunEvent) => {
        if (event.kind === 'progress' && event.trial === 2) killing ??= killSecond();
      },
    });
    await killing;
    const kept = onlyProfile(phase);
    expect(kept.files).toEqual(['phases/hotspots/profiles/agents-py-spy-1.speedscope.json']);
    expect(kept.validity.state).toBe('suspect');
    expect(kept.validity.evidence[0]?.message).toMatch(
      /^1 of 2 pieces .* are lost: it was ended by SIGKILL$/,
    );
    expect(kept.top[0]?.name).toBe(planted);
    expect((await fetch(`${demo.urls.agents}/status`)).status).toBe(200);
  });

  it('leaves no recorder behind a run that is stopped', async () => {
    const profile = '{ target: agents, with: py-spy, for: 6s }';
    let stopping: Promise<unknown> | undefined;
    const { run: stopped, phase } = await runToEnd({
      text: hotPlan({ demo, profile }),
      phases: ['hotspots'],
      onEvent: (event: RunEvent) => {
        if (event.kind === 'run-started') stopDir = event.dir;
        if (event.kind === 'progress' && event.trial === 2)
          stopping ??= eventually('a recorder', 30_000, async () => {
            const isThere = (await aliveWith(path.join(stopDir, 'phases'))).length > 1;
            if (isThere) await requestStop(stopDir);
            return isThere;
          });
      },
    });
    await stopping;
    expect(stopped.verdict).toBe('aborted');
    expect(phase.profiles).toHaveLength(1);
    expect(await aliveWith('agents-py-spy-')).toEqual([]);
  });

  it('leaves no recorder behind a runner that is killed', async () => {
    const planFile = path.join(workspace.folder, 'killed.bench.yaml');
    await writeFile(
      planFile,
      hotPlan({ demo, profile: '{ target: agents, with: py-spy, for: 6s }' }).replace('for: 5s', 'for: 2s'),
    );
    const out = path.join(workspace.folder, 'runs-of-the-killed');
    const cli = path.resolve('dist/cli.cjs');
    const runner = spawn(
      process.execPath,
      [cli, 'run', planFile, '--phase', 'hotspots', `--py-spy=${pySpyFile}`, `--out=${out}`],
      // Nothing here leads to py-spy but the option.
      { env: { HOME: workspace.folder }, stdio: 'ignore' },
    );
    const recorders = async (): Promise<readonly number[]> => {
      const seen = await Promise.all((await aliveWith(out)).map(commandOf));
      return seen.filter(({ program }) => program === pySpyFile).map(({ pid }) => pid);
    };
    try {
      await eventually('a recorder', 60_000, async () => (await recorders()).length > 0);
    } finally {
      runner.kill('SIGKILL');
    }
    await eventually('the end of the recorder', 2000, async () => (await recorders()).length === 0);
    // The load and what stood between them and the runner go too; nobody promised how soon.
    await eventually('the end of all of it', 10_000, async () => (await aliveWith(out)).length === 0);
    expect((await fetch(`${demo.urls.agents}/status`)).status).toBe(200);
  });

  it('survives 200 recorders that are killed', async () => {
    const pid = String(demo.pids.agents);
    const output = path.join(workspace.folder, 'killed.json');
    for (let kill = 0; kill < 200; kill += 1) {
      const args = ['record', '--pid', pid, '--rate', '500', '--format', 'speedscope', '--output', output];
      // Halting for each sample is the worst that a recorder does to its target.
      const recorder = spawn(pySpyFile, [...args, ...(kill % 2 === 0 ? ['--nonblocking'] : [])]);
      await once(recorder.stdout, 'data');
      recorder.kill('SIGKILL');
      await once(recorder, 'exit');
      expect((await fetch(`${demo.urls.agents}/status`)).status).toBe(200);
    }
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    expect(stat.slice(stat.lastIndexOf(')') + 2)[0]).toMatch(/[RS]/);
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
