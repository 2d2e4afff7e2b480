/** What changed between two sides of recordings, function by function, and how sure that is. */
import { blocksOf, leastBlocks, leastSamples, type Block, type Cost } from './blocks';
import type { Profile, WeightUnit } from './profile';
import { benjaminiHochberg, estimate, welch } from './significance';

export interface Side {
  /** Of the same program under the same load. */
  readonly recordings: readonly Profile[];
  /** Requests that were answered during each recording, where that is known. */
  readonly requests?: readonly number[];
}

export interface Delta {
  readonly before: number;
  readonly after: number;
  /** `after` less `before`, and the interval that holds the true difference with 95 %; `null` where it has none. */
  readonly difference: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Corrected for all functions that were asked of. */
  readonly p: number | null;
  readonly verdict: 'grew' | 'shrank' | 'no-evidence';
}

export interface FunctionDelta {
  readonly name: string;
  readonly file: string;
  /** Shares of all samples, from 0 to 1. They say nothing of the whole program getting slower. */
  readonly self: Delta;
  readonly total: Delta;
  /** Weight per request, in the unit of the profiles; `null` where requests are not known. */
  readonly selfPerRequest: Delta | null;
  readonly totalPerRequest: Delta | null;
}

export interface ProfileComparison {
  readonly unit: WeightUnit;
  /** Why there are no intervals, or why weight is not told per request; each a sentence without a final full stop. */
  readonly notes: readonly string[];
  /** Largest change of the own share first. */
  readonly functions: readonly FunctionDelta[];
}

/** A function below this share on both sides is left out: nobody would act on it, and each costs the others certainty. */
const leastShare = 0.002;
const level = 0.05;

export function compareProfiles(before: Side, after: Side): ProfileComparison {
  const sides = { before: blocksOf(before.recordings), after: blocksOf(after.recordings) };
  const unit = before.recordings[0]?.unit ?? 'samples';
  const obstacle = requestsObstacle(before, after);
  const keys = comparedKeys([...sides.before, ...sides.after]);
  const shares = (part: keyof Cost): Delta[] => deltas(keys, sides, shareOf(part));
  const perRequest = (part: keyof Cost): (Delta | null)[] =>
    obstacle === undefined ? deltas(keys, sides, perRequestOf(part, before, after)) : keys.map(() => null);
  const [self, total] = [shares('self'), shares('total')];
  const [selfPerRequest, totalPerRequest] = [perRequest('self'), perRequest('total')];
  const functions = keys.flatMap((key, i): FunctionDelta[] => {
    const [file = '', name = ''] = key.split('\n');
    const [own, all] = [self[i], total[i]];
    if (own === undefined || all === undefined) return [];
    return [
      {
        name,
        file,
        self: own,
        total: all,
        selfPerRequest: selfPerRequest[i] ?? null,
        totalPerRequest: totalPerRequest[i] ?? null,
      },
    ];
  });
  return {
    unit,
    notes: [...blockNotes(sides), ...(obstacle === undefined ? [] : [obstacle])],
    functions: functions.sort((a, b) => Math.abs(b.self.difference) - Math.abs(a.self.difference)),
  };
}

interface Sides {
  readonly before: readonly Block[];
  readonly after: readonly Block[];
}

/** The value of a function in a block, and the variance that counting samples alone gives it. */
type Measure = (
  cost: Cost | undefined,
  block: Block,
  side: 'before' | 'after',
) => { value: number; least: number };

function shareOf(part: keyof Cost): Measure {
  return (cost, block) => {
    const value = (cost?.[part] ?? 0) / block.whole;
    // One more sample of it and one of something else: that it was not seen does not say that it never is.
    const likely = (value * block.samples + 1) / (block.samples + 2);
    return { value, least: (likely * (1 - likely)) / block.samples };
  };
}

function perRequestOf(part: keyof Cost, before: Side, after: Side): Measure {
  return (cost, block, side) => {
    const requests = ({ before, after }[side].requests?.[block.recording] ?? 1) * block.part;
    const value = (cost?.[part] ?? 0) / requests;
    // So many samples as the weight stands for, each of the mean weight, and one more as above.
    const perSample = block.whole / block.samples / requests;
    return { value, least: (value + perSample) * perSample };
  };
}

function deltas(keys: readonly string[], sides: Sides, measure: Measure): Delta[] {
  const compared = keys.map((key) => {
    const side = (name: 'before' | 'after'): { values: number[]; least: number } => {
      const measured = sides[name].map((block) => measure(block.costs.get(key), block, name));
      return {
        values: measured.map(({ value }) => value),
        least: measured.reduce((sum, { least }) => sum + least, 0) / measured.length,
      };
    };
    return compareValues(side('before'), side('after'));
  });
  const tested = compared.flatMap(({ p }, i) => (p === null ? [] : [{ p, i }]));
  const corrected = benjaminiHochberg(tested.map(({ p }) => p));
  const pOf = new Map(tested.map(({ i }, place) => [i, corrected[place] ?? 1]));
  return compared.map((delta, i) => {
    const p = pOf.get(i) ?? null;
    const isProven = p !== null && p < level;
    const direction = delta.difference > 0 ? 'grew' : 'shrank';
    return { ...delta, p, verdict: isProven && delta.difference !== 0 ? direction : 'no-evidence' };
  });
}

function compareValues(
  before: { values: readonly number[]; least: number },
  after: { values: readonly number[]; least: number },
): Omit<Delta, 'verdict'> {
  const [a, b] = [estimate(before.values, before.least), estimate(after.values, after.least)];
  const facts = { before: a.mean, after: b.mean };
  if (a.count < leastBlocks || b.count < leastBlocks)
    return { ...facts, difference: b.mean - a.mean, interval: null, p: null };
  const { value, low, high, p } = welch(a, b);
  return { ...facts, difference: value, interval: { low, high }, p };
}

function comparedKeys(blocks: readonly Block[]): string[] {
  const largest = new Map<string, number>();
  for (const { costs, whole } of blocks)
    for (const [key, { total }] of costs) largest.set(key, Math.max(largest.get(key) ?? 0, total / whole));
  return [...largest].filter(([, share]) => share >= leastShare).map(([key]) => key);
}

function blockNotes({ before, after }: Sides): string[] {
  const few = [before, after].some((blocks) => blocks.length < leastBlocks);
  if (!few) return [];
  return [
    `a side has too little to say how much it varies: record at least ${leastBlocks} times a side, or once with ${leastSamples} samples in the order of time`,
  ];
}

/** Samples of unknown length cannot be set against requests: twice the rate would be twice the cost. */
function requestsObstacle(before: Side, after: Side): string | undefined {
  const units = new Set([...before.recordings, ...after.recordings].map(({ unit }) => unit));
  if (units.size > 1)
    return 'the sides are in different units, so that weight per request cannot be compared';
  const isKnown = [before, after].every(
    ({ recordings, requests }) =>
      requests?.length === recordings.length && requests.every((count) => count > 0),
  );
  if (!isKnown) return 'how many requests were answered during the recordings is not known';
  if (units.has('samples'))
    return 'the recordings count samples without their length, so that weight per request cannot be told';
  return undefined;
}
