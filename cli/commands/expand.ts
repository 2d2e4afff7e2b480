import { expandPlan } from '../../core/plan/expand';
import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodes } from '../exit-codes';
import { readPlan } from '../read-plan';
import type { Terminal } from '../terminal';

/** Writes the plan as it is run. A plan with faults is written as far as it goes, and its faults are told. */
export async function expand(
  terminal: Terminal,
  given: GivenArguments,
  output: (text: string) => Promise<void>,
): Promise<number> {
  const file = given.operands[0] ?? '';
  const environment = given.value('env');
  const reading = await readPlan(file, environment);
  if (!reading.ok) {
    terminal.say(`${file}: ${reading.message}`);
    return exitCodes.usage;
  }
  const { analysis } = reading;
  const lines = expandPlan(analysis, environment, file);
  await output(lines.map((line) => `${line.text}\n`).join(''));
  tellProblems(
    terminal,
    analysis.files,
    analysis.problems.filter(({ severity }) => severity === 'error'),
  );
  return analysis.plan === undefined ? exitCodes.usage : exitCodes.pass;
}
