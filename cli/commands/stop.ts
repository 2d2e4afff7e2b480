import { requestStop } from '../../runner/lease';
import type { GivenArguments } from '../arguments';
import { exitCodes } from '../exit-codes';
import { findRun, noRun } from '../find-run';
import type { Terminal } from '../terminal';

/** Asks a run to stop. It writes its result by itself; this does not wait for it. */
export async function stop(terminal: Terminal, given: GivenArguments): Promise<number> {
  const wanted = given.operands[0] ?? '';
  const entry = await findRun(wanted);
  if (entry === undefined) {
    terminal.say(`benchwright: ${noRun(wanted)}`);
    return exitCodes.usage;
  }
  if (entry.state !== 'running') {
    terminal.say(`${entry.id} is not running: it is ${entry.state}.`);
    return exitCodes.usage;
  }
  await requestStop(entry.dir);
  terminal.say(`${entry.id} was told to stop.`);
  return exitCodes.pass;
}
