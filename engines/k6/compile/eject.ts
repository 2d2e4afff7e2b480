/** A phase as a script that runs with a stock k6, without Benchwright. */
import type { Plan } from '../../../core/plan/schema';
import { compilePhase, type CompileOptions, type CompileResult } from './compile';

/** Compiles a phase with a comment that says how to run it. The rows of its feeds have to lie beside it as JSON. */
export function ejectPhase(plan: Plan, phaseName: string, options: CompileOptions = {}): CompileResult {
  const first = compilePhase(plan, phaseName, options);
  if (!first.ok) return first;
  const { feeds, environment, secrets } = first.compiled;
  const variables = [...Object.values(environment), ...Object.values(secrets)];
  const header = [
    '',
    `Run it with stock k6: k6 run ${variables.map((name) => `-e ${name}=… `).join('')}script.js`,
    ...feeds.map(({ scriptFile, file }) => `It reads ${scriptFile} beside it: the rows of ${file} as JSON.`),
    'Goals are not part of it: Benchwright judges them from the figures of the run.',
  ];
  return compilePhase(plan, phaseName, { ...options, header: [...header, ...(options.header ?? [])] });
}
