import { readFile } from 'node:fs/promises';
import { expandPlan } from '../../core/plan/expand';
import { analysePlanFile } from '../../runner/analyse-plan-file';
import { whyUnreadable } from '../../runner/file-words';
import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodes } from '../exit-codes';
import type { Terminal } from '../terminal';

/** Writes the plan as it is run. A plan with faults is written as far as it goes, and its faults are told. */
export async function expand(
  terminal: Terminal,
  given: GivenArguments,
  output: (text: string) => Promise<void>,
): Promise<number> {
  const file = given.operands[0] ?? '';
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    terminal.say(`${file}: ${whyUnreadable(error)}`);
    return exitCodes.usage;
  }
  const environment = given.value('env');
  const analysis = analysePlanFile(text, file, environment);
  const lines = expandPlan(analysis, environment, file);
  await output(lines.map((line) => `${line.text}\n`).join(''));
  tellProblems(
    terminal,
    analysis.files,
    analysis.problems.filter(({ severity }) => severity === 'error'),
  );
  return analysis.plan === undefined ? exitCodes.usage : exitCodes.pass;
}
