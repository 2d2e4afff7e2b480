import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freePortBase } from './harness/workspace';

const root = path.resolve(import.meta.dirname, '../..');

test('npm start shows an editor and leaves no process behind', async () => {
  const portBase = await freePortBase();
  const start = spawn('node', ['scripts/start.mjs', '--browser', '--port', '0'], {
    cwd: root,
    env: { ...process.env, AGENTS_PORT_BASE: String(portBase) },
  });
  let output = '';
  start.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  start.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise((resolve) => start.once('exit', resolve));
  const children: number[] = [];
  try {
    const address = await addressIn(() => output, start);
    expect((await fetch(address)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${portBase}/status`)).status).toBe(200);
    children.push(...(await descendants(start.pid!)));
    expect(children.length).toBeGreaterThanOrEqual(6);
  } finally {
    start.kill('SIGINT');
  }
  expect(await ended, output).toBe(0);
  expect(await stillAlive(children)).toEqual([]);
});

/** Waits for the address that is printed, or for the end of the program. */
async function addressIn(output: () => string, start: { exitCode: number | null }): Promise<string> {
  await expect
    .poll(() => start.exitCode !== null || /http:\/\/localhost:\d+\S+/.test(output()), { timeout: 180_000 })
    .toBe(true);
  const address = /http:\/\/localhost:\d+\S+/.exec(output())?.[0];
  if (address === undefined) throw new Error(`no address was printed:\n${output()}`);
  return address;
}

interface ProcessStatus {
  readonly pid: number;
  readonly parent: number;
}

/** Every process below `pid`, from the process table in /proc. */
async function descendants(pid: number): Promise<readonly number[]> {
  const all = await processTable();
  const below = (parent: number): readonly number[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

async function stillAlive(pids: readonly number[]): Promise<readonly number[]> {
  const alive = new Set((await processTable()).map(({ pid }) => pid));
  return pids.filter((pid) => alive.has(pid));
}

async function processTable(): Promise<readonly ProcessStatus[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(names.map(readStatus));
  return rows.filter((row) => row !== undefined);
}

async function readStatus(name: string): Promise<ProcessStatus | undefined> {
  try {
    const status = await readFile(`/proc/${name}/stat`, 'utf8');
    // The command in parentheses may hold spaces; the state and the parent come after it.
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : { pid: Number(name), parent: Number(parent) };
  } catch {
    // It ended between the listing and the reading.
    return undefined;
  }
}
