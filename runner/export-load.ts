/** A phase of load as files that run elsewhere: its script, and all that it reads. */
import { readFile } from 'node:fs/promises';
import { isLoadPhase } from '../core/plan/load';
import type { Plan } from '../core/plan/schema';
import type { PlanFile } from '../core/plan/sources';
import { withGenerators } from '../core/plan/trial-load';
import type { Problem } from '../core/problems';
import type { CompiledPhase, CompileOptions, CompileResult } from '../engines/k6/compile/compile';
import { analysePlanFile } from './analyse-plan-file';
import { whyUnreadable } from './file-words';
import { fileNames } from './layout';
import { loadFiles, type BesideScript } from './load-files';
import { placeProblems } from './place-problems';

export interface ExportWish {
  readonly planFile: string;
  /** May be left out where the plan has one phase of load. */
  readonly phase: string | undefined;
  readonly environment: string | undefined;
  readonly generators: number | undefined;
  readonly compile: (plan: Plan, phase: string, options: CompileOptions) => CompileResult;
}

export interface ExportedLoad {
  /** Of the plan. */
  readonly name: string;
  readonly phase: string;
  readonly compiled: CompiledPhase;
  /** By the place relative to the script, which is among them. */
  readonly files: BesideScript;
}

export type ExportReading =
  | { readonly kind: 'ready'; readonly load: ExportedLoad }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'invalid'; readonly files: readonly PlanFile[]; readonly problems: readonly Problem[] };

export async function exportLoad(wish: ExportWish): Promise<ExportReading> {
  const { planFile } = wish;
  let text: string;
  try {
    text = await readFile(planFile, 'utf8');
  } catch (error) {
    return { kind: 'refused', message: `${planFile}: ${whyUnreadable(error)}` };
  }
  const analysis = analysePlanFile(text, planFile, wish.environment);
  const { files, problems } = analysis;
  if (analysis.plan === undefined) return { kind: 'invalid', files, problems };
  const plan = withGenerators(analysis.plan, wish.generators);
  const phase = choosePhase(plan, wish.phase);
  if (!phase.ok) return { kind: 'refused', message: phase.message };
  const compile = (options: CompileOptions): CompileResult => wish.compile(plan, phase.name, options);
  const first = compile({});
  if (!first.ok)
    return { kind: 'invalid', files, problems: [...problems, ...placeProblems(analysis, first)] };
  const beside = await loadFiles(planFile, first.compiled);
  if (!beside.ok) return { kind: 'refused', message: beside.refusal.message };
  // The size of the rows decides how the script holds them.
  const again = compile({ feedBytes: beside.bytes });
  const compiled = again.ok ? again.compiled : first.compiled;
  return {
    kind: 'ready',
    load: {
      name: plan.name,
      phase: phase.name,
      compiled,
      files: new Map<string, string | Uint8Array>([[fileNames.script, compiled.script], ...beside.files]),
    },
  };
}

type Choice = { readonly ok: true; readonly name: string } | { readonly ok: false; readonly message: string };

/** A search is made of loads that are chosen as it goes, so only loads can be carried elsewhere. */
function choosePhase(plan: Plan, wanted: string | undefined): Choice {
  const loads = Object.entries(plan.phases).flatMap(([name, phase]) => (isLoadPhase(phase) ? [name] : []));
  const known = loads.join(', ') || 'none';
  const name = wanted ?? (loads.length === 1 ? loads[0] : undefined);
  if (name === undefined) return { ok: false, message: `choose a phase of load with --phase: ${known}` };
  if (loads.includes(name)) return { ok: true, name };
  const what = Object.hasOwn(plan.phases, name) ? `${name} is no phase of load` : `there is no phase ${name}`;
  return { ok: false, message: `${what}: choose among ${known}` };
}
