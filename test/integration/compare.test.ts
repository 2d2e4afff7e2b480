import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/measure/random';
import { baselinesSchema } from '../../core/run/baselines';
import type { GoalResult, Run } from '../../core/run/run';
import { listRuns } from '../../runner/open-run';
import { runsFolderBelow } from '../../runner/layout';
import { makeWorkspace, startService, type SmallService, type Workspace } from './small-service';

const program = path.resolve('dist/cli.cjs');
let services: SmallService[];
let workspace: Workspace;
beforeEach(async () => {
  services = [];
  workspace = await makeWorkspace();
});
afterEach(async () => {
  for (const service of services) await service.close();
  await workspace.dispose();
});

/** A service that takes so long, two milliseconds more or less. */
async function startSlow(ms: number): Promise<string> {
  const random = seededRandom(7);
  const service = await startService((_, response) => {
    setTimeout(
      () => {
        response.setHeader('content-type', 'application/json');
        response.end('{"outcome":"success"}');
      },
      ms - 2 + 4 * random(),
    );
  });
  services.push(service);
  return service.url;
}

interface PlanWords {
  readonly url: string;
  readonly slowUrl?: string;
  readonly load?: string;
  readonly goal?: string;
}

function planOf({ url, slowUrl, load, goal }: PlanWords): Promise<string> {
  return workspace.plan(
    [
      'version: 1',
      'name: Small service',
      `targets: { web: { url: ${url} } }`,
      'scenarios:',
      '  status:',
      '    steps: [{ get: /status }]',
      'phases:',
      `  load: { scenarios: [status], ${load ?? 'rate: 70/s, for: 1s'}, drain: 1s }`,
      `goals: [${goal ?? 'p95(status) in load < 5s'}]`,
      ...(slowUrl === undefined
        ? []
        : [`environments: { slow: { targets: { web: { url: "${slowUrl}" } } } }`]),
    ].join('\n'),
  );
}

/** Runs the program. @returns the lines of JSON where it wrote some. */
async function check(args: readonly string[], code: number, ...told: readonly RegExp[]): Promise<Line[]> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: workspace.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [actual] = (await once(child, 'close')) as [number | null];
  expect({ code: actual, output, errors }).toMatchObject({ code });
  for (const text of told) expect(output + errors).toMatch(text);
  if (!args.includes('--json')) return [];
  return output.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
}

interface Line {
  readonly kind: string;
  readonly baseline?: readonly string[];
  readonly candidate?: readonly string[];
  readonly phases?: readonly {
    readonly obstacle: string | null;
    readonly figures: readonly {
      readonly metric: string;
      readonly verdict: string;
      readonly ratio: number;
    }[];
  }[];
}

function compared(lines: readonly Line[]): Line {
  const line = lines.find(({ kind }) => kind === 'compared');
  if (line === undefined) throw new Error('nothing was compared');
  return line;
}

function verdictOf(line: Line, metric: string): string | undefined {
  return line.phases?.[0]?.figures.find((figure) => figure.metric === metric)?.verdict;
}

describe('benchwright compare', () => {
  it('finds a service that takes 30 % longer, in turn and again from the folders', async () => {
    const plan = await planOf({ url: await startSlow(15), slowUrl: await startSlow(19.5) });
    const turn = ['compare', '--interleave', plan, `${plan}@slow`, '-n', '5', '--phase', 'load', '--json'];
    const line = compared(await check([...turn, '--fail-on', 'slower'], 1, /slower p50/));
    expect(verdictOf(line, 'p50')).toBe('slower');
    expect(verdictOf(line, 'success')).toBe('equivalent');
    expect(line.phases?.[0]?.figures[0]?.ratio).toBeGreaterThan(1.15);
    const { baseline = [], candidate = [] } = line;
    expect([baseline.length, candidate.length]).toEqual([5, 5]);
    const order = [...baseline, ...candidate].sort().map((dir) => (baseline.includes(dir) ? 'A' : 'B'));
    expect(order.join('')).toBe('ABABABABAB');

    const again = await check(['compare', ...baseline, '--with', ...candidate, '--json'], 0);
    expect(compared(again).phases).toEqual(line.phases);
    const back = ['compare', ...candidate, '--with', ...baseline, '--fail-on', 'slower', '--json'];
    expect(verdictOf(compared(await check(back, 0)), 'p50')).toBe('faster');
    const few = ['compare', ...baseline.slice(0, 3), '--with', ...candidate.slice(0, 3)];
    await check([...few, '--fail-on', 'slower'], 3, /can prove nothing: at least 4/);
    const [one = '', other = ''] = [baseline[0], candidate[0]];
    await check(['compare', one, '--with', other], 0, /Within these two runs/, /needs 30 s of measured time/);
    await check(['compare', one, '--with', one], 2, /on both sides/);
  });

  it('does not call a service slower than itself, and keeps the noise between its runs', async () => {
    const plan = await planOf({ url: await startSlow(15) });
    const line = compared(
      await check(['compare', '--interleave', plan, '--noise', '-n', '4', '--json'], 0, /noise .* is kept/),
    );
    expect(verdictOf(line, 'p50')).toMatch(/^(equivalent|no-evidence)$/);
    const file = path.join(workspace.folder, '.benchwright', 'baselines.json');
    const { noise } = baselinesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(noise).toMatchObject([{ plan: 'small.bench.yaml', environment: null, phase: 'load', runs: 8 }]);
    const floor = noise[0]?.floors['p50(status: GET /status)'];
    expect(floor).toBeGreaterThan(0);
    expect(floor).toBeLessThan(0.5);
    await check(['baseline', 'show'], 0, /No baseline is pinned/, /noise of up to/);
  });

  it('does not compare loads that differ, and says so to whoever asks for a proof', async () => {
    const url = await startSlow(1);
    await check(['run', await planOf({ url })], 0);
    await check(['run', await planOf({ url, load: 'rate: 80/s, for: 1s' })], 0);
    const [late, early] = await listRuns(runsFolderBelow(workspace.folder));
    const args = ['compare', early?.id ?? '', '--with', late?.id ?? ''];
    await check(args, 0, /not comparable.*differ in the load of the phase/);
    await check([...args, '--fail-on', 'slower'], 3);
  });

  it('refuses what it cannot do', async () => {
    const plan = await planOf({ url: await startSlow(1) });
    await check(['compare'], 2, /name runs on both sides/);
    await check(['compare', 'x', '--with', 'y'], 2, /no run x/);
    await check(['compare', '--interleave', plan], 2, /two sides/);
    await check(['compare', '--interleave', plan, plan, plan], 2, /two sides/);
    await check(['compare', '--interleave', plan, plan, '-n', '0'], 2, /from 1 to 100/);
    await check(['compare', 'x', '--with', 'y', '--fail-on', 'faster'], 2, /only slower/);
    const nowhere = ['compare', '--interleave', plan, `${plan}@nowhere`, '-n', '1'];
    await check(nowhere, 2, /Fewer than 4 runs/, /Nothing was compared/);
    for (const service of services.splice(0)) await service.close();
    await check(['compare', '--interleave', plan, plan], 1, /every one of/, /Nothing was compared/);
  });
});

