/** A phase as what its tool is told, whichever tool that is. */
import { loadedPhase } from '../core/plan/load';
import { locustOf } from '../core/plan/locust';
import type { Plan } from '../core/plan/schema';
import { firstLoad } from '../core/plan/trial-load';
import { compilePhase, type CompiledPhase, type CompileOptions } from '../engines/k6/compile/compile';
import { compileLocust, type CompiledLocust } from '../engines/locust/compile';

/** By the tool that makes the load: k6 for steps, Locust for a locustfile. */
export type CompiledLoad = CompiledPhase | CompiledLocust;

export type LoadCompilation =
  | { readonly ok: true; readonly compiled: CompiledLoad }
  | Extract<ReturnType<typeof compilePhase>, { readonly ok: false }>;

export function isLocustLoad(compiled: CompiledLoad): compiled is CompiledLocust {
  return 'locustfile' in compiled;
}

/** By how many processes of its tool a load is made, and what the loss of one means. */
export interface Generators {
  readonly count: number;
  readonly onLost: CompiledPhase['onLostGenerator'];
}

export function generatorsOf(compiled: CompiledPhase): Generators {
  return { count: compiled.generators, onLost: compiled.onLostGenerator };
}

/** Of a search, or of a phase that runs one again, its first trial, unless another load is given. */
export function compile(plan: Plan, name: string, options: CompileOptions): LoadCompilation {
  const phase = Object.hasOwn(plan.phases, name) ? plan.phases[name] : undefined;
  const loaded = phase && loadedPhase(plan.phases, phase);
  const locust = loaded && locustOf(plan, loaded);
  if (loaded === undefined || locust === undefined)
    // k6-operator lets pods begin together.
    return compilePhase(plan, name, { ...options, isStartedByOthers: plan.kubernetes !== undefined });
  return { ok: true, compiled: compileLocust(plan, name, locust, options.load ?? firstLoad(loaded)) };
}
