/**
 * Stands between the runner and a tool so that no load outlives the run. It starts the tool in a process group of its
 * own and watches its standard input, which the runner holds open: however the runner ends, even by SIGKILL, the
 * kernel closes that pipe, and the whole group is ended.
 *
 *     node supervisor.cjs [--grace MS] [--end interrupt] -- PROGRAM [ARGUMENT…]
 *     node supervisor.cjs --at-end -- PROGRAM [ARGUMENT…]
 *
 * `--end interrupt` ends the group by SIGINT in place of SIGTERM, for tools that lose their work by the latter.
 *
 * Standard output and error belong to the tool alone. Descriptor 3 carries one JSON object per line to the runner:
 * `{"kind":"started","pid":…}`, then `{"kind":"ended","code":…,"signal":…}`, or `{"kind":"failed","message":…}`.
 * Lines on standard input order a signal: `interrupt`, `terminate`, `kill`.
 *
 * `--at-end` starts the program once standard input ends, and not at all where the line `release` came before: what the
 * runner made elsewhere is taken back, whatever became of the runner.
 *
 * It is bundled alone and imports nothing but Node, so that it starts quickly and stays small beside the load.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeSync } from 'node:fs';

const defaultGraceMs = 1000;
const signalOfOrder = { interrupt: 'SIGINT', terminate: 'SIGTERM', kill: 'SIGKILL' } as const;

interface Order {
  readonly graceMs: number;
  readonly endSignal: NodeJS.Signals;
  readonly isAtEnd: boolean;
  readonly program: string;
  readonly args: readonly string[];
}

function readOrder(argv: readonly string[]): Order | undefined {
  const separator = argv.indexOf('--');
  const program = argv[separator + 1];
  if (separator < 0 || program === undefined) return undefined;
  const options = argv.slice(0, separator);
  const valueOf = (name: string): string | undefined =>
    options.includes(name) ? options[options.indexOf(name) + 1] : undefined;
  const graceMs = Number(valueOf('--grace') ?? defaultGraceMs);
  if (!Number.isFinite(graceMs) || graceMs < 0) return undefined;
  const endSignal = valueOf('--end') === 'interrupt' ? 'SIGINT' : 'SIGTERM';
  const isAtEnd = options.includes('--at-end');
  return { graceMs, endSignal, isAtEnd, program, args: argv.slice(separator + 2) };
}

/** The runner may be gone already; then nobody is left to be told. */
function tell(message: Readonly<Record<string, unknown>>): void {
  try {
    writeSync(3, `${JSON.stringify(message)}\n`);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EPIPE' || code === 'EBADF' || code === 'ESRCH' || code === 'EOF';
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // EPERM: macOS answers so for a group of which only zombies are left.
    if (!isGone(error) && (error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

/** Ends as the tool ended, so that whoever waits for the supervisor sees the tool's own exit. */
function endAs(code: number | null, signal: NodeJS.Signals | null): void {
  if (signal === null) process.exit(code ?? 1);
  for (const handled of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(handled);
  process.kill(process.pid, signal);
  // A signal that does not end this process, or not at once, must not leave it behind.
  setTimeout(() => process.exit(1), 100);
}

function watch(child: ChildProcess, pid: number, { graceMs, endSignal }: Order): void {
  let isEnding = false;
  const endGroup = (): void => {
    if (isEnding) return;
    isEnding = true;
    signalGroup(pid, endSignal);
    setTimeout(() => {
      signalGroup(pid, 'SIGKILL');
    }, graceMs);
  };
  let pending = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line in signalOfOrder) signalGroup(pid, signalOfOrder[line as keyof typeof signalOfOrder]);
    }
  });
  process.stdin.on('end', endGroup);
  process.stdin.on('error', endGroup);
  process.on('SIGTERM', endGroup);
  child.on('exit', (code, signal) => {
    // Whatever the tool left behind in its group goes with it.
    signalGroup(pid, 'SIGKILL');
    tell({ kind: 'ended', code, signal });
    endAs(code, signal);
  });
}

/** A network that is gone for a moment must not leave things behind. */
const tries = 5;
const betweenTriesMs = 2000;

function waitForTheEnd({ program, args }: Order): void {
  let pending = '';
  const attempt = (left: number): void => {
    const child = spawn(program, args, { stdio: 'ignore', shell: false, windowsHide: true });
    let isOver = false;
    const onEnd = (code: number | null): void => {
      if (isOver) return;
      isOver = true;
      if (code === 0 || left <= 1) process.exit(code ?? 1);
      setTimeout(() => {
        attempt(left - 1);
      }, betweenTriesMs);
    };
    child.on('error', () => {
      onEnd(127);
    });
    child.on('exit', onEnd);
  };
  let isGone = false;
  const onGone = (): void => {
    if (isGone) return;
    isGone = true;
    attempt(tries);
  };
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    if (lines.includes('release')) process.exit(0);
  });
  process.stdin.on('end', onGone);
  process.stdin.on('error', onGone);
}

function main(): void {
  const order = readOrder(process.argv.slice(2));
  if (order === undefined) {
    tell({
      kind: 'failed',
      message: 'usage: supervisor [--grace MS] [--end interrupt] -- PROGRAM [ARGUMENT…]',
    });
    process.exit(2);
  }
  if (order.isAtEnd) {
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined);
    waitForTheEnd(order);
    return;
  }
  // A Ctrl-C or a closed terminal is the runner's to answer; the end of stdin follows if the runner dies of it.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  // Electron needs this variable to run as Node; the tool has no use for it.
  const { ELECTRON_RUN_AS_NODE: _own, ...env } = process.env;
  const child = spawn(order.program, order.args, {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
    shell: false,
    windowsHide: true,
  });
  child.on('error', (error) => {
    if (child.pid !== undefined) return;
    tell({ kind: 'failed', message: error.message });
    process.exit(127);
  });
  if (child.pid === undefined) return;
  watch(child, child.pid, order);
  tell({ kind: 'started', pid: child.pid });
}

main();
