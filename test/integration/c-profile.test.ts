/** cProfile by the hook, in real Python processes; and profilers that end in every bad way. */
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectHook, type Hook } from '../../engines/cprofile/talk';
import { readProfile } from '../../engines/host/profile-file';
import { findHotspots } from '../../core/profile/hotspots';
import { ensurePython } from '../../scripts/python-env.mjs';
import { eventually } from './processes';

const hookFolder = path.resolve('engines/cprofile/hook');

/** Its main thread sits in C code until it is told to go on. */
const sleeper = `
import sys
print('ready', flush=True)
sys.stdin.readline()
for _ in range(1000): pass
print('counted' if sys.getprofile() else 'free', flush=True)
sys.stdin.readline()
`;

const program = `
import asyncio, sys, threading
def rank(n):
    return sum(len(str(i)) for i in range(n))
async def handle():
    await asyncio.sleep(0)
    rank(200)
def in_a_thread():
    rank(50)
async def main():
    print('ready', flush=True)
    while True:
        await handle()
        if '--threads' in sys.argv:
            thread = threading.Thread(target=in_a_thread)
            thread.start()
            thread.join()
asyncio.run(main())
`;

let python: string;
let folder: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  python = await ensurePython();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'c-profile-'));
  await writeFile(path.join(folder, 'program.py'), program);
  await writeFile(path.join(folder, 'sleeper.py'), sleeper);
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

interface Started {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly pid: number;
}

async function start(
  args: readonly string[] = [],
  env: Record<string, string> = {},
  file = 'program.py',
): Promise<Started> {
  const child = spawn(python, [path.join(folder, file), ...args], {
    env: { PYTHONPATH: hookFolder, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  return { child, pid: child.pid ?? 0 };
}

async function hookOf({ pid }: Started): Promise<Hook> {
  const hook = await connectHook(pid, {});
  if (hook === undefined) throw new Error('the process does not listen');
  return hook;
}

/** Whoever is answered next knows that what was asked for before is over. */
async function startOver(hook: Hook, pid: number): Promise<Hook> {
  hook.close();
  const next = await connectHook(pid, {});
  if (next === undefined) throw new Error('the process does not listen');
  await next.look();
  return next;
}

async function topOf(file: string): Promise<readonly string[]> {
  const read = await readProfile(file);
  if (!read.ok) throw new Error(read.problem.message);
  return findHotspots([read.profile], { count: 5 }).own.map(({ name }) => name);
}

it('counts the calls of a program that knows nothing of it, while it runs', async () => {
  const hook = await hookOf(await start());
  expect(await hook.start()).toMatchObject({ ok: true });
  const file = path.join(folder, 'a.pstats');
  let calls = 0;
  await eventually('some calls', 10_000, async () => {
    const dumped = await hook.dump(file);
    calls = dumped.ok ? dumped.calls : 0;
    return calls > 2000;
  });
  const stopped = await hook.stop(file);
  expect(stopped.ok && stopped.calls).toBeGreaterThanOrEqual(calls);
  const top = await topOf(file);
  expect(top).toEqual(expect.arrayContaining(['rank', 'handle']));
  expect(top.join()).not.toContain('benchwright');
  hook.close();
});

it('sees threads that start while it counts', async () => {
  const hook = await hookOf(await start(['--threads']));
  await hook.start();
  const file = path.join(folder, 'a.pstats');
  await eventually('a thread in the counts', 10_000, async () => {
    await hook.dump(file);
    return (await topOf(file)).includes('in_a_thread');
  });
  hook.close();
});

it('counts no longer once whoever asked is gone, and takes the next', async () => {
  const target = await start();
  for (let turn = 0; turn < 5; turn += 1) {
    const hook = await hookOf(target);
    expect(await hook.start()).toMatchObject({ ok: true });
    hook.close();
  }
  const last = await hookOf(target);
  expect(await last.stop(path.join(folder, 'none.pstats'))).toMatchObject({ ok: true, calls: 0 });
  last.close();
  expect(target.child.exitCode).toBeNull();
});

it('does not begin to count for nobody, when a main thread comes back after all', async () => {
  const { child, pid } = await start([], {}, 'sleeper.py');
  const hook = await hookOf({ child, pid });
  const looked = await hook.look();
  const seesAll = looked.ok && looked.sees === 'all-threads';
  expect(await hook.start()).toMatchObject(
    seesAll ? { ok: true } : { ok: false, message: 'RefusedError: the main thread did nothing for 5 s' },
  );
  const next = await startOver(hook, pid);
  child.stdin.write('\n');
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('free\n');
  next.close();
});

it('tells why it cannot write, and the program goes on', async () => {
  const target = await start();
  const hook = await hookOf(target);
  await hook.start();
  expect(await hook.dump('/dev/full/a')).toMatchObject({ ok: false });
  const missing = await hook.stop(path.join(folder, 'not/there'));
  expect(missing).toMatchObject({
    ok: false,
    message: expect.stringContaining('FileNotFoundError') as string,
  });
  hook.close();
  expect(target.child.exitCode).toBeNull();
});

it('gives no answer once the program has ended, and says so', async () => {
  const target = await start();
  const hook = await hookOf(target);
  await hook.start();
  target.child.kill('SIGKILL');
  await once(target.child, 'exit');
  expect(await hook.dump(path.join(folder, 'a'))).toEqual({
    ok: false,
    message: `process ${target.pid} gave no answer`,
  });
  expect(await connectHook(target.pid, {})).toBeUndefined();
});

it('runs the sitecustomize that would have run without it', async () => {
  const own = path.join(folder, 'own');
  await mkdir(own);
  const mark = path.join(folder, 'mark');
  await writeFile(path.join(own, 'sitecustomize.py'), `open(${JSON.stringify(mark)}, 'w').write(__name__)`);
  await start([], { PYTHONPATH: [hookFolder, own].join(path.delimiter) });
  expect(await readFile(mark, 'utf8')).toBe('sitecustomize');
});

it('keeps no program from starting where it cannot listen', async () => {
  const base = path.join(folder, 'shared');
  await mkdir(path.join(base, `benchwright-${process.getuid?.() ?? 0}`, 'python'), { recursive: true });
  const target = await start([], { XDG_RUNTIME_DIR: base });
  expect(await connectHook(target.pid, { XDG_RUNTIME_DIR: base })).toBeUndefined();
  expect(target.child.exitCode).toBeNull();
});
