/** Why throughput bends over the trials of a search: work that waits for its turn, the price of keeping in step, or neither. */
import type { CapacityExplanation, TrialResult } from '../run/run';
import { percent, perSecond } from './figure';
import { wholeSeconds, type PhaseTotals } from './phase-totals';
import { seededRandom } from './random';
import { timesOf } from './step-totals';
import { concurrencyOf, fitScalability, type ConcurrencyPoint, type ScalabilityFit } from './usl';

/** What fails fast takes no capacity: trials with more failures say nothing about how work scales. */
const maxErrors = 0.01;

/** Typical difference between trials and curve from which on the law is not what is seen. */
const maxMisfit = 0.15;

/** The same trials are always explained in the same words. */
const seed = 1;

/**
 * What was under way at once, by Little's law. Of arrivals: iterations that ended per second, times the mean time that
 * one spends with the target. Of users, who begin as much as they end: the time that they spent with the target, by the
 * time in which they did. Pauses are no part of it, and a task that is awaited counts as long as it took.
 *
 * @param load how many iterations per second were offered, and how many ended; or the users, who are never under way
 * more than once, though in a short window more time may begin than fits into it.
 * @returns `null` where no whole iteration can be told.
 */
export function inFlightOf(
  totals: PhaseTotals,
  load: { readonly achieved: number | null; readonly rate: number } | { readonly users: number },
): number | null {
  // A request belongs to a whole second.
  const { from, to } = wholeSeconds(totals.window);
  const seconds = Math.min(to, totals.coveredMs / 1000) - from;
  const spentMs = spentWithTargetMs(totals);
  if (seconds <= 0 || spentMs === 0) return null;
  if ('users' in load) return Math.min(load.users, spentMs / 1000 / seconds);
  const { achieved, rate } = load;
  const begun = rate * seconds - totals.dropped;
  return achieved === null || begun < 1 ? null : concurrencyOf(achieved, spentMs / begun);
}

function spentWithTargetMs(totals: PhaseTotals): number {
  const spentUs = totals.steps.reduce((sum, step) => {
    const task = timesOf('ttc', [step]).whole;
    return sum + (task.count > 0 ? task.sumUs : step.ok.sumUs + step.failed.sumUs);
  }, 0);
  return spentUs / 1000;
}

/** Fits the universal scalability law to the trials. It explains what was measured and decides nothing. */
export function explainCapacity(trials: readonly TrialResult[]): CapacityExplanation {
  const scalability = fitScalability(levelsOf(trials), seededRandom(seed));
  if (scalability.kind === 'not-fitted')
    return { kind: 'unknown', reason: `why throughput bends cannot be said: ${scalability.reason}` };
  if (scalability.misfit > maxMisfit) {
    const reason = `why throughput bends cannot be said: the trials lie ${percent(scalability.misfit)} off any curve of contention and crosstalk, as where a fixed number of workers or a rate limit ends it at once`;
    return { kind: 'unknown', reason };
  }
  const { contention, contentionRange, crosstalk, crosstalkRange, peak } = scalability;
  const told = { contention, contentionRange, crosstalk, crosstalkRange, peak };
  return { kind: causeOf(scalability), ...told, reason: inWords(scalability) };
}

/** One point for each level: the confirming trial adds no level of its own. */
function levelsOf(trials: readonly TrialResult[]): ConcurrencyPoint[] {
  const levels = new Map<number, ConcurrencyPoint[]>();
  for (const { level, achieved, inFlight, errors } of trials) {
    if (achieved === null || inFlight === undefined || inFlight === null || (errors ?? 0) > maxErrors)
      continue;
    const known = levels.get(level) ?? [];
    levels.set(level, [...known, { concurrency: inFlight, throughput: achieved }]);
  }
  return [...levels.values()].map((points) => ({
    concurrency: mean(points.map(({ concurrency }) => concurrency)),
    throughput: mean(points.map(({ throughput }) => throughput)),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function causeOf({ contentionRange, crosstalkRange }: ScalabilityFit): 'crosstalk' | 'contention' | 'none' {
  if (crosstalkRange.low > 0) return 'crosstalk';
  return contentionRange.low > 0 ? 'contention' : 'none';
}

function inWords(fit: ScalabilityFit): string {
  const { contention, contentionRange: waits, crosstalk, crosstalkRange: talks, peak } = fit;
  const waiting = `${percent(contention)} of the work waits for its turn (90 % interval ${percent(waits.low)} to ${percent(waits.high)})`;
  switch (causeOf(fit)) {
    case 'none':
      return 'neither contention nor crosstalk is proven: no peak as far as was tried';
    case 'contention':
      return `contention: ${waiting}; crosstalk is not proven, so there is no peak as far as was tried`;
    case 'crosstalk': {
      const keeping = `crosstalk: keeping in step costs ${percent(crosstalk)} for each other that is under way (90 % interval ${percent(talks.low)} to ${percent(talks.high)})`;
      const top =
        peak === null
          ? 'the peak lies beyond what was tried'
          : `throughput peaks at ${perSecond(peak.throughput)} with ${Math.round(peak.concurrency)} under way`;
      return waits.low > 0 ? `${keeping}; ${waiting}; ${top}` : `${keeping}; ${top}`;
    }
  }
}
