/** A place for a run that is about to start. */
import path from 'node:path';
import type { Disk } from '../engines/host/disk';
import { identifyProcess } from '../engines/host/process-identity';
import { dashboardOf } from './dashboard-link';
import { holdTargets, type Hold } from './hold-targets';
import { runIdOf } from './layout';
import type { PreparedRun } from './prepare-run';
import type { Refusal } from './refusal';
import { createRunFolder, type RunFolder } from './run-folder';
import type { RunPlanOptions } from './run-options';
import { minFreeBytes } from './watch-run';

interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
}

type ClaimedFolder =
  | {
      readonly kind: 'opened';
      readonly folder: RunFolder;
      /** Lets others have the targets; to be called when the run has ended. */
      readonly release: () => Promise<void>;
    }
  | Refused;

export interface Claim {
  readonly disk: Disk;
  /** The folder that holds all runs. */
  readonly root: string;
  readonly startedMs: number;
  /** Of the text of the plan. */
  readonly sha256: string;
}

/** Makes the folder of a run, unless another run is on its targets or the disk has no room for it. */
export async function claimFolder(
  options: RunPlanOptions,
  prepared: PreparedRun,
  claim: Claim,
): Promise<ClaimedFolder> {
  const hold = await holdTargets({
    targets: prepared.endpoints,
    plan: path.resolve(options.planFile),
    isForced: options.isForced,
  });
  if (hold.kind === 'taken') return refuseTaken(hold);
  const { release } = hold;
  try {
    const opened = await openFolder(options, prepared, claim);
    if (opened.kind === 'opened') return { ...opened, release };
    await release();
    return opened;
  } catch (error) {
    await release();
    throw error;
  }
}

type OpenedFolder = { readonly kind: 'opened'; readonly folder: RunFolder } | Refused;

async function openFolder(
  options: RunPlanOptions,
  prepared: PreparedRun,
  { disk, root, startedMs, sha256 }: Claim,
): Promise<OpenedFolder> {
  const { plan, phases, endpoints } = prepared;
  const names = phases.map(({ name }) => name);
  let folder: RunFolder;
  try {
    folder = await createRunFolder({
      disk,
      root,
      id: runIdOf(startedMs, plan.name, names),
      now: () => performance.now(),
      runner: {
        version: 1,
        pid: process.pid,
        processStarted: (await identifyProcess(process.pid)).started,
        startedMs,
        plan: { name: plan.name, file: path.resolve(options.planFile), sha256 },
        environment: options.environment ?? null,
        targets: [...endpoints],
        ...dashboardOf(plan, { id: undefined, startedMs, endedMs: undefined }),
        phases: phases.map(({ planned }) => planned),
      },
    });
    const short = await shortOfDisk(disk, folder.dir, prepared);
    if (short !== undefined) {
      await dismiss(disk, folder);
      return { kind: 'refused', refusal: short };
    }
  } catch (error) {
    return { kind: 'refused', refusal: diskRefusal(`${root}: ${(error as Error).message}`) };
  }
  return { kind: 'opened', folder };
}

async function dismiss(disk: Disk, folder: RunFolder): Promise<void> {
  await folder.stream.close();
  await disk.remove(folder.dir);
}

function refuseTaken({ target, by }: Extract<Hold, { kind: 'taken' }>): Refused {
  return {
    kind: 'refused',
    refusal: {
      code: 'rival',
      message: `a run of ${by.plan} (process ${by.pid}) is on the same target, ${target}`,
      remedy: 'wait for it, stop it with “benchwright stop RUN”, or run beside it with --force',
    },
  };
}

function diskRefusal(message: string): Refusal {
  return { code: 'disk', message, remedy: 'make room on the disk, or keep runs elsewhere with --out' };
}

/** A record a second is some kilobytes; twice that is asked for. */
const bytesPerSecond = 20_000;

async function shortOfDisk(disk: Disk, dir: string, { phases }: PreparedRun): Promise<Refusal | undefined> {
  const seconds = phases.reduce((sum, { planned }) => sum + (planned.plannedMs + planned.drainMs) / 1000, 0);
  const needed = 2 * minFreeBytes + seconds * bytesPerSecond;
  const free = await disk.freeBytes(dir);
  if (free >= needed) return undefined;
  const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  return diskRefusal(`the disk has ${mebibytes(free)} left, and the run may need ${mebibytes(needed)}`);
}
