/** Everything that can go wrong with a run before the first request: checked here, and told as values. */
import { readFile } from 'node:fs/promises';
import type { PlanAnalysis } from '../core/plan/analyse';
import { loadedPhase, phaseOrder } from '../core/plan/load';
import { ownHosts } from '../core/plan/locust';
import { profilingMs } from '../core/plan/rerun-load';
import type { FindPhase, LoadPhase, Phase, Plan, RerunPhase } from '../core/plan/schema';
import { joinTexts, type PlanFile } from '../core/plan/sources';
import { searchMs, withGenerators } from '../core/plan/trial-load';
import { usedTargets } from '../core/plan/used-targets';
import { keyRangeAt } from '../core/plan/tree';
import type { Problem } from '../core/problems';
import type { PlannedPhase } from '../core/run/runner-file';
import type { K6Binary } from '../engines/k6/binary';
import type { CompiledPhase, CompileResult } from '../engines/k6/compile/compile';
import type { LocustPython } from '../engines/locust/locate';
import { findLevel } from '../core/measure/rerun-level';
import type { Capacity } from '../core/run/run';
import { findEarlierCapacity, refusalWithoutLevel } from './earlier-capacity';
import { analysePlanFile } from './analyse-plan-file';
import { approveTargets, type ApprovedTargets } from './approve-targets';
import { compile, isLocustLoad, type CompiledLoad, type LoadCompilation } from './compile-phase';
import { whyUnreadable } from './file-words';
import { loadFiles, type BesideScript } from './load-files';
import { locateTools } from './locate-tools';
import { observedVariables } from './observe-plan';
import { prepareCluster, type PreparedCluster } from './prepare-cluster';
import type { Refusal } from './refusal';
import { drawSeed, seedOf } from './seed-of';
import type { RunPlanOptions } from './run-options';
import { readSecretsFile, type SecretsReading } from './secrets-file';
import { lookUpVariables } from './variables';

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

export interface PreparedRun {
  readonly kind: 'prepared';
  readonly text: string;
  /** With the files that the plan includes. */
  readonly allText: string;
  readonly plan: Plan;
  readonly phases: readonly PreparedPhase[];
  /** Absent where no phase is made by it. */
  readonly k6: K6Binary | undefined;
  readonly locust: LocustPython | undefined;
  /** Where the generators are pods. */
  readonly cluster: PreparedCluster | undefined;
  readonly endpoints: readonly string[];
  /** Hosts other than this machine that the load may go to. */
  readonly foreignHosts: readonly string[];
  readonly isCoLocated: boolean;
  /** What arrivals at random are drawn from. */
  readonly seed: number;
  readonly env: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Contents of private keys by their file in the plan; they are never written. */
  readonly privateFiles: ReadonlyMap<string, string>;
}

export type Preparation =
  | PreparedRun
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'invalid'; readonly files: readonly PlanFile[]; readonly problems: readonly Problem[] };

export type PrepareOptions = Pick<
  RunPlanOptions,
  | 'planFile'
  | 'phases'
  | 'environment'
  | 'allowedTargets'
  | 'variables'
  | 'secretsFile'
  | 'k6Folder'
  | 'runsFolder'
  | 'seed'
  | 'generators'
  | 'pythonFile'
  | 'allowedClusters'
>;

export async function prepareRun(options: PrepareOptions): Promise<Preparation> {
  let text: string;
  try {
    text = await readFile(options.planFile, 'utf8');
  } catch (error) {
    return refuse(
      'unreadable-plan',
      `${options.planFile}: ${whyUnreadable(error)}`,
      'name a plan that is there',
    );
  }
  const analysis = analysePlanFile(text, options.planFile, options.environment);
  const { files } = analysis;
  const { problems } = analysis;
  if (analysis.plan === undefined) return { kind: 'invalid', files, problems };
  const plan = withGenerators(analysis.plan, options.generators);
  const names = selectPhases(plan, options.phases);
  if (!names.ok) return { kind: 'refused', refusal: names.refusal };
  const seed = options.seed ?? drawSeed();
  const compiled = names.selected.map((name) => ({
    name,
    result: compile(plan, name, { seed: seedOf(seed, name) }),
  }));
  if (compiled.some(({ result }) => !result.ok)) {
    const own = compiled.flatMap(({ result }) => placeProblems(analysis, result));
    return { kind: 'invalid', files, problems: [...problems, ...own] };
  }
  return completePreparation({ ...options, seed }, { text, allText: joinTexts(files) }, plan, compiled);
}

