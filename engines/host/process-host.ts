/** The one place that starts programs: always without a shell, always below a supervisor that ends the whole group. */
import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface ToolCommand {
  /** Absolute path of the program. */
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the tool; nothing else is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Ends it by an interrupt where the runner is gone: some tools lose their work by anything else. */
  readonly endsByInterrupt?: boolean;
}

/** How a tool ended. `isSupervisorLost`: the supervisor was killed, so the tool's own exit is not known. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly isSupervisorLost: boolean;
}

type StopOrder = 'interrupt' | 'terminate' | 'kill';

export interface ToolProcess {
  readonly pid: number;
  /** Sends a signal to the tool and everything in its process group. */
  send(signal: StopOrder): void;
  /** Settles once the tool is gone and both its outputs are drained; it never rejects. */
  readonly ended: Promise<ProcessExit>;
}

export interface ToolListener {
  /** Called for every piece of the tool's standard output. It must not block: the tool waits for its reader. */
  onOutput(chunk: Buffer): void;
  onError(chunk: Buffer): void;
}

export type StartResult =
  { readonly ok: true; readonly process: ToolProcess } | { readonly ok: false; readonly message: string };

/** Output that somebody else keeps open is not waited for longer than this once the tool is gone. */
const drainAfterExitMs = 2000;

interface ControlMessage {
  readonly kind?: string;
  readonly pid?: number;
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  readonly message?: string;
}

/**
 * Starts a tool below the supervisor. Both outputs are drained for as long as the tool lives: k6 hangs for ever on a
 * pipe that nobody reads.
 *
 * @param supervisorFile absolute path of the bundled supervisor.
 */
export function startTool(
  command: ToolCommand,
  supervisorFile: string,
  listener: ToolListener,
): Promise<StartResult> {
  const ending = command.endsByInterrupt === true ? ['--end', 'interrupt'] : [];
  const child = supervise(command, supervisorFile, ending, ['pipe', 'pipe', 'pipe', 'pipe']);
  const [input, output, error, control] = child.stdio as [Writable, Readable, Readable, Readable, unknown];
  // The supervisor may be gone before an order reaches it; `ended` tells, so the broken pipe need not.
  input.on('error', () => undefined);
  output.on('data', (chunk: Buffer) => {
    listener.onOutput(chunk);
  });
  error.on('data', (chunk: Buffer) => {
    listener.onError(chunk);
  });
  return new Promise((resolve) => {
    const state = followControl(control, (pid) => {
      resolve({ ok: true, process: { pid, send: (signal) => input.write(`${signal}\n`), ended } });
    });
    const ended = whenEnded(child, [output, error], state);
    child.on('error', (problem) => {
      resolve({ ok: false, message: problem.message });
    });
    void ended.then(() => {
      if (state.pid === undefined) resolve({ ok: false, message: state.failure ?? 'the supervisor ended' });
    });
  });
}

function supervise(
  { file, args, env, cwd }: ToolCommand,
  supervisorFile: string,
  flags: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  return spawn(process.execPath, [supervisorFile, ...flags, '--', file, ...args], {
    cwd,
    env: { ...env, ...supervisorEnvironment() },
    // A session of its own: a SIGKILL to the runner's group must leave the supervisor to do its work.
    detached: process.platform !== 'win32',
    stdio,
    shell: false,
    windowsHide: true,
  });
}

interface ControlState {
  pid?: number;
  failure?: string;
  exit?: ProcessExit;
}

function followControl(control: Readable, onStarted: (pid: number) => void): ControlState {
  const state: ControlState = {};
  let pending = '';
  control.setEncoding('utf8');
  control.on('error', () => undefined);
  control.on('data', (text: string) => {
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as ControlMessage;
      if (message.kind === 'started' && message.pid !== undefined) {
        state.pid = message.pid;
        onStarted(message.pid);
      } else if (message.kind === 'ended') {
        state.exit = { code: message.code ?? null, signal: message.signal ?? null, isSupervisorLost: false };
      } else if (message.message !== undefined) {
        state.failure = message.message;
      }
    }
  });
  return state;
}

function whenEnded(
  child: ChildProcess,
  outputs: readonly Readable[],
  state: ControlState,
): Promise<ProcessExit> {
  return new Promise((resolve) => {
    const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
      const isSupervisorLost = state.pid !== undefined && state.exit === undefined;
      resolve(state.exit ?? { code, signal, isSupervisorLost });
    };
    child.on('error', () => {
      finish(null, null);
    });
    child.on('exit', () => {
      // Without the supervisor nobody else ends the group.
      if (state.pid !== undefined && state.exit === undefined) killGroup(state.pid);
      setTimeout(() => {
        for (const output of outputs) output.destroy();
      }, drainAfterExitMs).unref();
    });
    child.on('close', finish);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** A program that stands by until it is known whether it is needed. */
export interface StandBy {
  /** It is not needed any more. */
  release(): void;
}

/**
 * Has a program run once this process is gone without having released it, however it went: what was made elsewhere is
 * taken back.
 */
export function standBy(command: ToolCommand, supervisorFile: string): StandBy {
  const child = supervise(command, supervisorFile, ['--at-end'], ['pipe', 'ignore', 'ignore', 'ignore']);
  const input: (Writable & { unref?: () => void }) | null = child.stdin;
  input?.on('error', () => undefined);
  child.on('error', () => undefined);
  // Nobody waits for it: this process ends when all else is done.
  child.unref();
  input?.unref?.();
  return { release: () => void input?.write('release\n') };
}

function supervisorEnvironment(): Record<string, string> {
  return process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
}

/** How a short program ended. `code` is `null` where it did not start, or took too long. */
export interface BriefRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface BriefWish {
  /** Five seconds by default. */
  readonly timeoutMs?: number;
  /** In place of our own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads from its standard input. */
  readonly input?: string;
}

/** Runs a short program to its end. */
export function runBriefly(
  file: string,
  args: readonly string[],
  { timeoutMs = 5000, env = process.env, input }: BriefWish = {},
): Promise<BriefRun> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      {
        timeout: timeoutMs,
        env,
        maxBuffer: 16 << 20,
        windowsHide: true,
        shell: false,
        encoding: 'utf8',
      },
      (error, output, errors) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, output, errors });
      },
    );
    if (input === undefined) return;
    // It may end before it has read all; its exit tells.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Runs a script of ours with the Node that we run in, which may be that of an editor. */
export function runScriptBriefly(
  script: string,
  args: readonly string[],
  wish: BriefWish,
): Promise<BriefRun> {
  const env = { ...(wish.env ?? process.env), ...supervisorEnvironment() };
  return runBriefly(process.execPath, [script, ...args], { ...wish, env });
}

/** @returns the standard output of a short program, such as `k6 version`; `undefined` where it failed. */
export async function captureOutput(file: string, args: readonly string[]): Promise<string | undefined> {
  const { code, output } = await runBriefly(file, args);
  return code === 0 ? output : undefined;
}
