/** Runs a plan by the real runner and k6, with a hand in what happens meanwhile. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { realDisk, type Disk } from '../../engines/host/disk';
import type { RunEvent } from '../../runner/events';
import type { RunPlanOptions } from '../../runner/run-options';
import { runPlan, type RunOutcome } from '../../runner/run-plan';
import { aliveWith } from './processes';
import type { Workspace } from './small-service';

export interface Wish extends Partial<RunPlanOptions> {
  readonly text: string;
  /** Called once the phase's first figures have come, with the folder of the run. */
  readonly during?: (dir: string) => Promise<void> | void;
}

export async function runWhole(
  workspace: Workspace,
  { text, during, ...options }: Wish,
): Promise<RunOutcome> {
  const planFile = await workspace.plan(text);
  let dir = '';
  let interference: Promise<void> | undefined;
  const outcome = await runPlan({
    planFile,
    phases: [],
    allowedTargets: [],
    hasLease: false,
    isForced: false,
    variables: {},
    supervisorFile: path.resolve('dist/supervisor.cjs'),
    k6Folder: path.resolve('dist/k6'),
    signal: new AbortController().signal,
    ...options,
    onEvent: (event: RunEvent) => {
      options.onEvent?.(event);
      if (event.kind === 'run-started') dir = event.dir;
      if (event.kind === 'progress' && interference === undefined) {
        interference = Promise.resolve(during?.(dir));
        // What goes wrong in it is told once the run is over, and not as a rejection that nobody waits for.
        interference.catch(() => undefined);
      }
    },
  });
  await interference;
  return outcome;
}

export type EndedRun = Extract<RunOutcome, { kind: 'ended' }>;

export function ended(outcome: RunOutcome): EndedRun {
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  return outcome;
}

/** The supervisor and the k6 of a run. */
export async function k6Of(dir: string): Promise<readonly [supervisor: number, k6: number]> {
  const pids = await aliveWith(path.join(dir, 'phases'));
  const isNode = (pid: number): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('supervisor.cjs');
  const supervisor = pids.find(isNode);
  const k6 = pids.find((pid) => !isNode(pid));
  if (supervisor === undefined || k6 === undefined) throw new Error(`k6 is not among ${pids.join(', ')}`);
  return [supervisor, k6];
}

/** The real disk, which changes the script of a phase as it is written. */
export function spoilScript(change: (script: string) => string): Disk {
  return {
    ...realDisk,
    rename: async (from, to) => {
      if (path.basename(to) === 'script.js') {
        await writeFile(from, change(await readFile(from, 'utf8')));
      }
      await realDisk.rename(from, to);
    },
  };
}

/** The real disk, on which the stream has no more room after some writes. */
export function fillUp(writes: number): Disk {
  let count = 0;
  return {
    ...realDisk,
    open: async (file, how) => {
      const opened = await realDisk.open(file, how);
      if (path.basename(file) !== 'stream.ndjson') return opened;
      return {
        ...opened,
        write: async (bytes, offset) => {
          count += 1;
          if (count <= writes) return opened.write(bytes, offset);
          await opened.write(bytes.subarray(0, offset + 100), offset);
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        },
      };
    },
  };
}
