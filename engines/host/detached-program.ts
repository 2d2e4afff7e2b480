/** Starts a program of our own that outlives whoever started it. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface DetachedCommand {
  /** A script of this package, run by the Node that runs us. */
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files for its two outputs: a pipe would break with the reader, and the program with the pipe. */
  readonly outputFile: string;
  readonly errorFile: string;
}

export type DetachedStart =
  | {
      readonly ok: true;
      readonly pid: number;
      /** Settles when it ends while we are still there; `null` where a signal ended it. */
      readonly exited: Promise<number | null>;
    }
  | { readonly ok: false; readonly message: string };

/** Starts without a shell, in a session of its own, so that neither our end nor a signal to our group reaches it. */
export async function startDetached(command: DetachedCommand): Promise<DetachedStart> {
  const output = openSync(command.outputFile, 'w', 0o600);
  const errors = openSync(command.errorFile, 'w', 0o600);
  try {
    const child = spawn(process.execPath, [command.script, ...command.args], {
      cwd: command.cwd,
      // Under an editor our Node is the editor itself, which is only a Node when it is told to be.
      env: { ...command.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', output, errors],
      detached: true,
      shell: false,
      windowsHide: true,
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const problem = await new Promise<Error | undefined>((resolve) => {
      child.once('spawn', () => {
        resolve(undefined);
      });
      child.once('error', resolve);
    });
    child.unref();
    if (problem !== undefined) return { ok: false, message: problem.message };
    return child.pid === undefined
      ? { ok: false, message: 'it has no process id' }
      : { ok: true, pid: child.pid, exited };
  } finally {
    closeSync(output);
    closeSync(errors);
  }
}
