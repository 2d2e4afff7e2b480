/** Runs a plan from its file to its verdict. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { combineValidities } from '../core/measure/validity';
import { combineVerdicts } from '../core/measure/verdict';
import type { Problem } from '../core/problems';
import { createRedactor, redactJson, type Redactor } from '../core/run/redact';
import type { PhaseResult, Run } from '../core/run/run';
import type { Disk } from '../engines/host/disk';
import { realDisk } from '../engines/host/disk';
import { identifyProcess } from '../engines/host/process-identity';
import { defaultPatience, type Patience } from './conduct-tool';
import type { RunListener } from './events';
import { fileNames, runIdOf, runsFolderOf } from './layout';
import { leaseLimitMs, renewLease } from './lease';
import { describeMachine, describeSurroundings } from './machine';
import { prepareRun, type PreparedRun } from './prepare-run';
import type { Refusal } from './refusal';
import { findRival } from './rival';
import { createRunFolder, formatJson, type RunFolder } from './run-folder';
import { runPhase } from './run-phase';
import { skipPhase, whySkipped } from './skip-phase';
import { StopSwitch } from './stop';
import { minFreeBytes, watchRun } from './watch-run';

declare const __BENCHWRIGHT_VERSION__: string;

export interface RunPlanOptions {
  readonly planFile: string;
  /** Names of phases; all where none is given. */
  readonly phases: readonly string[];
  readonly environment?: string | undefined;
  /** Hosts, or `host:port`, that a person has approved beyond this machine. */
  readonly allowedTargets: readonly string[];
  /** Whether the run stops when nobody renews its lease. */
  readonly hasLease: boolean;
  /** Where run folders are kept; by default where the plan's workspace keeps them. */
  readonly runsFolder?: string | undefined;
  /** Run beside another run on the same target. */
  readonly isForced: boolean;
  /** The variables that the plan may refer to. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the bundled supervisor. */
  readonly supervisorFile: string;
  /** Aborting it stops the load; the result is still written. */
  readonly signal: AbortSignal;
  readonly onEvent: RunListener;
  readonly disk?: Disk;
  readonly patience?: Partial<Patience>;
  readonly leaseLimitMs?: number;
}

export type RunOutcome =
  | {
      readonly kind: 'ended';
      readonly dir: string;
      readonly run: Run;
      /** Why the result could not be kept; the run is then interrupted to everybody else. */
      readonly unsaved?: string;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'invalid'; readonly text: string; readonly problems: readonly Problem[] };

/** What the parts of one run share. */
export interface RunContext {
  readonly options: RunPlanOptions;
  readonly prepared: PreparedRun;
  readonly folder: RunFolder;
  readonly disk: Disk;
  readonly patience: Patience;
  readonly redact: Redactor;
  readonly stop: StopSwitch;
  readonly machine: Run['machine'];
  /** Counts what is in the stream. */
  readonly written: { records: number };
}

/** Runs the phases one after the other. Nothing is sent before everything was checked. */
export async function runPlan(options: RunPlanOptions): Promise<RunOutcome> {
  const preparation = await prepareRun(options);
  if (preparation.kind !== 'prepared') return preparation;
  const prepared = preparation;
  const disk = options.disk ?? realDisk;
  const root = options.runsFolder ?? runsFolderOf(options.planFile);
  const startedMs = Date.now();
  const opened = await openFolder(options, prepared, disk, root, startedMs);
  if (opened.kind === 'refused') return opened;
  const { folder } = opened;
  const context: RunContext = {
    options,
    prepared,
    folder,
    disk,
    patience: { ...defaultPatience, ...options.patience },
    redact: createRedactor(prepared.secrets),
    stop: new StopSwitch(),
    machine: describeMachine(),
    written: { records: 0 },
  };
  const results = await runWatched(context);
  return finish(context, startedMs, results);
}

type OpenedFolder =
  | { readonly kind: 'opened'; readonly folder: RunFolder }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

async function openFolder(
  options: RunPlanOptions,
  prepared: PreparedRun,
  disk: Disk,
  root: string,
  startedMs: number,
): Promise<OpenedFolder> {
  const { plan, text, phases, endpoints } = prepared;
  if (!options.isForced) {
    const rival = await findRival(root, endpoints);
    if (rival !== undefined) return refuseRival(rival.id);
  }
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
        plan: { name: plan.name, file: path.resolve(options.planFile), sha256: sha256(text) },
        environment: options.environment ?? null,
        targets: [...endpoints],
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
  if (!options.isForced) {
    const rival = await findRival(root, endpoints, { id: folder.id, startedMs });
    if (rival !== undefined) {
      await dismiss(disk, folder);
      return refuseRival(rival.id);
    }
  }
  return { kind: 'opened', folder };
}

async function dismiss(disk: Disk, folder: RunFolder): Promise<void> {
  await folder.stream.close();
  await disk.remove(folder.dir);
}

