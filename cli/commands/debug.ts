import { debugIteration } from '../../runner/debug-iteration';
import type { GivenArguments } from '../arguments';
import { exitCodes } from '../exit-codes';
import { tellIteration } from '../iteration-transcript';
import type { Terminal } from '../terminal';
import { listenForSignals, tellNotStarted } from './run';

/** @returns 0 where every step was taken and every condition held, 1 where not. */
export async function debug(
  terminal: Terminal,
  given: GivenArguments,
  supervisorFile: string,
): Promise<number> {
  const scenario = given.value('scenario');
  if (scenario === undefined) {
    terminal.say('Name the scenario with --scenario.');
    return exitCodes.usage;
  }
  const interruption = listenForSignals(terminal, 'Stopping the iteration. Once more ends at once.');
  try {
    const outcome = await debugIteration({
      planFile: given.operands[0] ?? '',
      scenario,
      environment: given.value('env'),
      allowedTargets: given.values('allow-target'),
      variables: process.env,
      secretsFile: given.value('secrets'),
      supervisorFile,
      signal: interruption.signal,
      onEvent: (event) => {
        tellIteration(terminal, event);
      },
    });
    if (outcome.kind !== 'ended') return tellNotStarted(terminal, outcome);
    if (outcome.isRight) return exitCodes.pass;
    return interruption.signal.aborted ? exitCodes.aborted : exitCodes.fail;
  } finally {
    interruption.dispose();
  }
}
