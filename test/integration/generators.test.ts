/** One load made by several k6: the figures are those of one, and the loss of one is told. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PhaseResult } from '../../core/run/run';
import { aliveWith } from './processes';
import { makeWorkspace, planText, startService, type SmallService, type Workspace } from './small-service';
import { ended, runWhole, type EndedRun, type Wish } from './whole-run';

let service: SmallService;
let workspace: Workspace;
/** The rows that reached the service. */
let seen: number[] = [];

const rows = 400;
/** Times of known length: whoever makes the load, the same are asked for. Short ones would be lost in the noise of a machine. */
const delayMs = (row: number): number => 1000 + ((row * 37) % rows);

beforeAll(async () => {
  service = await startService((request, response) => {
    const row = Number(/row=(\d+)/.exec(request.url ?? '')?.[1]);
    seen.push(row);
    setTimeout(() => response.end('{"outcome":"success"}'), Number.isNaN(row) ? 20 : delayMs(row));
  });
  workspace = await makeWorkspace();
  const lines = Array.from({ length: rows }, (_, row) => String(row));
  await writeFile(path.join(workspace.folder, 'rows.csv'), `number\n${lines.join('\n')}\n`);
});

afterAll(async () => {
  await service.close();
  await workspace.dispose();
});

beforeEach(() => {
  seen = [];
});

const withRows = {
  steps: '      - get: /?row=${rows.number}',
  more: 'data: { rows: { file: rows.csv, pick: unique } }',
};

function plan(load: string, parts: Partial<Parameters<typeof planText>[0]> = {}): string {
  return planText({ url: service.url, load, ...parts }).replace('drain: 1s', 'drain: 3s');
}

interface Seen extends EndedRun {
  readonly phase: PhaseResult;
  readonly rows: readonly number[];
}

async function run(text: string, wish: Partial<Wish> = {}): Promise<Seen> {
  seen = [];
  const outcome = ended(await runWhole(workspace, { text, ...wish }));
  const [phase] = outcome.run.phases;
  if (phase === undefined) throw new Error('no phase was run');
  return { ...outcome, phase, rows: [...seen].sort((a, b) => a - b) };
}

async function generatorsOf(dir: string): Promise<readonly number[]> {
  const pids = await aliveWith(path.join(dir, 'phases'));
  return pids.filter((pid) => !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('supervisor.cjs'));
}

describe('several generators', () => {
  test('ask for what one asks for, each row once, and their percentiles are the same', async () => {
    // k6 itself makes even arrivals, and nobody knows of the last one if the load ends with it.
    const load = 'stages: [{ rate: 80/s, for: 4s }, { rate: 0/s, for: 1s }]';
    const one = await run(plan(load, withRows));
    const four = await run(plan(`${load}, generators: 4`, withRows));
    expect([one.run.verdict, four.run.verdict], `${one.run.reason}; ${four.run.reason}`).toEqual([
      'pass',
      'pass',
    ]);
    const due = Array.from({ length: 80 * 4 }, (_, row) => row);
    expect(one.rows).toEqual(due);
    expect(four.rows).toEqual(due);
    expect(four.phase.requests).toBe(one.phase.requests);
    expect(four.phase.generators).toEqual({ count: 4, lost: 0 });
    for (const name of ['p50', 'p95', 'p99'] as const) {
      const [single, merged] = [one, four].map(({ phase }) => phase.steps[0]?.latencyMs[name] ?? NaN);
      expect(Math.abs(merged! / single! - 1), `${name}: ${single} and ${merged} ms`).toBeLessThan(0.01);
    }
  });

  test('share the arrivals of one seed', async () => {
    const load = 'rate: 60/s, arrivals: poisson, for: 3s';
    const one = await run(plan(load, withRows), { seed: 7 });
    const three = await run(plan(load, withRows), { seed: 7, generators: 3 });
    expect(three.rows.length).toBeGreaterThan(100);
    expect(three.rows).toEqual(one.rows);
    // An arrival at the very edge of the window begins on either side of it.
    expect(Math.abs(three.phase.requests - one.phase.requests)).toBeLessThanOrEqual(1);
  });

  test('share users, and count them together', async () => {
    const { run: whole, phase } = await run(plan('users: 7, for: 3s, generators: 3'));
    expect(whole.verdict, whole.reason).toBe('pass');
    expect(phase.usersMax).toBe(7);
  });

  test('end together where the script of one ends the load', async () => {
    const found = await run(plan('rate: 200/s, for: 30s, generators: 3', withRows));
    expect(found.run.verdict, found.run.reason).toBe('aborted');
    expect(found.run.reason).toContain('all 400 rows are used');
    expect(new Set(found.rows).size).toBe(found.rows.length);
  });
});

