import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realDisk } from '../../engines/host/disk';
import { openBoundedLog } from '../../engines/host/bounded-log';
import { startTool, type ToolProcess } from '../../engines/host/process-host';
import { aliveInGroup, eventually } from './processes';

const supervisor = path.resolve('dist/supervisor.cjs');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'supervisor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Supervised {
  readonly child: ChildProcess;
  /** Process group of the tool. */
  readonly group: number;
}

/** The supervisor itself, with its standard input in the hand of the test. */
async function supervise(...command: string[]): Promise<Supervised> {
  const child = spawn(process.execPath, [supervisor, '--grace', '300', '--', ...command], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  const control = child.stdio[3] as Readable;
  const [message] = (await once(control, 'data')) as [Buffer];
  const { pid } = JSON.parse(message.toString().split('\n')[0] ?? '') as { pid: number };
  return { child, group: pid };
}

async function checkExit(script: string, expected: { code: number | null; signal: string | null }) {
  const { child } = await supervise('/bin/sh', '-c', `sleep 0.2; ${script}`);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect({ code, signal }).toEqual(expected);
}

const stubborn = [
  "trap '' TERM INT HUP",
  'for i in 1 2 3; do (while :; do sleep 1000; done) & done',
  '(sh -c "while :; do sleep 1000; done" &) &',
  'while :; do sleep 1000; done',
].join('\n');

describe('the supervisor', () => {
  it('ends as its tool ended', async () => {
    await checkExit('exit 0', { code: 0, signal: null });
    await checkExit('exit 107', { code: 107, signal: null });
    await checkExit('kill -KILL $$', { code: null, signal: 'SIGKILL' });
    await checkExit('kill -TERM $$', { code: null, signal: 'SIGTERM' });
    await checkExit('kill -INT $$', { code: null, signal: 'SIGINT' });
  });

  it('ends a tool that ignores signals, with all its children, when its input ends', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { child, group } = await supervise('/bin/sh', '-c', stubborn);
      await eventually('children', 5000, async () => (await aliveInGroup(group)).length >= 5);
      child.stdin?.end();
      await once(child, 'exit');
      await eventually('end of the group', 500, async () => (await aliveInGroup(group)).length === 0);
    }
  });

  it('ends a tool that is stopped', async () => {
    const { child, group } = await supervise('/bin/sh', '-c', 'while :; do sleep 1000; done');
    process.kill(-group, 'SIGSTOP');
    child.stdin?.end();
    await once(child, 'exit');
    await eventually('end of the group', 500, async () => (await aliveInGroup(group)).length === 0);
  });

  it('ends what a tool leaves behind when it exits by itself', async () => {
    const { child, group } = await supervise('/bin/sh', '-c', 'sleep 1000 & sleep 0.2');
    await once(child, 'exit');
    await eventually('end of the group', 500, async () => (await aliveInGroup(group)).length === 0);
  });

  it('outlasts a Ctrl-C and a closed terminal, but not an order to end', async () => {
    const { child, group } = await supervise('/bin/sh', '-c', 'while :; do sleep 1000; done');
    child.kill('SIGINT');
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGTERM');
    await eventually('end of the group', 500, async () => (await aliveInGroup(group)).length === 0);
  });
});

async function start(script: string, onOutput: (chunk: Buffer) => void = () => undefined) {
  const started = await startTool(
    { file: '/bin/sh', args: ['-c', script], env: { PATH: '/usr/bin:/bin', GIVEN: 'x' }, cwd: folder },
    supervisor,
    { onOutput, onError: onOutput },
  );
  if (!started.ok) throw new Error(started.message);
  return started.process;
}

