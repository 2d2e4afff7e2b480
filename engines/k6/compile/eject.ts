/** A phase as a script that runs without Benchwright: with a stock k6, unless it needs a module of ours. */
import type { Plan } from '../../../core/plan/schema';
import { compilePhase, type CompileOptions, type CompileResult } from './compile';

/** Compiles a phase with a comment that says how to run it. The rows of its feeds have to lie beside it as JSON. */
export function ejectPhase(plan: Plan, phaseName: string, options: CompileOptions = {}): CompileResult {
  const first = compilePhase(plan, phaseName, { ...options, isPortable: true });
  if (!first.ok) return first;
  const { feeds, files, protos, environment, secrets, privateFiles, ownModules } = first.compiled;
  const variables = [...Object.values(environment), ...Object.values(secrets)];
  const k6 = ownModules.length === 0 ? 'stock k6' : `Benchwright's k6, which has ${ownModules.join(', ')}`;
  const header = [
    '',
    `Run it with ${k6}: k6 run ${variables.map((name) => `-e ${name}=… `).join('')}script.js`,
    ...feeds.map(({ scriptFile, file }) => `It reads ${scriptFile} beside it: the rows of ${file} as JSON.`),
    ...files.map(({ scriptFile, file }) => `It reads ${scriptFile} beside it: a copy of ${file}.`),
    ...protos.map(({ place, folder }) => `It reads ${place} beside it: a copy of the folder ${folder}.`),
    ...Object.entries(privateFiles).map(
      ([file, name]) =>
        `It reads the contents of ${file} from the variable ${name}: -e ${name}="$(cat ${file})"`,
    ),
    'Goals are not part of it: Benchwright judges them from the figures of the run.',
  ];
  return compilePhase(plan, phaseName, {
    ...options,
    isPortable: true,
    header: [...header, ...(options.header ?? [])],
  });
}