function refuseRival(id: string): OpenedFolder {
  return {
    kind: 'refused',
    refusal: {
      code: 'rival',
      message: `the run ${id} is on the same target`,
      remedy: `wait for it, stop it with “benchwright stop ${id}”, or run beside it with --force`,
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

/** The phases, while somebody looks whether the run should go on. */
async function runWatched(context: RunContext): Promise<readonly PhaseResult[]> {
  const { options, folder, stop, prepared } = context;
  const onAbort = (): void => {
    stop.stop({ code: 'interrupted', message: 'the run was interrupted' });
  };
  options.signal.addEventListener('abort', onAbort);
  if (options.signal.aborted) onAbort();
  if (options.hasLease) await renewLease(folder.dir);
  const endWatch = watchRun({
    disk: context.disk,
    folder,
    stop,
    leaseLimitMs: options.hasLease ? (options.leaseLimitMs ?? leaseLimitMs) : undefined,
  });
  options.onEvent({
    kind: 'run-started',
    dir: folder.dir,
    id: folder.id,
    phases: prepared.phases.map(({ planned }) => planned),
  });
  const results: PhaseResult[] = [];
  try {
    await describeRun(context);
    for (const phase of prepared.phases) {
      const reason = whySkipped(phase, results, stop.reason);
      const result =
        reason === undefined && phase.kind === 'load'
          ? await runPhase(context, phase)
          : skipPhase(phase, reason ?? '', stop.reason);
      results.push(result);
      options.onEvent({ kind: 'phase-ended', result });
    }
  } catch (error) {
    // What the disk does is not the plan's fault, and the verdict of what was not run is not a pass.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    stop.stop({
      code: 'stream-unwritable',
      message: `the run could not be kept: ${(error as Error).message}`,
    });
    for (const phase of prepared.phases.slice(results.length)) {
      results.push(skipPhase(phase, stop.reason?.message ?? '', stop.reason));
    }
  } finally {
    endWatch();
    options.signal.removeEventListener('abort', onAbort);
  }
  return results;
}

async function describeRun({ folder, prepared, redact, machine, options }: RunContext): Promise<void> {
  await folder.write(fileNames.plan, redact(prepared.text));
  await folder.write(fileNames.resolved, formatJson(redactJson(prepared.plan, redact)));
  await folder.write(
    fileNames.environment,
    formatJson({
      version: 1,
      tools: toolsOf(prepared),
      machine,
      surroundings: describeSurroundings(),
      environment: options.environment ?? null,
      allowedTargets: options.allowedTargets,
      variables: [...prepared.env.keys()],
      secrets: [...prepared.secrets.keys()],
    }),
  );
  await folder.makeFolder(fileNames.phases);
}

function toolsOf(prepared: PreparedRun): Record<string, string> {
  return { benchwright: __BENCHWRIGHT_VERSION__, k6: prepared.k6.version, node: process.versions.node };
}

/** Closes the stream first: whether all of it is on the disk decides the verdict. */
async function finish(
  context: RunContext,
  startedMs: number,
  phases: readonly PhaseResult[],
): Promise<RunOutcome> {
  const { folder, prepared, options, redact } = context;
  await folder.stream.close();
  const judged = judgeRun(context, phases);
  const run = redactJson(
    {
      version: 1,
      id: folder.id,
      plan: { name: prepared.plan.name, file: path.resolve(options.planFile), sha256: sha256(prepared.text) },
      environment: options.environment ?? null,
      startedMs,
      endedMs: Date.now(),
      ...judged,
      validity: combineValidities(phases.map(({ validity }) => validity)),
      phases: [...phases],
      tools: toolsOf(prepared),
      machine: context.machine,
      records: context.written.records,
    } satisfies Run,
    redact,
  ) as Run;
  try {
    await folder.finish(run);
  } catch (error) {
    const unsaved = `the result could not be kept: ${(error as Error).message}`;
    const verdict = run.verdict === 'pass' ? ('incomplete' as const) : run.verdict;
    const kept = { ...run, verdict, reason: unsaved };
    options.onEvent({ kind: 'run-ended', dir: folder.dir, run: kept });
    return { kind: 'ended', dir: folder.dir, run: kept, unsaved };
  }
  options.onEvent({ kind: 'run-ended', dir: folder.dir, run });
  return { kind: 'ended', dir: folder.dir, run };
}

/** A stream that could not be written to its end spoils a pass, whenever that came to light. */
function judgeRun({ folder }: RunContext, phases: readonly PhaseResult[]): Pick<Run, 'verdict' | 'reason'> {
  const judged = combineVerdicts(phases);
  const { failure } = folder.stream;
  if (failure === undefined || judged.verdict !== 'pass') return judged;
  return { verdict: 'incomplete', reason: `the records could not be written: ${failure.message}` };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
