/** Everything that can go wrong with a run before the first request: checked here, and told as values. */
import { readFile } from 'node:fs/promises';
import { phaseOrder } from '../core/plan/load';
import { ownHosts } from '../core/plan/locust';
import type { Plan } from '../core/plan/schema';
import { joinTexts, type PlanFile } from '../core/plan/sources';
import { withGenerators } from '../core/plan/trial-load';
import { usedTargets } from '../core/plan/used-targets';
import type { Problem } from '../core/problems';
import type { K6Binary } from '../engines/k6/binary';
import type { CompiledPhase } from '../engines/k6/compile/compile';
import type { LocustPython } from '../engines/locust/locate';
import { analysePlanFile } from './analyse-plan-file';
import { approveTargets, type ApprovedTargets } from './approve-targets';
import { compile, isLocustLoad } from './compile-phase';
import { whyUnreadable } from './file-words';
import { locateTools } from './locate-tools';
import { observedVariables } from './observe-plan';
import { placeProblems } from './place-problems';
import { prepareCluster, type PreparedCluster } from './prepare-cluster';
import { preparePhases, type CompiledPhases, type PreparedPhase } from './prepare-phases';
import type { Refusal } from './refusal';
import { drawSeed, seedOf } from './seed-of';
import type { RunPlanOptions } from './run-options';
import { readSecretsFile, type SecretsReading } from './secrets-file';
import { lookUpVariables } from './variables';

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
  const { files, problems } = analysis;
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

async function completePreparation(
  options: PrepareOptions & { readonly seed: number },
  texts: Pick<PreparedRun, 'text' | 'allText'>,
  plan: Plan,
  compiled: CompiledPhases,
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

function refuse(code: Refusal['code'], message: string, remedy: string): Preparation {
  return { kind: 'refused', refusal: { code, message, remedy } };
}
