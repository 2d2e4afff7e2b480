import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { descendants, stillAlive } from './harness/processes';
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
    children.push(...(await descendants(start.pid!)).map(({ pid }) => pid));
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
