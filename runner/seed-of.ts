/** What the random arrivals of a load are drawn from. */
import { createHash, randomInt } from 'node:crypto';

/** A seed for a run that was not given one. */
export function drawSeed(): number {
  return randomInt(2 ** 32);
}

/**
 * The seed of one load of a run. A trial that is made again gets other arrivals, since the first ones may have been bad
 * luck; the same run seed gives the same arrivals all through the run.
 *
 * @param part the number of a trial.
 */
export function seedOf(runSeed: number, phase: string, part = 0): number {
  return createHash('sha256').update(`${runSeed}\n${phase}\n${part}`).digest().readUInt32BE();
}
