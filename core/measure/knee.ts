/**
 * Where throughput stops following the load: beyond a knee, each more that is offered brings at most half of what it
 * brought before, beyond doubt. A line through zero is compared with a line that bends once; the bend is
 * believed when it explains the points so much better that the two more parameters are paid for (BIC), and the slope
 * beyond it is at most half even if it is three standard errors higher than it looks. Errors grow with the load, so points are weighted by 1/x^2.
 */
import { percent, perSecond } from './figure';

export interface LoadPoint {
  /** Load that was offered, in arrivals per second, or users. */
  readonly offered: number;
  /** Successful requests, or iterations, per second. */
  readonly delivered: number;
}

export type Knee =
  | {
      readonly kind: 'reached';
      /** The load at the bend, and what was delivered there. */
      readonly offered: number;
      readonly delivered: number;
      /** Delivered for each more that was offered, before and after the bend. */
      readonly slopeBefore: number;
      readonly slopeAfter: number;
      /** How much better the bent line is, as a difference of BIC. */
      readonly evidence: number;
      readonly reason: string;
    }
  | { readonly kind: 'not-reached'; readonly reason: string };

/** With fewer points a bend could always be drawn. */
export const kneeLevels = 6;

/** A difference of BIC above which one model is strongly preferred to the other. */
const minEvidence = 6;

/** Standard errors by which the slope beyond the bend may be higher than it looks. */
const slopeDoubt = 3;

/** Places tried for the bend between two points. */
const placesPerInterval = 10;

/** Relative error below which differences are not real: keeps exact data from proving anything it likes. */
const noiseFloor = 0.001;

/** Finds the bend of throughput over load, or says why there is none. The points may be in any order. */
export function findKnee(points: readonly LoadPoint[]): Knee {
  const sorted = points
    .filter(({ offered, delivered }) => offered > 0 && delivered >= 0 && Number.isFinite(offered + delivered))
    .sort((a, b) => a.offered - b.offered);
  const levels = new Set(sorted.map(({ offered }) => offered)).size;
  if (levels < kneeLevels)
    return { kind: 'not-reached', reason: `${kneeLevels} load levels are needed, there are ${levels}` };
  const straight = bic(straightError(sorted), sorted.length, 1);
  const bent = bestBend(sorted);
  const evidence = straight - bic(bent.error, sorted.length, 3);
  if (evidence <= minEvidence)
    return { kind: 'not-reached', reason: 'throughput followed the load to the highest level tried' };
  // The slope beyond the bend rests on few points: it must be low even if it is higher than it looks.
  if (bent.slopeAfter + slopeDoubt * bent.slopeError > bent.slopeBefore / 2)
    return {
      kind: 'not-reached',
      reason: `throughput bends, but still follows the load by ${percent(bent.slopeAfter / bent.slopeBefore)} of the slope before`,
    };
  const delivered = bent.slopeBefore * bent.at;
  return {
    kind: 'reached',
    offered: bent.at,
    delivered,
    slopeBefore: bent.slopeBefore,
    slopeAfter: bent.slopeAfter,
    evidence,
    reason: `throughput stopped following the load at ${perSecond(delivered)}`,
  };
}

interface Bend {
  readonly at: number;
  readonly slopeBefore: number;
  readonly slopeAfter: number;
  /** Standard error of `slopeAfter`. */
  readonly slopeError: number;
  /** Sum of squared relative errors. */
  readonly error: number;
}

/** Tries bends from the first point up to the last but one: zero is a point that is certain, so that two lie on either side. */
function bestBend(points: readonly LoadPoint[]): Bend {
  let best: Bend = { at: 0, slopeBefore: 0, slopeAfter: 0, slopeError: Infinity, error: Infinity };
  for (let i = 0; i < points.length - 2; i++) {
    const from = points[i]?.offered ?? 0;
    const to = points[i + 1]?.offered ?? 0;
    for (let place = 0; place < placesPerInterval; place++) {
      const bend = bendAt(points, from + ((to - from) * place) / placesPerInterval);
      if (bend.error < best.error) best = bend;
    }
  }
  return best;
}

/** The best line through zero that bends at `at`: least squares over the part up to the bend and the part beyond. */
function bendAt(points: readonly LoadPoint[], at: number): Bend {
  let [uu, uv, vv, uy, vy] = [0, 0, 0, 0, 0];
  for (const { offered, delivered } of points) {
    const u = Math.min(offered, at) / offered;
    const v = Math.max(0, offered - at) / offered;
    const y = delivered / offered;
    uu += u * u;
    uv += u * v;
    vv += v * v;
    uy += u * y;
    vy += v * y;
  }
  const determinant = uu * vv - uv * uv;
  if (determinant <= 1e-12 * uu * vv)
    return { at, slopeBefore: 0, slopeAfter: 0, slopeError: Infinity, error: Infinity };
  const slopeBefore = (uy * vv - vy * uv) / determinant;
  const slopeAfter = (vy * uu - uy * uv) / determinant;
  let error = 0;
  for (const { offered, delivered } of points) {
    const fitted = slopeBefore * Math.min(offered, at) + slopeAfter * Math.max(0, offered - at);
    error += ((delivered - fitted) / offered) ** 2;
  }
  const slopeError = Math.sqrt(((error / (points.length - 3)) * uu) / determinant);
  return { at, slopeBefore, slopeAfter, slopeError, error };
}

function straightError(points: readonly LoadPoint[]): number {
  const ratios = points.map(({ offered, delivered }) => delivered / offered);
  const slope = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  return ratios.reduce((sum, ratio) => sum + (ratio - slope) ** 2, 0);
}

function bic(error: number, points: number, parameters: number): number {
  return points * Math.log(error / points + noiseFloor ** 2) + parameters * Math.log(points);
}
