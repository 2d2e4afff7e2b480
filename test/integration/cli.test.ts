import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listRuns, openRun } from '../../runner/open-run';
import { runsFolderBelow } from '../../runner/layout';
import { aliveWith, eventually } from './processes';
import { makeWorkspace, planText, startService, type SmallService, type Workspace } from './small-service';

const program = path.resolve('dist/cli.cjs');
let service: SmallService;
let workspace: Workspace;
beforeEach(async () => {
  service = await startService();
  workspace = await makeWorkspace();
});
afterEach(async () => {
  await service.close();
  await workspace.dispose();
});

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
}

function start(...args: string[]): Running {
  let output = '';
  let errors = '';
  const child = spawn(process.execPath, [program, ...args], {
    cwd: workspace.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return { child, output: () => output, errors: () => errors };
}

async function check(
  args: readonly string[],
  code: number,
  ...told: readonly (string | RegExp)[]
): Promise<string> {
  const { child, output, errors } = start(...args);
  const [actual] = (await once(child, 'close')) as [number | null];
  const all = output() + errors();
  expect({ code: actual, all }).toMatchObject({ code });
  for (const text of told) expect(all).toMatch(text);
  return output();
}

interface Event {
  readonly kind: string;
  readonly dir?: string;
  readonly [key: string]: unknown;
}

const eventsIn = (output: string): Event[] =>
  output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);

const long = 'users: 2, for: 60s';

/** Starts a long run and waits until its load is under way. */
async function startLong(...args: string[]): Promise<Running & { readonly dir: string }> {
  const plan = await workspace.plan(planText({ url: service.url, load: long }));
  const running = start('run', plan, '--json', ...args);
  await eventually(
    'the load',
    20_000,
    () => service.requests() > 20 && running.output().includes('"progress"'),
  );
  const dir = eventsIn(running.output().slice(0, running.output().lastIndexOf('\n'))).find(
    ({ kind }) => kind === 'run-started',
  )?.dir;
  if (dir === undefined) throw new Error('the run did not start');
  return { ...running, dir };
}

const processesOf = (dir: string): Promise<number[]> => aliveWith(path.join(dir, 'phases'));

describe('benchwright', () => {
  it('explains itself', async () => {
    await check([], 0, 'Usage: benchwright COMMAND', 'validate', 'eject');
    await check(['--version'], 0, /benchwright \d+\.\d+\.\d+/);
    for (const command of ['validate', 'run', 'eject', 'runs', 'stop']) {
      await check([command, '--help'], 0, `Usage: benchwright ${command}`);
      await check(['help', command], 0, `Usage: benchwright ${command}`);
    }
  });

  it('refuses what it does not know', async () => {
    await check(['rum'], 2, 'no command rum; did you mean run?');
    await check(['run'], 2, 'run needs PLAN');
    await check(['run', 'x', '--nope'], 2, '--nope');
    await check(['run', 'nothing.bench.yaml'], 2, 'nothing.bench.yaml: no such file');
    await check(['run', '.'], 2, 'a folder, not a plan');
    await check(['validate', 'nothing.bench.yaml'], 2, 'nothing.bench.yaml: no such file');
    await check(['runs', '/no/such/dir'], 2, 'no folder /no/such/dir');
    await check(['help', 'rum'], 2, 'no command rum');
    await check(['stop', 'nothing'], 2, 'no run nothing: benchwright runs DIR lists');
  });
});

describe('benchwright validate', () => {
  it('passes a good plan and shows each place of a bad one', async () => {
    const plan = await workspace.plan(planText({ url: service.url }));
    await check(['validate', plan], 0, 'valid');
    await workspace.plan(planText({ url: service.url, load: 'user: 2, for: 3s' }));
    await check(
      ['validate', plan],
      2,
      `${plan}:13:33: error: `,
      / 13 \| {3}smoke: .*\n +\| +\^+\n/,
      'users',
      'not valid',
    );
    const events = eventsIn(await check(['validate', plan, '--json'], 2));
    expect(events[0]).toMatchObject({ kind: 'problem', line: 13, column: 33, severity: 'error' });
    expect(events.at(-1)).toMatchObject({ kind: 'validated', isValid: false });
  });
});

describe('benchwright run', () => {
  it('passes, tells its figures and keeps the run', async () => {
    const plan = await workspace.plan(planText({ url: service.url }));
    await check(['run', plan], 0, 'GET /status', /held +p95\(status\)/, 'PASS', '.benchwright/runs/');
    await check(['runs'], 0, /^pass +\d{4}-.*small-service-smoke/);
    const [entry] = await listRuns(runsFolderBelow(workspace.folder));
    expect(entry).toMatchObject({ state: 'finished', run: { verdict: 'pass' } });
    await listsRunsBelow(entry?.id ?? '');
  });

  /** As seen from the root of a repository with several plans, each in a workspace of its own. */
  async function listsRunsBelow(id: string): Promise<void> {
    const below = path.join(workspace.folder, 'examples/shop');
    await mkdir(below, { recursive: true });
    await rename(path.join(workspace.folder, '.benchwright'), path.join(below, '.benchwright'));
    await check(['runs'], 0, runsFolderBelow(below), /^pass +\d{4}-.*small-service-smoke/m);
    await check(['stop', id], 2, `${id} is not running: it is finished`);
    await mkdir(path.join(workspace.folder, 'none'));
    await check(['runs', 'none'], 0, `No runs in `, 'nor in any folder below', 'benchwright runs DIR');
  }

  it('says with --json what happens, as lines of JSON alone', async () => {
    const plan = await workspace.plan(planText({ url: service.url }));
    const out = path.join(workspace.folder, 'elsewhere');
    const events = eventsIn(await check(['run', plan, '--json', '--out', out], 0));
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'progress');
    expect(kinds).toEqual(['run-started', 'phase-started', 'phase-ended', 'run-ended']);
    expect(await readdir(out)).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ run: { verdict: 'pass' } });
  });

  it('ends with the code of the verdict', async () => {
    const goals = ['p95(status) in smoke < 0.01ms'];
    await check(
      ['run', await workspace.plan(planText({ url: service.url, goals }))],
      1,
      'FAIL',
      /broken +p95/,
    );
    await check(['run', await workspace.plan('version: 1')], 2, 'not valid');
    await check(
      ['run', await workspace.plan(planText({ url: 'http://192.0.2.1' }))],
      7,
      '--allow-target 192.0.2.1:80',
    );
    await service.close();
    await check(
      ['run', await workspace.plan(planText({ url: service.url }))],
      1,
      /GET \/status: \d+ failed; no answers; errors \d+ × 1212 \(connection refused\)/,
    );
    service = await startService(() => undefined);
    await check(['run', await workspace.plan(planText({ url: service.url }))], 1, 'FAIL');
    await service.close();
    service = await startService();
    const tooFine = ['p99.9(status) in smoke < 2s'];
    await check(['run', await workspace.plan(planText({ url: service.url, goals: tooFine }))], 3, 'NO-DATA');
  });

  it('stops at a signal, and still gives a result', async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const { child, dir } = await startLong();
      child.kill(signal);
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code).toBe(5);
      expect(await openRun(dir)).toMatchObject({
        state: 'finished',
        run: { verdict: 'aborted' },
        problems: [],
      });
      expect(await processesOf(dir)).toEqual([]);
    }
  });

  it('ends at once at the second signal, and the load with it', async () => {
    const { child, dir, errors } = await startLong();
    // A k6 that is stopped answers nothing, so that the first signal alone would take seconds.
    for (const pid of await processesOf(dir)) {
      if (!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('supervisor'))
        process.kill(pid, 'SIGSTOP');
    }
    child.kill('SIGINT');
    await eventually('the first answer', 5000, () => errors().includes('Stopping the load'));
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(5);
    await eventually('end of the load', 2500, async () => (await processesOf(dir)).length === 0);
  });

  it('is stopped from another terminal', async () => {
    const { child, dir } = await startLong();
    await check(['stop', path.basename(dir)], 0, 'was told to stop');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(5);
    await check(['stop', dir], 2, 'not running');
  });

  it('goes on when nobody reads its output any more', async () => {
    const plan = await workspace.plan(planText({ url: service.url }));
    const { child } = start('run', plan, '--json');
    child.stdout?.destroy();
    child.stderr?.destroy();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });

  it('goes on and keeps its result when its output cannot be written', async () => {
    const plan = await workspace.plan(planText({ url: service.url }));
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [program, 'run', plan, '--json'], {
      cwd: workspace.folder,
      stdio: ['ignore', full.fd, full.fd],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    await full.close();
    expect(code).toBe(0);
    const [entry] = await listRuns(runsFolderBelow(workspace.folder));
    expect(entry).toMatchObject({ state: 'finished', run: { verdict: 'pass' } });
  });

  it('ends with the code of a broken tool, and with its load, where it breaks itself', async () => {
    const plan = await workspace.plan(planText({ url: service.url, load: long }));
    for (const bug of ['throw new Error("a bug")', 'Promise.reject(new Error("a bug"))']) {
      const preload = path.join(workspace.folder, 'bug.cjs');
      await writeFile(preload, `setTimeout(() => { ${bug}; }, 2000);`);
      const child = spawn(process.execPath, ['--require', preload, program, 'run', plan, '--force'], {
        cwd: workspace.folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      const [code] = (await once(child, 'close')) as [number | null];
      expect({ code, errors }).toMatchObject({ code: 6, errors: expect.stringMatching('a bug') as string });
      await eventually(
        'end of the load',
        2500,
        async () => (await processesOf(runsFolderBelow(workspace.folder))).length === 0,
      );
    }
  });

  it('leaves no load behind when it is killed, fifteen times of fifteen', async () => {
    const times: number[] = [];
    for (let kill = 0; kill < 15; kill += 1) {
      const { child, dir } = await startLong('--force');
      child.kill('SIGKILL');
      times.push(
        await eventually('end of the load', 2000, async () => (await processesOf(dir)).length === 0),
      );
      const requests = service.requests();
      const opened = await openRun(dir);
      expect(opened.state).toBe('interrupted');
      expect(opened.records.length).toBeGreaterThan(0);
      expect(service.requests()).toBe(requests);
    }
    expect(times).toHaveLength(15);
  });
});

describe('a plan that includes another file', () => {
  it('is checked, told of and run as one, and kept resolved', async () => {
    const whole = planText({ url: service.url });
    const targets = /^targets:\n(?: .*\n)+/m.exec(whole)?.[0] ?? '';
    expect(targets).toContain(service.url);
    await mkdir(path.join(workspace.folder, 'shared'));
    const part = path.join(workspace.folder, 'shared/targets.bench.yaml');
    await writeFile(part, targets.replace('url:', 'ulr:'));
    const plan = await workspace.plan(whole.replace(targets, 'include: [shared/targets.bench.yaml]\n'));
    await check(['validate', plan], 2, /shared\/targets\.bench\.yaml:\d+:\d+: error: .*ulr/);
    await writeFile(part, targets);
    const ended = eventsIn(await check(['run', plan, '--json'], 0)).find(({ kind }) => kind === 'run-ended');
    const resolved = await readFile(path.join(ended?.dir ?? '', 'resolved.json'), 'utf8');
    expect(resolved).toContain(service.url);
  });
});

describe('benchwright eject', () => {
  it('writes the script of a phase and nothing else to standard output', async () => {
    const plan = await workspace.plan(planText({ url: service.url }));
    expect(await check(['eject', plan], 0)).toMatch(
      /^\/\/ Small service: phase smoke[^]*export const options/,
    );
    await check(['eject', plan, '--out', path.join(workspace.folder, 'out.js')], 0, 'Wrote');
    await mkdir(path.join(workspace.folder, 'taken'));
    await check(
      ['eject', plan, '--out', 'absent/out.js'],
      2,
      'absent/out.js cannot be written: no such folder',
    );
    await check(['eject', plan, '--out', 'taken'], 2, 'taken cannot be written: it is a folder');
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [program, 'eject', plan], { stdio: ['ignore', full.fd, 'ignore'] });
    expect(await once(child, 'close')).toEqual([2, null]);
    await full.close();
    await check(['eject', plan, '--phase', 'nope'], 2, 'no phase nope');
  });
});
