/** What each phase of a run needs beside the plan: its files, and what an earlier run found. */
import type { PlannedPhase } from '../core/run/runner-file';
import { findLevel } from '../core/measure/rerun-level';
import { loadedPhase } from '../core/plan/load';
import { profilingMs } from '../core/plan/rerun-load';
import type { FindPhase, LoadPhase, Phase, Plan, RerunPhase } from '../core/plan/schema';
import { searchMs } from '../core/plan/trial-load';
import type { Capacity } from '../core/run/run';
import { compile, type CompiledLoad, type LoadCompilation } from './compile-phase';
import { findEarlierCapacity, refusalWithoutLevel } from './earlier-capacity';
import { loadFiles, type BesideScript } from './load-files';
import type { Refusal } from './refusal';
import type { RunPlanOptions } from './run-options';
import { seedOf } from './seed-of';

export type PreparedPhase = {
  readonly name: string;
  readonly planned: PlannedPhase;
  /** Phases that must have passed, among those of this run. */
  readonly after: readonly string[];
} & (
  | {
      readonly kind: 'load';
      readonly load: LoadPhase;
      readonly compiled: CompiledLoad;
      readonly feeds: BesideScript;
    }
  | {
      readonly kind: 'search';
      readonly search: FindPhase;
      readonly feeds: BesideScript;
      readonly feedBytes: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'profiling';
      readonly rerun: RerunPhase;
      /** The phase whose load it applies. */
      readonly source: FindPhase | LoadPhase;
      /** What an earlier run found, where this one does not look for it. */
      readonly earlier: Capacity | undefined;
      readonly feeds: BesideScript;
      readonly feedBytes: Readonly<Record<string, number>>;
    }
);

/** Each phase as compiled before its files were read. */
export type CompiledPhases = readonly { readonly name: string; readonly result: LoadCompilation }[];

type Options = Pick<RunPlanOptions, 'planFile' | 'environment' | 'runsFolder'> & {
  /** Of the run. */
  readonly seed: number;
};

type PhasesReading =
  | {
      readonly ok: true;
      readonly prepared: readonly PreparedPhase[];
      readonly privateFiles: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** @returns the phases in the order given, or why one of them cannot run. */
export async function preparePhases(
  options: Options,
  plan: Plan,
  all: CompiledPhases,
): Promise<PhasesReading> {
  const prepared: PreparedPhase[] = [];
  const privateFiles = new Map<string, string>();
  const names = all.map(({ name }) => name);
  for (const { name, result } of all) {
    const phase = plan.phases[name];
    const after = (phase?.after ?? []).filter((other) => names.includes(other));
    if (!result.ok || phase === undefined) throw new Error(`${name} does not compile, and was not refused`);
    const isSourceRun = 'rerun' in phase && names.includes(phase.rerun);
    const ready = await prepareLoad(options, plan, {
      name,
      after,
      phase,
      compiled: result.compiled,
      isSourceRun,
    });
    if ('ok' in ready) return ready;
    prepared.push(ready.phase);
    for (const [file, content] of ready.privateFiles) privateFiles.set(file, content);
  }
  return { ok: true, prepared, privateFiles };
}

interface Loadable {
  readonly name: string;
  readonly after: readonly string[];
  readonly phase: Phase;
  readonly compiled: CompiledLoad;
  /** Whether the phase that it runs again is a part of this run. */
  readonly isSourceRun: boolean;
}

interface LoadReading {
  readonly phase: PreparedPhase;
  readonly privateFiles: ReadonlyMap<string, string>;
}

async function prepareLoad(
  options: Options,
  plan: Plan,
  { name, after, phase, compiled, isSourceRun }: Loadable,
): Promise<LoadReading | Extract<PhasesReading, { readonly ok: false }>> {
  const { planFile, seed } = options;
  const feeds = await loadFiles(planFile, compiled);
  if (!feeds.ok) return feeds;
  const { privateFiles } = feeds;
  const ready = { name, after, feeds: feeds.files };
  if ('rerun' in phase) {
    const source = loadedPhase(plan.phases, phase);
    if (source === undefined) throw new Error(`${name} compiles without a load`);
    const earlier = isSourceRun ? undefined : await findEarlierCapacity(options, phase.rerun, source);
    if (!isSourceRun && findLevel(phase, source, earlier) === undefined)
      return { ok: false, refusal: refusalWithoutLevel(name, phase, source) };
    const plannedMs = profilingMs(phase, source);
    const planned = { name, plannedMs, drainMs: 0, windowFromMs: 0, windowToMs: plannedMs };
    const { bytes: feedBytes } = feeds;
    const prepared = {
      kind: 'profiling',
      ...ready,
      planned,
      rerun: phase,
      source,
      earlier,
      feedBytes,
    } as const;
    return { phase: prepared, privateFiles };
  }
  if ('find' in phase) {
    const planned = plannedSearch(name, phase);
    const prepared = { kind: 'search', ...ready, planned, search: phase, feedBytes: feeds.bytes } as const;
    return { phase: prepared, privateFiles };
  }
  // The size of the rows decides how the script holds them.
  const again = compile(plan, name, { feedBytes: feeds.bytes, seed: seedOf(seed, name) });
  const final = again.ok ? again.compiled : compiled;
  const prepared = {
    kind: 'load',
    ...ready,
    planned: plannedOf(final),
    load: phase,
    compiled: final,
  } as const;
  return { phase: prepared, privateFiles };
}

/** An estimate, since only the search itself can tell. */
function plannedSearch(name: string, phase: FindPhase): PlannedPhase {
  const plannedMs = searchMs(phase);
  return { name, plannedMs, drainMs: 0, windowFromMs: 0, windowToMs: plannedMs };
}

function plannedOf(compiled: CompiledLoad): PlannedPhase {
  return {
    name: compiled.phase,
    plannedMs: compiled.plannedMs,
    drainMs: compiled.drainMs,
    windowFromMs: compiled.window.fromMs,
    windowToMs: compiled.window.toMs,
  };
}
