import type { LoadPhase } from '../core/plan/schema';
import { compilePhase, type CompiledPhase } from '../engines/k6/compile/compile';
import type { PreparedPhase } from './prepare-run';
import type { RunContext } from './run-context';

export type PreparedSearch = Extract<PreparedPhase, { readonly kind: 'search' }>;

/** A load of the scenarios of a search compiles as its first trial did when the run was prepared. */
export function compileLoad(
  { prepared }: RunContext,
  { name, feedBytes }: PreparedSearch,
  load: LoadPhase,
): CompiledPhase {
  const result = compilePhase(prepared.plan, name, { feedBytes, load });
  if (!result.ok) throw new Error(`a load of ${name} does not compile: ${result.problems[0]?.message ?? ''}`);
  return result.compiled;
}
