import path from 'node:path';
import { requestStop } from '../../runner/lease';
import { readEntry } from '../../runner/open-run';
import type { GivenArguments } from '../arguments';
import { exitCodes } from '../exit-codes';
import type { Terminal } from '../terminal';
import { runsFolderFor } from './runs';

/** Asks a run to stop. It writes its result by itself; this does not wait for it. */
export async function stop(terminal: Terminal, given: GivenArguments): Promise<number> {
  const wanted = given.operands[0] ?? '';
  const places = [path.resolve(wanted), path.join(runsFolderFor('.'), path.basename(wanted))];
  for (const dir of places) {
    const { state, runner } = await readEntry(dir);
    if (runner === undefined) continue;
    if (state !== 'running') {
      terminal.say(`${path.basename(dir)} is not running: it is ${state}.`);
      return exitCodes.usage;
    }
    await requestStop(dir);
    terminal.say(`${path.basename(dir)} was told to stop.`);
    return exitCodes.pass;
  }
  terminal.say(`There is no run ${wanted}.`);
  return exitCodes.usage;
}
