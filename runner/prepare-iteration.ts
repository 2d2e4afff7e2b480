/** Everything that can keep one iteration from being run: the same checks that a run has, for one scenario. */
import { readFile } from 'node:fs/promises';
import type { PlanAnalysis } from '../core/plan/analyse';
import type { Plan } from '../core/plan/schema';
import type { PlanFile } from '../core/plan/sources';
import type { Problem } from '../core/problems';
import { locateK6, type K6Binary } from '../engines/k6/binary';
import { compileIteration, type CompiledPhase } from '../engines/k6/compile/compile';
import { usedTargets } from '../core/plan/used-targets';
import { analysePlanFile } from './analyse-plan-file';
import { approveTargets } from './approve-targets';
import { whyUnreadable } from './file-words';
import { loadFiles, type BesideScript } from './load-files';
import { placeProblems } from './place-problems';
import type { Refusal } from './refusal';
import type { RunPlanOptions } from './run-options';
import { readSecretsFile } from './secrets-file';
import { lookUpVariables } from './variables';

export type IterationOptions = Pick<
  RunPlanOptions,
  'planFile' | 'environment' | 'allowedTargets' | 'variables' | 'secretsFile' | 'k6Folder'
> & { readonly scenario: string };

export interface PreparedIteration {
  readonly kind: 'prepared';
  readonly plan: Plan;
  readonly analysis: PlanAnalysis;
  readonly compiled: CompiledPhase;
  readonly files: BesideScript;
  readonly k6: K6Binary;
  readonly env: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Contents by the variable that the script reads them from. */
  readonly privateFiles: ReadonlyMap<string, string>;
}

/** Why nothing was run. */
export type NotPrepared =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'invalid'; readonly files: readonly PlanFile[]; readonly problems: readonly Problem[] };

type Preparation = PreparedIteration | NotPrepared;

export async function prepareIteration(options: IterationOptions): Promise<Preparation> {
  const { planFile, scenario, environment } = options;
  let text: string;
  try {
    text = await readFile(planFile, 'utf8');
  } catch (error) {
    const message = `${planFile}: ${whyUnreadable(error)}`;
    return refuse({ code: 'unreadable-plan', message, remedy: 'name a plan that is there' });
  }
  const analysis = analysePlanFile(text, planFile, environment);
  const { plan, files, problems } = analysis;
  if (plan === undefined) return { kind: 'invalid', files, problems };
  if (!Object.hasOwn(plan.scenarios, scenario)) {
    const message = `the plan has no scenario ${scenario}`;
    const remedy = `choose among ${Object.keys(plan.scenarios).join(', ')}`;
    return refuse({ code: 'unknown-scenario', message, remedy });
  }
  const result = compileIteration(plan, scenario);
  if (!result.ok) return { kind: 'invalid', files, problems: placeProblems(analysis, result) };
  return await complete(options, plan, analysis, result.compiled);
}

async function complete(
  options: IterationOptions,
  plan: Plan,
  analysis: PlanAnalysis,
  compiled: CompiledPhase,
): Promise<Preparation> {
  const approval = approveTargets(plan, usedTargets(plan, [options.scenario]), options.allowedTargets);
  if (!approval.ok) return refuse(approval.refusal);
  const { secretsFile } = options;
  const file =
    secretsFile === undefined
      ? { ok: true as const, secrets: new Map<string, string>() }
      : await readSecretsFile(secretsFile);
  if (!file.ok) return refuse(file.refusal);
  const needed = { env: Object.keys(compiled.environment), secrets: Object.keys(compiled.secrets) };
  const variables = lookUpVariables(needed, options.variables, file.secrets);
  if (!variables.ok) return refuse(variables.refusal);
  const beside = await loadFiles(options.planFile, compiled);
  if (!beside.ok) return refuse(beside.refusal);
  const again = compileIteration(plan, options.scenario, { feedBytes: beside.bytes });
  const located = await locateK6(options.k6Folder);
  if (!located.ok) {
    const { message, remedy } = located.problem;
    return refuse({ code: 'tool-missing', message, remedy });
  }
  const privateFiles = Object.entries(compiled.privateFiles).map(
    ([name, variable]) => [variable, beside.privateFiles.get(name) ?? ''] as const,
  );
  return {
    kind: 'prepared',
    plan,
    analysis,
    compiled: again.ok ? again.compiled : compiled,
    files: beside.files,
    k6: located.k6,
    env: variables.env,
    secrets: variables.secrets,
    privateFiles: new Map(privateFiles),
  };
}

function refuse(refusal: Refusal): { readonly kind: 'refused'; readonly refusal: Refusal } {
  return { kind: 'refused', refusal };
}
