/** One Locust with several workers: the figures are those of one, and who is lost or joins is told. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PhaseResult } from '../../core/run/run';
import { decodeLine } from '../../protocol/stream';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { aliveWith } from './processes';
import { locustPlan } from './locust-service';
import { makeWorkspace, startService, type SmallService, type Workspace } from './small-service';
import { ended, runWhole, type EndedRun, type Wish } from './whole-run';

let python = '';
let service: SmallService;
let workspace: Workspace;
let seen = 0;
const listener = path.resolve('engines/locust/listener');

beforeAll(async () => {
  python = await ensurePython([toolRequirements]);
  service = await startService((_, response) => {
    seen += 1;
    setTimeout(() => response.end('{}'), 20);
  });
  workspace = await makeWorkspace();
  const file =
    'from locust import HttpUser, constant, task\n\nclass Visitor(HttpUser):\n    wait_time = constant(0.1)\n\n    @task\n    def come(self):\n        self.client.get("/")\n';
  await writeFile(path.join(workspace.folder, 'visit.py'), file);
}, 600_000);

afterAll(async () => {
  await service.close();
  await workspace.dispose();
});

beforeEach(() => {
  seen = 0;
});

interface Seen extends EndedRun {
  readonly phase: PhaseResult;
  readonly notices: readonly { readonly code: string; readonly message: string }[];
}

async function run(load: string, wish: Partial<Wish> = {}): Promise<Seen> {
  const notices: { code: string; message: string }[] = [];
  const text = locustPlan({ url: service.url, file: 'visit.py', load });
  const outcome = ended(
    await runWhole(workspace, {
      ...{ text, pythonFile: python, locustListener: listener, ...wish },
      onEvent: (event) => {
        wish.onEvent?.(event);
        if (event.kind === 'notice') notices.push(event);
      },
    }),
  );
  const [phase] = outcome.run.phases;
  if (phase === undefined) throw new Error('no phase was run');
  return { ...outcome, phase, notices };
}

async function workers(): Promise<readonly number[]> {
  const pids = await aliveWith(workspace.folder);
  return pids.filter((pid) => {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return line.includes('--worker') && !line.includes('supervisor.cjs');
  });
}

/** The load is on, and each worker has told of some of it. */
async function killOne(): Promise<void> {
  await expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(100);
  const pids = await workers();
  expect(pids).toHaveLength(3);
  process.kill(pids[1]!, 'SIGKILL');
}

test('where one of three workers is killed in the middle, the others take over its users, and it is told', async () => {
  const { run: whole, phase, notices } = await run('users: 9, for: 14s, generators: 3', { during: killOne });
  expect(whole.verdict, whole.reason).toBe('incomplete');
  expect(whole.reason).toMatch(
    /1 of 3 generators was lost after .* and made up for by the others after .*, so .* % of the load was not offered: generator \d: Locust was killed/,
  );
  expect(phase.validity.state).toBe('invalid');
  expect(phase.validity.evidence[0]).toMatchObject({
    code: 'lost-generator',
    message: expect.stringContaining('2 lived to the end') as string,
  });
  expect(phase.generators).toEqual({ count: 3, lost: 1 });
  expect(phase.usersMax).toBe(9);
  expect(notices.map(({ code }) => code)).toEqual(['lost-generator']);
  // What the lost one had not reported is all that is missing.
  expect(phase.requests).toBeLessThanOrEqual(seen);
  expect(phase.requests).toBeGreaterThan(seen - 60);
  expect(await aliveWith(workspace.folder)).toEqual([]);
});

test('all of them end where the plan says so', async () => {
  const load = 'users: 9, for: 90s, generators: 3, onLostGenerator: stop';
  const { run: whole } = await run(load, { during: killOne });
  expect(whole.verdict).toBe('incomplete');
  expect(whole.reason).toMatch(/generator \d of 3 was lost: Locust was killed/);
  expect(await aliveWith(workspace.folder)).toEqual([]);
});

test('a load that is stopped ends at once, and loses nothing that its workers counted', async () => {
  const stopping = new AbortController();
  const { run: whole, dir } = await run('users: 6, for: 90s, generators: 2', {
    signal: stopping.signal,
    during: async () => {
      await expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(100);
      stopping.abort();
    },
  });
  expect(whole.verdict, whole.reason).toBe('aborted');
  expect(await told(dir)).toBe(seen);
  expect(await aliveWith(workspace.folder)).toEqual([]);
});

