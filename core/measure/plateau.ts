/** Where throughput stopped following the load of a search, by all its trials so far, and whether one trial shows it. */
import type { LoadModel } from '../plan/load';
import { findKnee, type LoadPoint } from './knee';
import { minPileShare } from './load-samples';

export interface Plateau {
  /** What is said of a trial beyond it. */
  readonly why: string;
  /** The level at the bend. */
  readonly bend: number;
  /** Successful iterations per second that each level below the bend brings. */
  readonly slope: number;
}

/** @returns `undefined` where throughput is not proven to bend. */
export function findPlateau(points: readonly LoadPoint[]): Plateau | undefined {
  const knee = findKnee(points);
  if (knee.kind !== 'reached') return undefined;
  return { why: `plateau: ${knee.reason}`, bend: knee.offered, slope: knee.slopeBefore };
}

/** A bend so near the lowest level tried may as well lie below it. */
const nearLowest = 1.15;

/** Whether throughput was level from the lowest level tried on, so that nobody knows up to where it followed. */
export function isLevelFrom(lowest: number, bend: number): boolean {
  return bend < lowest * nearLowest;
}

/** What a load brings that is followed. */
interface Line {
  /** Iterations per second for each level. */
  readonly slope: number;
  /** The share that may be missing by chance. */
  readonly slack: number;
}

/** Arrivals come whatever becomes of those before them. */
const arrivals: Line = { slope: 1, slack: minPileShare };

/** The bend is that of all trials, so that one alone has less to prove. */
const slackOfUsers = 0.01;

function lineOf(model: LoadModel, { slope }: Plateau): Line {
  return model === 'open' ? arrivals : { slope, slack: slackOfUsers };
}

/** So much below the line a trial is not by chance. */
const plainShare = 0.1;

/**
 * How a trial stands to the plateau: `followed`, or left behind, `plainly` or by so little that it may be chance. Whatever
 * the bend of all trials says, one that got done what its load brings where nobody waits did not stop following.
 */
export function standTo(
  plateau: Plateau,
  { offered, delivered }: LoadPoint,
  model: LoadModel,
): 'followed' | 'behind' | 'plainly-behind' {
  const { slope, slack } = lineOf(model, plateau);
  const missing = 1 - delivered / (offered * slope);
  if (plateau.bend >= offered || missing <= slack) return 'followed';
  return missing > plainShare ? 'plainly-behind' : 'behind';
}

/** @returns the lowest level above all that users were followed to. */
export function lowestBehind(plateau: Plateau, points: readonly LoadPoint[]): number | undefined {
  const isFollowed = (point: LoadPoint): boolean => standTo(plateau, point, 'closed') === 'followed';
  const highest = Math.max(0, ...points.filter(isFollowed).map(({ offered }) => offered));
  const behind = points.map(({ offered }) => offered).filter((offered) => offered > highest);
  return behind.length === 0 ? undefined : Math.min(...behind);
}