describe('a goal on a baseline', () => {
  const goal = 'p50(status) in load <= baseline + 400%';

  async function run(plan: string, code: number): Promise<{ readonly run: Run; readonly goal: GoalResult }> {
    await check(['run', plan], code);
    const [entry] = await listRuns(runsFolderBelow(workspace.folder));
    const result = entry?.run?.phases[0]?.goals[0];
    if (entry?.run === undefined || result === undefined) throw new Error('there is no result');
    return { run: entry.run, goal: result };
  }

  it('waits for a run that is pinned, and is judged against it as long as it is', async () => {
    const url = await startSlow(15);
    const plan = await planOf({ url, goal });
    const first = await run(plan, 3);
    expect(first.goal).toMatchObject({ state: 'no-data', lacks: 'baseline' });
    expect(first.goal.reason).toContain('no baseline is pinned for load');
    await check(['baseline', 'pin', first.run.id, '--name', 'v1'], 0, /small.bench.yaml load \(v1\)/);
    const second = await run(plan, 0);
    const p50 = first.run.phases[0]?.steps[0]?.latencyMs.p50 ?? 0;
    expect(second.goal.state).toBe('held');
    expect(second.goal.limit).toBeCloseTo(5 * p50, 6);
    expect(second.goal.reason).not.toContain('the baseline is');

    const third = await run(plan, 0);
    await check(['baseline', 'pin', first.run.id, second.run.id, third.run.id], 0);
    expect((await run(plan, 0)).goal.reason).toMatch(/the baseline is .* over 3 runs$/);

    const other = await run(await planOf({ url, goal, load: 'rate: 80/s, for: 1s' }), 3);
    expect(other.goal.reason).toContain('cannot be compared: it differs in the load of the phase');
    await planOf({ url, goal });
    await rm(path.join(runsFolderBelow(workspace.folder), second.run.id), { recursive: true });
    expect((await run(plan, 3)).goal.reason).toContain('is not there any more');
    await check(['baseline', 'unpin', second.run.id], 0, /no baseline any more/);
    await run(plan, 0);
    await check(['baseline', 'unpin', first.run.id, third.run.id], 0);
    await run(plan, 3);
  });

  it('is never judged against a run that did not pass, or a file of another version', async () => {
    const url = await startSlow(15);
    const failed = await run(await planOf({ url, goal: 'p50(status) in load < 1ms' }), 1);
    await check(
      ['baseline', 'pin', failed.run.id],
      2,
      /cannot be a baseline: its verdict is fail: .*a goal is broken/,
    );
    await check(['baseline', 'pin', 'nothing'], 2, /no run nothing/);
    await check(['baseline', 'unpin', failed.run.id], 2, /is not pinned/);
    await check(['baseline', 'mend'], 2, /baseline pin RUN/);
    const file = path.join(workspace.folder, '.benchwright', 'baselines.json');
    await writeFile(file, '{"version":2}');
    const passed = await run(await planOf({ url, goal }), 3);
    expect(passed.goal.reason).toContain('newer version');
    await check(['baseline', 'pin', passed.run.id], 2, /newer version/);
    expect(await readFile(file, 'utf8')).toBe('{"version":2}');
  });
});
