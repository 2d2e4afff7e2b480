import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodes } from '../exit-codes';
import { readPlan } from '../read-plan';
import type { Terminal } from '../terminal';

/** @returns 0 where every plan could be run, 2 where one could not. */
export async function validate(terminal: Terminal, given: GivenArguments): Promise<number> {
  let isValid = true;
  for (const file of given.operands) {
    isValid = (await validateFile(terminal, file, given.value('env'))) && isValid;
  }
  return isValid ? exitCodes.pass : exitCodes.usage;
}

async function validateFile(
  terminal: Terminal,
  file: string,
  environment: string | undefined,
): Promise<boolean> {
  const reading = await readPlan(file, environment);
  if (!reading.ok) {
    const { message } = reading;
    terminal.say(`${file}: ${message}`);
    terminal.emit({ kind: 'unreadable', file, message });
    return false;
  }
  const { files, problems, plan } = reading.analysis;
  tellProblems(terminal, files, problems);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  const isValid = plan !== undefined;
  terminal.say(`${file}: ${isValid ? 'valid' : 'not valid'}${countsOf(errors, warnings)}`);
  terminal.emit({ kind: 'validated', file, isValid, errors, warnings });
  return isValid;
}

function countsOf(errors: number, warnings: number): string {
  const parts = [
    ...(errors > 0 ? [`${errors} ${errors === 1 ? 'error' : 'errors'}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
  ];
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}
