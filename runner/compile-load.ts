import type { LoadPhase } from '../core/plan/schema';
import { compile, type CompiledLoad } from './compile-phase';
import type { PreparedPhase } from './prepare-phases';
import type { RunContext } from './run-context';
import { seedOf } from './seed-of';

export type PreparedSearch = Extract<PreparedPhase, { readonly kind: 'search' }>;
export type PreparedProfiling = Extract<PreparedPhase, { readonly kind: 'profiling' }>;

/**
 * A load of the scenarios of a phase compiles as the first one did when the run was prepared.
 *
 * @param part the number of the trial.
 */
export function compileLoad(
  { prepared }: RunContext,
  { name, feedBytes }: Pick<PreparedSearch, 'name' | 'feedBytes'>,
  load: LoadPhase,
  part?: number,
): CompiledLoad {
  const result = compile(prepared.plan, name, { feedBytes, load, seed: seedOf(prepared.seed, name, part) });
  if (!result.ok) throw new Error(`a load of ${name} does not compile: ${result.problems[0]?.message ?? ''}`);
  return result.compiled;
}
