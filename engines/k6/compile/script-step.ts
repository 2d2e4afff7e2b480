/** A step that calls a function of the author. The iteration ends where it does not return what is to be captured. */
import type { ScriptStep } from '../../../core/plan/schema';
import { quote } from './code';
import { call, fileBeside, type Draft } from './draft';
import { argument, type StepDraft } from './request';
import type { RequestCode } from './request-step';
import { traceCaptures } from './trace';
import { jsonValue } from './values';

export function scriptStep(step: StepDraft, { script, with: given, capture = [] }: ScriptStep): RequestCode {
  const called = functionOf(step.draft, script);
  const values = given === undefined ? undefined : jsonValue(step, given);
  // Made anew for every call, since the function may change what it is given.
  const argued = values === undefined ? undefined : argument(step, 'given', { ...values, isFixed: false });
  const code = `${called}(${argued?.code ?? ''})`;
  const before = argued?.before ?? [];
  if (capture.length === 0) return { statements: [...before, `  ${code};`], captured: new Map() };
  const result = step.locals.give(`result${step.number}`);
  const taken = takeValues(step, script, capture, result);
  return {
    statements: [...before, `  const ${result} = ${code};`, ...taken.statements],
    captured: taken.captured,
  };
}

function takeValues(
  step: StepDraft,
  script: string,
  capture: readonly string[],
  result: string,
): RequestCode {
  const captured = new Map<string, string>();
  const statements: string[] = [];
  for (const name of capture) {
    const variable = step.variables.get(name);
    const identifier = variable ?? step.locals.give(name);
    const key = /^[A-Za-z_]\w*$/.test(name) ? `?.${name}` : `?.[${quote(name)}]`;
    statements.push(`  ${variable === undefined ? 'const ' : ''}${identifier} = ${result}${key};`);
    captured.set(name, identifier);
  }
  statements.push(...traceCaptures(step, captured));
  const tests = [...captured.values()].map((name) => `${call(step.draft, 'isMissing')}(${name})`);
  const message = quote(
    `${script}: the function does not return every value to capture (${capture.join(', ')})`,
  );
  statements.push(`  if (${tests.join(' || ')}) {`, `    ${call(step.draft, 'warnOnce')}(${message});`);
  return { statements: [...statements, '    return;', '  }'], captured };
}

/** The name by which the script calls a function of a file. */
function functionOf(draft: Draft, script: string): string {
  const known = draft.functions.get(script);
  if (known !== undefined) return known.identifier;
  const split = script.lastIndexOf('#');
  const name = script.slice(split + 1);
  const identifier = draft.identifiers.give(name);
  const imported = identifier === name ? name : `${name} as ${identifier}`;
  const place = quote(`./${fileBeside(draft, script.slice(0, split))}`);
  draft.functions.set(script, { identifier, code: `import { ${imported} } from ${place};` });
  return identifier;
}
