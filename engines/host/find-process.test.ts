import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { findProcess } from './find-process';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server with a child of its own, as a server with workers is. @returns its port and both pids. */
async function startServer(mark: string): Promise<{ port: number; pid: number; child: number }> {
  const code = `
    const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
      const child = require('node:child_process').spawn('sleep', ['30'], { stdio: 'ignore' });
      process.on('SIGTERM', () => child.kill('SIGKILL'));
      process.stdin.on('end', () => { child.kill('SIGKILL'); process.exit(0); }).resume();
      console.log(JSON.stringify({ port: server.address().port, child: child.pid }));
    });`;
  const server = spawn(process.execPath, ['-e', code, mark], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const told = JSON.parse(line.toString()) as { port: number; child: number };
  ends.push(() => server.stdin.end());
  return { ...told, pid: server.pid ?? 0 };
}

it('finds a server and what it started, by each of three ways', async () => {
  const mark = `find-me-${process.pid}`;
  const { port, pid, child } = await startServer(mark);
  const found = { ok: true, pid, tree: [pid, child] };
  expect(await findProcess({ port })).toEqual(found);
  expect(await findProcess({ pid })).toEqual(found);
  expect(await findProcess({ command: mark })).toEqual(found);
});

it('does not take whoever looks for the one it looks for', async () => {
  const [own = ''] = process.argv;
  const finding = await findProcess({ command: `${own} a command line of nobody` });
  expect(finding).toMatchObject({ ok: false });
});

it('names who is there where there is more than one', async () => {
  const mark = `find-both-${process.pid}`;
  const [one, other] = [await startServer(mark), await startServer(mark)];
  const finding = await findProcess({ command: mark });
  expect(finding).toMatchObject({ ok: false, problem: { code: 'ambiguous' } });
  const message = finding.ok ? '' : finding.problem.message;
  for (const { pid } of [one, other]) expect(message).toContain(String(pid));
});

it('says what is not there, and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  expect(await findProcess({ port })).toEqual({
    ok: false,
    problem: {
      code: 'not-there',
      message: `no process listens on port ${port}`,
      remedy: 'start the target, or correct its `process.port`',
    },
  });
  expect(await findProcess({ pid: 2 ** 22 + 1 })).toMatchObject({
    ok: false,
    problem: { code: 'not-there' },
  });
  expect(await findProcess({})).toMatchObject({ ok: false, problem: { code: 'not-told' } });
});
