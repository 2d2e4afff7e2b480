/** Whether a target is overloaded beyond doubt, by what arrived and what got done, second by second. */
import type { TimeWindow } from '../plan/load';
import { deliveredPerSecond, type LoadSample } from './load-samples';

export interface Overload {
  /** Iterations per second that were got done, after the start. */
  readonly served: number;
  /** Arrivals that were not served, at the start and at the end of the time that shows it. */
  readonly from: number;
  readonly to: number;
}

/** A service that takes long to answer fills up first: so many times the time of an iteration at rest. */
const fillingTimes = 4;

/**
 * @param window up to now, where the load still goes on.
 * @param rate arrivals per second.
 * @param iterationMs how long an iteration takes where the target keeps up; without it nothing is beyond doubt.
 */
export function overload(
  samples: readonly LoadSample[],
  window: TimeWindow,
  rate: number,
  iterationMs: number | undefined,
): Overload | undefined {
  if (iterationMs === undefined) return undefined;
  const backlogs = backlogsOf(samples, window, rate);
  const filledMs = fillingTimes * iterationMs;
  const within = backlogs.filter(({ fromMs }) => fromMs >= Math.max(filledMs, window.fromMs - slackMs));
  const found = gross(backlogs, rate, iterationMs) ?? large(within, rate) ?? steady(within, rate);
  const [first, last] = [found?.[0], found?.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  // A service that answers at once is full by the last record, be it the only one after its start.
  const served = deliveredPerSecond(samples, {
    fromMs: first.fromMs === 0 ? last.fromMs : first.fromMs,
    toMs: last.toMs,
  });
  if (served === null) return undefined;
  return { served, from: Math.max(0, first.unserved - first.growth), to: last.unserved };
}

/** What arrived and was not served at the end of a record, and by how much that grew in it. */
interface Backlog {
  readonly fromMs: number;
  readonly toMs: number;
  readonly unserved: number;
  readonly growth: number;
}

/** A record may begin a little before the window: the tool does not write its records by the clock of the load. */
const slackMs = 500;

/** Arrivals are reckoned by their rate: those that come at random scatter around it, as the growth of a queue does. */
export function backlogsOf(
  samples: readonly LoadSample[],
  window: Pick<TimeWindow, 'toMs'>,
  rate: number,
): Backlog[] {
  let unserved = 0;
  return samples.flatMap(({ endMs, durationMs, iterations }) => {
    const fromMs = Math.max(0, endMs - durationMs);
    const growth =
      (rate * (Math.min(endMs, window.toMs) - Math.min(fromMs, window.toMs))) / 1000 - iterations;
    unserved += growth;
    // After the end of the load nothing arrives any more.
    return endMs <= window.toMs + slackMs / 10 ? [{ fromMs, toMs: endMs, unserved, growth }] : [];
  });
}

/** So large a share of the arrivals that was not served needs no statistics. */
const grossShare = 0.25;
const grossRecords = 2;

/** Deviations of the number of random arrivals, and of what random service gets done, that chance never reaches. */
const hopelessDeviations = 6;

/** Some records in a row, of which each left much undone. It must end soon: what collapses under more takes long to recover. */
function gross(
  backlogs: readonly Backlog[],
  rate: number,
  iterationMs: number,
): readonly Backlog[] | undefined {
  const last = backlogs.slice(-grossRecords);
  const [end] = last.slice(-1);
  if (last.length < grossRecords || end === undefined) return undefined;
  const isGross = last.every(
    ({ fromMs, toMs, growth }) => growth * 1000 >= grossShare * rate * (toMs - fromMs),
  );
  const underWay = (rate * iterationMs) / 1000;
  const least = Math.max(
    fillingTimes * underWay,
    underWay + hopelessDeviations * Math.sqrt((rate * end.toMs) / 1000),
  );
  return isGross && end.unserved >= least ? last : undefined;
}

/** Records that show a collapse: three quarters of a second where the tool tells of itself four times a second. */
const collapseRecords = 3;

/** Deviations of the arrivals in them that are unlikely enough to look again elsewhere. */
const unlikelyDeviations = 4;

/**
 * The first signs that a target collapses: record after record it gets less done than it did at a load that it held. It
 * gets worse with all that arrives, and takes the longer to recover. A pause looks alike, but that nothing is got done.
 *
 * @param records as short as the tool writes them.
 * @param held the highest rate that the target held, per second.
 */
export function collapse(
  records: readonly LoadSample[],
  window: Pick<TimeWindow, 'toMs'>,
  { rate, held, iterationMs }: { readonly rate: number; readonly held: number; readonly iterationMs: number },
): { readonly from: number; readonly to: number } | undefined {
  const last = backlogsOf(records, window, rate).slice(-collapseRecords);
  const [first, end] = [last[0], last.at(-1)];
  if (last.length < collapseRecords || first === undefined || end === undefined) return undefined;
  const isLess = last.every(({ fromMs, toMs, growth }) => {
    const seconds = (toMs - fromMs) / 1000;
    const done = rate * seconds - growth;
    return done > 0 && done < held * seconds && growth >= grossShare * rate * seconds;
  });
  const underWay = (rate * iterationMs) / 1000;
  const least = Math.max(fillingTimes * underWay, unlikelyDeviations * Math.sqrt(arrivalsOf(last, rate)));
  if (!isLess || end.unserved < least) return undefined;
  return { from: Math.max(0, first.unserved - first.growth), to: end.unserved };
}

/** From this share of the arrivals on that were not served, no luck explains it. */
export const largeShare = 0.1;
const largeParts = 3;

/** So much growth in all, and some of it in each third, that neither chance nor a pause explains it. */
function large(backlogs: readonly Backlog[], rate: number): readonly Backlog[] | undefined {
  if (backlogs.length < largeParts) return undefined;
  const parts = Array.from({ length: largeParts }, (_, part) => {
    const at = (index: number): number => Math.round((index * backlogs.length) / largeParts);
    return backlogs.slice(at(part), at(part + 1));
  });
  const growsThroughout = parts.every((part) => growthOf(part) >= (largeShare / 2) * arrivalsOf(part, rate));
  const arrivals = arrivalsOf(backlogs, rate);
  const least = Math.max(largeShare * arrivals, hopelessDeviations * Math.sqrt(arrivals));
  return growsThroughout && growthOf(backlogs) >= least ? backlogs : undefined;
}

function growthOf(backlogs: readonly Backlog[]): number {
  return backlogs.reduce((sum, { growth }) => sum + growth, 0);
}

function arrivalsOf(backlogs: readonly Backlog[], rate: number): number {
  return backlogs.reduce((sum, { fromMs, toMs }) => sum + (rate * (toMs - fromMs)) / 1000, 0);
}

/** A smaller growth may be that of a queue that has not yet come to its length. */
const steadyShare = 0.005;

/** Iterations that more must be under way. */
const minGrowth = 3;

/** Student's t that chance exceeds once in 2000 times, by the number of records. */
const criticalT: Readonly<Record<number, number>> = {
  ...{ 4: 12.9, 5: 8.6, 6: 6.9, 7: 6, 8: 5.4, 9: 5 },
};
const criticalTOfMany = 4.8;
const minRecords = 4;

/** What is counted in whole iterations scatters by this much at least. */
const leastDeviation = 0.5;

/** Growth in each record, so even that no walk of a queue explains it. */
function steady(backlogs: readonly Backlog[], rate: number): readonly Backlog[] | undefined {
  const whole = backlogs.filter(({ fromMs, toMs }) => toMs - fromMs >= slackMs);
  const count = whole.length;
  if (count < minRecords) return undefined;
  const rates = whole.map(({ fromMs, toMs, growth }) => (growth * 1000) / (toMs - fromMs));
  const mean = rates.reduce((sum, value) => sum + value, 0) / count;
  const variance = rates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const deviation = Math.max(leastDeviation, Math.sqrt(variance));
  const total = whole.reduce((sum, { growth }) => sum + growth, 0);
  if (mean < steadyShare * rate || total < minGrowth) return undefined;
  const t = (mean * Math.sqrt(count)) / deviation;
  return t >= (criticalT[count] ?? criticalTOfMany) ? whole : undefined;
}
