/** Runs a plan from its file to its verdict. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { combineValidities } from '../core/measure/validity';
import { combineVerdicts } from '../core/measure/verdict';
import type { PlanFile } from '../core/plan/sources';
import type { Problem } from '../core/problems';
import { createRedactor, redactJson } from '../core/run/redact';
import type { PhaseResult, Run } from '../core/run/run';
import { realDisk } from '../engines/host/disk';
import { claimFolder } from './claim-folder';
import { defaultPatience } from './conduct-tool';
import { fileNames, runsFolderOf } from './layout';
import { leaseLimitMs, renewLease } from './lease';
import { describeMachine, describeSurroundings } from './machine';
import { dashboardOf } from './dashboard-link';
import { createRunObserver } from './observe-run';
import type { PreparedPhase } from './prepare-phases';
import { prepareRun, type PreparedRun } from './prepare-run';
import type { Refusal } from './refusal';
import type { RunContext } from './run-context';
import { formatJson } from './run-folder';
import type { RunPlanOptions } from './run-options';
import { runPhase } from './run-phase';
import { runProfiling } from './run-profiling';
import { runSearch } from './run-search';
import { skipPhase, whySkipped } from './skip-phase';
import { StopSwitch } from './stop';
import { toolsOf } from './tools-of';
import { watchRun } from './watch-run';

declare const __BENCHWRIGHT_VERSION__: string;

export type RunOutcome =
  | {
      readonly kind: 'ended';
      readonly dir: string;
      readonly run: Run;
      /** Why the result could not be kept; the run is then interrupted to everybody else. */
      readonly unsaved?: string;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'invalid'; readonly files: readonly PlanFile[]; readonly problems: readonly Problem[] };

/** Runs the phases one after the other. Nothing is sent before everything was checked. */
export async function runPlan(options: RunPlanOptions): Promise<RunOutcome> {
  const preparation = await prepareRun(options);
  if (preparation.kind !== 'prepared') return preparation;
  const prepared = preparation;
  const disk = options.disk ?? realDisk;
  const root = options.runsFolder ?? runsFolderOf(options.planFile);
  const startedMs = Date.now();
  const opened = await claimFolder(options, prepared, {
    disk,
    root,
    startedMs,
    sha256: sha256(prepared.allText),
  });
  if (opened.kind === 'refused') return opened;
  const { folder } = opened;
  const redact = createRedactor(prepared.secrets);
  const written = { records: 0 };
  const context: RunContext = {
    options,
    prepared,
    folder,
    disk,
    patience: { ...defaultPatience, ...options.patience },
    redact,
    stop: new StopSwitch(),
    machine: describeMachine(),
    observer: await createRunObserver({
      ...prepared,
      allowedTargets: options.allowedTargets,
      dockerHost: options.variables['DOCKER_HOST'],
      stream: folder.stream,
      redact,
      onRecord: () => {
        written.records += 1;
      },
    }),
    written,
  };
  try {
    const results = await runWatched(context);
    await context.observer.finish(options.signal);
    await keepSeenMetrics(context);
    return await finish(context, startedMs, results);
  } finally {
    context.observer.close();
    await opened.release();
  }
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
  try {
    return await runPhases(context);
  } finally {
    endWatch();
    options.signal.removeEventListener('abort', onAbort);
  }
}

async function runPhases(context: RunContext): Promise<readonly PhaseResult[]> {
  const { options, stop, prepared } = context;
  const results: PhaseResult[] = [];
  const add = (result: PhaseResult): void => {
    results.push(result);
    options.onEvent({ kind: 'phase-ended', result });
  };
  try {
    await describeRun(context);
    for (const phase of prepared.phases) {
      const reason = whySkipped(phase, results, stop.reason);
      add(
        reason === undefined ? await runOne(context, phase, results) : skipPhase(phase, reason, stop.reason),
      );
    }
  } catch (error) {
    // What the disk does is not the plan's fault; a bug of ours is no business of the disk.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const message = `the run could not be kept: ${(error as Error).message}`;
    stop.stop({ code: 'stream-unwritable', message });
    for (const phase of prepared.phases.slice(results.length)) {
      add(skipPhase(phase, stop.reason?.message ?? message, stop.reason));
    }
  }
  return results;
}

/** @param earlier the results of the phases before it. */
function runOne(
  context: RunContext,
  phase: PreparedPhase,
  earlier: readonly PhaseResult[],
): Promise<PhaseResult> {
  switch (phase.kind) {
    case 'load':
      return runPhase(context, phase);
    case 'search':
      return runSearch(context, phase);
    case 'profiling':
      return runProfiling(context, phase, earlier);
  }
}

async function describeRun({ folder, prepared, redact, machine, options }: RunContext): Promise<void> {
  await folder.write(fileNames.plan, redact(prepared.text));
  await folder.write(fileNames.resolved, formatJson(redactJson(prepared.plan, redact)));
  await folder.write(
    fileNames.environment,
    formatJson({
      version: 1,
      tools: versionsOf(prepared),
      machine,
      surroundings: describeSurroundings(),
      seed: prepared.seed,
      environment: options.environment ?? null,
      allowedTargets: options.allowedTargets,
      ...(prepared.plan.kubernetes && { kubernetes: prepared.plan.kubernetes }),
      variables: [...prepared.env.keys()],
      secrets: [...prepared.secrets.keys()],
    }),
  );
  await folder.makeFolder(fileNames.phases);
}

function versionsOf(prepared: PreparedRun): Record<string, string> {
  return { benchwright: __BENCHWRIGHT_VERSION__, ...toolsOf(prepared), node: process.versions.node };
}

/** For whoever writes queries; nothing that a run could fail for. */
async function keepSeenMetrics({ folder, observer, redact }: RunContext): Promise<void> {
  const targets = observer.seenMetrics();
  if (Object.keys(targets).length === 0) return;
  const content = formatJson(redactJson({ version: 1, targets }, redact));
  await folder.write(fileNames.metrics, content).catch(() => undefined);
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
  const endedMs = Date.now();
  const run = redactJson(
    {
      version: 1,
      id: folder.id,
      plan: {
        name: prepared.plan.name,
        file: path.resolve(options.planFile),
        sha256: sha256(prepared.allText),
      },
      environment: options.environment ?? null,
      startedMs,
      endedMs,
      ...dashboardOf(prepared.plan, { id: folder.id, startedMs, endedMs }),
      ...judged,
      validity: combineValidities(phases.map(({ validity }) => validity)),
      phases: [...phases],
      tools: versionsOf(prepared),
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