describe('where one of three generators is killed in the middle', () => {
  const killOne = async (dir: string): Promise<void> => {
    // The load is on, and each generator has told of some of it.
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThan(90);
    const pids = await generatorsOf(dir);
    expect(pids).toHaveLength(3);
    process.kill(pids[1]!, 'SIGKILL');
  };

  test('the others go on to the end, and the verdict says what is missing', async () => {
    const notices: string[] = [];
    const {
      run: whole,
      phase,
      dir,
    } = await run(plan('rate: 60/s, for: 5s, generators: 3'), {
      during: killOne,
      onEvent: (event) => event.kind === 'notice' && notices.push(event.code),
    });
    expect(whole.verdict).toBe('incomplete');
    expect(whole.reason).toMatch(
      /1 of 3 generators was lost after .* m?s, so .* % of the load was not offered: generator \d: k6 was killed/,
    );
    expect(phase.validity.state).toBe('invalid');
    expect(phase.validity.evidence[0]).toMatchObject({
      code: 'lost-generator',
      message: expect.stringContaining('2 lived to the end') as string,
    });
    expect(phase.generators).toEqual({ count: 3, lost: 1 });
    expect(notices).toEqual(['lost-generator']);
    // Two thirds of the load went on for the whole time.
    expect(phase.requests).toBeGreaterThanOrEqual(200);
    expect(phase.requests).toBeLessThan(300);
    expect(await aliveWith(dir)).toEqual([]);
  });

  test('all end where the plan says so', async () => {
    const {
      run: whole,
      phase,
      dir,
    } = await run(plan('rate: 60/s, for: 60s, generators: 3, onLostGenerator: stop'), { during: killOne });
    expect(whole.verdict).toBe('incomplete');
    expect(whole.reason).toMatch(/generator \d of 3 was lost: k6 was killed/);
    expect(phase.requests).toBeLessThan(3000);
    expect(await aliveWith(dir)).toEqual([]);
  });
});

test('a generator that is frozen is told while the load is on, and is lost at its deadline', async () => {
  const notices: string[] = [];
  const {
    run: whole,
    phase,
    dir,
  } = await run(plan('rate: 60/s, for: 6s, generators: 3'), {
    patience: { stallMs: 1500, overdueMs: 1500, stopMs: 300 },
    during: async (folder) => {
      await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThan(90);
      const pids = await generatorsOf(folder);
      expect(pids).toHaveLength(3);
      process.kill(pids[1]!, 'SIGSTOP');
    },
    onEvent: (event) => event.kind === 'notice' && notices.push(event.message),
  });
  expect(notices[0]).toMatch(/^no record of generator \d for \d s: the tool may hang$/);
  expect(notices[1]).toMatch(/^generator \d of 3 was lost: k6 did not end by its deadline and was killed$/);
  expect(whole.verdict, whole.reason).toBe('incomplete');
  expect(whole.reason).toMatch(/1 of 3 generators was lost after .*, so .* % of the load was not offered/);
  expect(phase.generators).toEqual({ count: 3, lost: 1 });
  expect(phase.requests).toBeGreaterThanOrEqual(240);
  expect(await aliveWith(dir)).toEqual([]);
});
