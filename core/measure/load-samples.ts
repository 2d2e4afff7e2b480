/** What a constant rate of arrivals does to a target over time: what gets done, and what piles up. */
import type { TimeWindow } from '../plan/load';
import type { StreamRecord } from './record';

/** One record of the tool. Times are in milliseconds from the start of the load. */
export interface LoadSample {
  readonly endMs: number;
  readonly durationMs: number;
  /** Iterations under way at its end, and ended within it. */
  readonly users: number;
  readonly iterations: number;
}

/** What is judged by statistics comes second by second, however often the tool tells of itself. */
const secondMs = 900;

/**
 * Collects the samples of one load, of a second each.
 *
 * @param leastMs how long a sample is at least: shorter records are put together.
 * @returns what to call with its records; other records change nothing.
 */
export function collectSamples(samples: LoadSample[], leastMs = secondMs): (record: StreamRecord) => void {
  let startMs: number | undefined;
  let open: LoadSample | undefined;
  const close = (): void => {
    if (open !== undefined) samples.push(open);
    open = undefined;
  };
  return (record) => {
    if (record.kind === 'clock') startMs = record.timeMs;
    if (record.kind === 'end') close();
    if (record.kind !== 'tick' || startMs === undefined) return;
    open = {
      endMs: record.timeMs - startMs,
      durationMs: (open?.durationMs ?? 0) + record.durationMs,
      users: record.users,
      iterations: (open?.iterations ?? 0) + record.iterations,
    };
    if (open.durationMs >= leastMs) close();
  };
}

/** A shorter time says too little. */
const minCoveredMs = 500;

/**
 * Iterations per second that ended in a window; `null` where hardly any of it was recorded. A record that lies only in
 * part within the window counts by that part.
 */
export function deliveredPerSecond(samples: readonly LoadSample[], window: TimeWindow): number | null {
  let ended = 0;
  let coveredMs = 0;
  for (const { endMs, durationMs, iterations } of samples) {
    if (durationMs <= 0) continue;
    const shared = Math.min(endMs, window.toMs) - Math.max(endMs - durationMs, window.fromMs);
    if (shared <= 0) continue;
    coveredMs += shared;
    ended += (iterations * shared) / durationMs;
  }
  return coveredMs < minCoveredMs ? null : (ended / coveredMs) * 1000;
}

/** Arrivals that pile up are an overload from this share of them on: half the resolution that is usually asked for. */
export const minPileShare = 0.02;

/** What is under way goes up and down by a few by itself. */
const minPile = 3;

/** What is under way behind random arrivals may grow by some deviations of their number, and shrink again. */
const chanceDeviations = 2;

/** With fewer samples a line could be drawn through anything. */
const minSamples = 3;

/** Standard errors by which a slope must be above the bound, by the number of samples: 95 %, one-sided. */
const provenErrors: Readonly<Record<number, number>> = { 3: 6.31, 4: 2.92, 5: 2.35, 6: 2.13 };
const provenErrorsOfMany = 2;

/**
 * Whether more and more was under way, through the whole window and through its second half: a start-up ends before
 * that, an overload does not.
 *
 * @param rate arrivals per second.
 * @param isRandom whether they come at random.
 * @returns what was under way at the start and at the end by the line through the samples, or `undefined`.
 */
export function pileUp(
  samples: readonly LoadSample[],
  window: TimeWindow,
  rate: number,
  isRandom = false,
): { readonly from: number; readonly to: number } | undefined {
  const within = samples.filter(({ endMs }) => endMs >= window.fromMs && endMs <= window.toMs + 500);
  if (within.length < minSamples) return undefined;
  const whole = lineThrough(within);
  const half = lineThrough(within.slice(Math.floor(within.length / 2)));
  const least = rate * minPileShare;
  const doubt = (provenErrors[within.length] ?? provenErrorsOfMany) * whole.slopeError;
  if (whole.slope - doubt < least || half.slope < least) return undefined;
  const byChance = isRandom ? chanceDeviations * Math.sqrt((rate * (window.toMs - window.fromMs)) / 1000) : 0;
  return whole.to - whole.from < Math.max(minPile, byChance)
    ? undefined
    : { from: Math.max(0, whole.from), to: whole.to };
}

/** By Little's law, from a load that the target kept up with; `undefined` where nothing was recorded in the window. */
export function iterationMsOf(samples: readonly LoadSample[], window: TimeWindow): number | undefined {
  const within = samples.filter(({ endMs }) => endMs >= window.fromMs && endMs <= window.toMs + 500);
  const done = within.reduce((sum, { iterations }) => sum + iterations, 0);
  const userMs = within.reduce((sum, { users, durationMs }) => sum + users * durationMs, 0);
  return done === 0 ? undefined : userMs / done;
}

interface Line {
  /** Users per second. */
  readonly slope: number;
  readonly slopeError: number;
  readonly from: number;
  readonly to: number;
}

function lineThrough(samples: readonly LoadSample[]): Line {
  const points = samples.map(({ endMs, users }) => ({ x: endMs / 1000, y: users }));
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const xx = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const xy = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const slope = xx === 0 ? 0 : xy / xx;
  const rest = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const at = (x: number): number => meanY + slope * (x - meanX);
  return {
    slope,
    slopeError: xx === 0 || points.length < 3 ? 0 : Math.sqrt(rest / (points.length - 2) / xx),
    from: at(points[0]?.x ?? 0),
    to: at(points.at(-1)?.x ?? 0),
  };
}