describe('starting a tool', () => {
  it('tells how it ended once all its output has arrived', async () => {
    let output = '';
    const tool = await start('echo out; echo err >&2; head -c 300000 /dev/zero; exit 3', (chunk) => {
      output += chunk.toString();
    });
    expect(await tool.ended).toEqual({ code: 3, signal: null, isSupervisorLost: false });
    expect(output).toContain('out\n');
    expect(output).toContain('err\n');
    expect(output).toHaveLength(300_008);
  });

  it('gives it the environment it is meant to have and nothing else', async () => {
    let output = '';
    const tool = await start('tr "\\0" "\\n" < /proc/self/environ', (chunk) => {
      output += chunk.toString();
    });
    await tool.ended;
    expect(output.trim().split('\n').sort()).toEqual(['GIVEN=x', 'PATH=/usr/bin:/bin']);
  });

  it('passes arguments on byte for byte', async () => {
    const args = ['--out=/etc/x', '-', '', '$(id)', '`id`', '"; id; "', "'", '\\', '*', 'é\n', '--'];
    let output = '';
    const started = await startTool(
      { file: '/usr/bin/printf', args: ['%s\\0', ...args], env: {}, cwd: folder },
      supervisor,
      { onOutput: (chunk) => (output += chunk.toString()), onError: () => undefined },
    );
    if (!started.ok) throw new Error(started.message);
    await started.process.ended;
    expect(output.split('\0').slice(0, -1)).toEqual(args);
  });

  it('sends signals to the tool', async () => {
    let output = '';
    const tool = await start(
      'trap "echo told; exit 9" INT; echo ready; while :; do sleep 0.05; done',
      (chunk) => {
        output += chunk.toString();
      },
    );
    await eventually('the trap', 5000, () => output.includes('ready'));
    tool.send('interrupt');
    expect(await tool.ended).toMatchObject({ code: 9 });
    expect(output).toContain('told');
  });

  it('says why a tool could not be started', async () => {
    const started = await startTool(
      { file: path.join(folder, 'nothing'), args: [], env: {}, cwd: folder },
      supervisor,
      { onOutput: () => undefined, onError: () => undefined },
    );
    expect(started).toMatchObject({ ok: false, message: expect.stringContaining('ENOENT') as string });
  });

  it('ends the tool itself where its supervisor is killed', async () => {
    const tool: ToolProcess = await start('echo $PPID > parent; while :; do sleep 1000; done');
    const { readFile } = await import('node:fs/promises');
    const parentFile = path.join(folder, 'parent');
    const parent = async (): Promise<number> => Number(await readFile(parentFile, 'utf8').catch(() => '0'));
    await eventually('the tool', 5000, async () => (await parent()) > 1);
    process.kill(await parent(), 'SIGKILL');
    expect((await tool.ended).isSupervisorLost).toBe(true);
    await eventually('end of the group', 500, async () => (await aliveInGroup(tool.pid)).length === 0);
  });

  it('keeps a flood of output in bounded memory and a bounded file', async () => {
    const log = await openBoundedLog(
      realDisk,
      path.join(folder, 'flood.log'),
      () => performance.now(),
      (line) => line,
    );
    let bytes = 0;
    const before = process.memoryUsage().rss;
    const tool = await start(
      'echo first >&2; yes "a line of the flood" | head -c 200000000; echo last >&2',
      (chunk) => {
        bytes += chunk.length;
        log.add(chunk);
      },
    );
    await tool.ended;
    await log.close();
    expect(bytes).toBeGreaterThanOrEqual(200_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
    const text = (await realDisk.read(path.join(folder, 'flood.log'))).toString();
    expect(text.length).toBeLessThan(1.2 * 1024 * 1024);
    expect(text).toMatch(/^(first|a line)/);
    expect(text).toContain('bytes left out');
  });
});

/** A runner that dies: it starts k6 and is killed without warning. */
const runnerProgram = `
  import { spawn } from 'node:child_process';
  const [supervisor, k6, script] = process.argv.slice(2);
  const child = spawn(process.execPath, [supervisor, '--', k6, 'run', '-q', '--no-usage-report', '--address', '', script], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, K6_AUTO_EXTENSION_RESOLUTION: 'false' },
  });
  child.stdio[3].pipe(process.stdout);
`;

describe('k6 below a runner that is killed', () => {
  it('is gone two seconds later, fifteen times of fifteen', async () => {
    const runnerFile = path.join(folder, 'runner.mjs');
    const script = path.join(folder, 'script.js');
    await writeFile(runnerFile, runnerProgram);
    await writeFile(
      script,
      "import { sleep } from 'k6';\nexport const options = { vus: 2, duration: '60s' };\nexport default () => sleep(0.1);\n",
    );
    let survivors = 0;
    for (let kill = 0; kill < 15; kill += 1) {
      const runner = spawn(process.execPath, [runnerFile, supervisor, path.resolve('dist/k6/k6'), script], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [message] = (await once(runner.stdout, 'data')) as [Buffer];
      const { pid } = JSON.parse(message.toString()) as { pid: number };
      expect(await aliveInGroup(pid)).toEqual([pid]);
      runner.kill('SIGKILL');
      await eventually('end of k6', 2000, async () => (await aliveInGroup(pid)).length === 0).catch(() => {
        survivors += 1;
        process.kill(-pid, 'SIGKILL');
      });
    }
    expect(survivors).toBe(0);
  });
});