async function secretsOf({ secretsFile }: PrepareOptions): Promise<SecretsReading> {
  return secretsFile === undefined ? { ok: true, secrets: new Map() } : readSecretsFile(secretsFile);
}

type Compiled = readonly { readonly name: string; readonly result: LoadCompilation }[];

type Seeded = PrepareOptions & { readonly seed: number };

async function completePreparation(
  options: Seeded,
  texts: Pick<PreparedRun, 'text' | 'allText'>,
  plan: Plan,
  compiled: Compiled,
): Promise<Preparation> {
  const ready = compiled.flatMap(({ result }) => (result.ok ? [result.compiled] : []));
  const scenarios = [...new Set(ready.flatMap((each) => each.scenarios))];
  const approval: ApprovedTargets | { readonly ok: false; readonly refusal: Refusal } = approveTargets(
    plan,
    usedTargets(plan, scenarios),
    options.allowedTargets,
    ownHosts(plan, scenarios),
  );
  if (!approval.ok) return { kind: 'refused', refusal: approval.refusal };
  const file = await secretsOf(options);
  if (!file.ok) return { kind: 'refused', refusal: file.refusal };
  const observed = observedVariables(plan);
  const byK6 = ready.filter((each): each is CompiledPhase => !isLocustLoad(each));
  const variables = lookUpVariables(
    {
      env: new Set([...byK6.flatMap(({ environment }) => Object.keys(environment)), ...observed.env]),
      secrets: new Set([...byK6.flatMap(({ secrets }) => Object.keys(secrets)), ...observed.secrets]),
    },
    options.variables,
    file.secrets,
  );
  if (!variables.ok) return { kind: 'refused', refusal: variables.refusal };
  const phases = await preparePhases(options, plan, compiled);
  if (!phases.ok) return { kind: 'refused', refusal: phases.refusal };
  const tools = await locateTools(options, { k6: byK6.length > 0, locust: byK6.length < ready.length });
  if (!tools.ok) return { kind: 'refused', refusal: tools.refusal };
  const cluster = await prepareCluster(plan, {
    endpoints: approval.endpoints,
    byLocust: ready.filter(isLocustLoad).map(({ phase }) => phase),
    options,
  });
  if (!cluster.ok) return { kind: 'refused', refusal: cluster.refusal };
  return {
    kind: 'prepared',
    ...texts,
    plan,
    phases: phases.prepared,
    k6: tools.k6,
    locust: tools.locust,
    cluster: cluster.cluster,
    endpoints: approval.endpoints,
    foreignHosts: approval.foreignHosts,
    isCoLocated: approval.isCoLocated,
    seed: options.seed,
    env: variables.env,
    secrets: variables.secrets,
    privateFiles: phases.privateFiles,
  };
}

type PhasesReading =
  | {
      readonly ok: true;
      readonly prepared: readonly PreparedPhase[];
      readonly privateFiles: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly refusal: Refusal };

async function preparePhases(options: Seeded, plan: Plan, all: Compiled): Promise<PhasesReading> {
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
  options: Seeded,
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

type Selection =
  | { readonly ok: true; readonly selected: readonly string[] }
  | { readonly ok: false; readonly refusal: Refusal };

function selectPhases(plan: Plan, wanted: readonly string[]): Selection {
  const unknown = wanted.find((name) => !Object.hasOwn(plan.phases, name));
  if (unknown !== undefined) {
    const known = Object.keys(plan.phases).join(', ');
    return {
      ok: false,
      refusal: {
        code: 'unknown-phase',
        message: `the plan has no phase ${unknown}`,
        remedy: `choose among ${known}`,
      },
    };
  }
  const order = phaseOrder(plan.phases);
  return { ok: true, selected: wanted.length === 0 ? order : order.filter((name) => wanted.includes(name)) };
}

/** What the engine cannot run, at its place in the text. */
export function placeProblems({ root }: PlanAnalysis, result: CompileResult | LoadCompilation): Problem[] {
  if (result.ok) return [];
  return result.problems.map(({ path: place, message }) => ({
    code: 'not-supported-by-k6',
    severity: 'error',
    message,
    range: keyRangeAt(root, place),
  }));
}

function refuse(code: Refusal['code'], message: string, remedy: string): Preparation {
  return { kind: 'refused', refusal: { code, message, remedy } };
}