test('workers of elsewhere join where the plan says, before the load and while it is on', async () => {
  const port = await freePort();
  const joined: Promise<number | null>[] = [];
  const join = (command: string): void => {
    // The Python of another machine is called what it is called there.
    const own = command.replace(/^python3/, python);
    const child = spawn('sh', ['-c', own], { cwd: workspace.folder, stdio: 'ignore' });
    joined.push(new Promise((resolve) => child.on('close', resolve)));
  };
  let command = '';
  const {
    run: whole,
    phase,
    notices,
    dir,
  } = await run(`users: 8, for: 9s, listen: "127.0.0.1:${port}"`, {
    onEvent: (event) => {
      if (event.kind !== 'notice' || event.code !== 'workers-awaited') return;
      command = /“(.*)”/.exec(event.message)?.[1] ?? '';
      join(command);
    },
    during: async () => {
      await expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(20);
      join(command);
    },
  });
  expect(notices.map(({ code }) => code)).toEqual(['workers-awaited', 'joined-generator']);
  expect(whole.verdict, whole.reason).toBe('pass');
  expect(phase.validity.evidence.map(({ code }) => code)).toContain('joined-generator');
  expect(phase.generators).toEqual({ count: 2, lost: 0 });
  expect(await told(dir)).toBe(seen);
  expect(await Promise.all(joined)).toEqual([0, 0]);
});

/** Requests of the whole load: some begin between the end of its plan and the word of the master. */
async function told(dir: string): Promise<number> {
  const lines = (await readFile(path.join(dir, 'stream.ndjson'), 'utf8')).split('\n');
  const records = lines.flatMap((line) => {
    const decoded = decodeLine(line);
    return decoded.ok && decoded.record.kind === 'tick' ? [decoded.record] : [];
  });
  const counts = records.flatMap(({ requests }) => requests.map(({ count }) => count));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The processes of whose open files the run tells. */
async function holders(dir: string): Promise<ReadonlySet<string | undefined>> {
  const lines = (await readFile(path.join(dir, 'stream.ndjson'), 'utf8')).split('\n');
  const readings = lines.flatMap((line) => {
    const decoded = decodeLine(line);
    return decoded.ok && decoded.record.kind === 'resources' ? decoded.record.readings : [];
  });
  return new Set(readings.filter(({ metric }) => metric === 'files').map(({ instance }) => instance));
}

async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a worker that is frozen is lost, and nothing waits for it', async () => {
  const {
    run: whole,
    phase,
    dir,
    notices,
  } = await run('users: 9, for: 12s, generators: 3', {
    patience: { stopMs: 300 },
    during: async () => {
      await expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(100);
      process.kill((await workers())[1]!, 'SIGSTOP');
    },
  });
  expect(whole.verdict, whole.reason).toBe('incomplete');
  expect(notices.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^generator \d of 3 was lost: nothing is heard of it any more$/),
  ]);
  expect(phase.generators).toEqual({ count: 3, lost: 1 });
  expect(await aliveWith(workspace.folder)).toEqual([]);
  // Each of the processes that make the load tells what it holds open.
  const instances = await holders(dir);
  for (const name of ['locust', 'worker', 'worker 2', 'worker 3']) expect(instances).toContain(name);
});

test('workers join at an address of the newer protocol', async () => {
  const port = await freePort('::1');
  const joined: Promise<unknown>[] = [];
  const { run: whole, phase } = await run(`users: 4, for: 2s, listen: "[::1]:${port}"`, {
    onEvent: (event) => {
      if (event.kind !== 'notice' || event.code !== 'workers-awaited') return;
      const command = (/“(.*)”/.exec(event.message)?.[1] ?? '').replace(/^python3/, python);
      const child = spawn('sh', ['-c', command], { cwd: workspace.folder, stdio: 'ignore' });
      joined.push(new Promise((resolve) => child.on('close', resolve)));
    },
  });
  expect(whole.verdict, whole.reason).toBe('pass');
  expect(phase.generators).toEqual({ count: 1, lost: 0 });
  await Promise.all(joined);
});
