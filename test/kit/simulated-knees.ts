/** Curves of throughput over load whose bend is known, and what the detector says of them. */
import { findKnee, type LoadPoint } from '../../core/measure/knee';
import { normal, seededRandom, type Random } from '../../core/measure/random';

/** Where the curves with a bend have it, in arrivals per second. */
export const bendAt = 1000;

type Course = (offered: number) => number;

/** Laws of a service: what it delivers of what is offered. */
export const courses = {
  straight: (offered) => offered,
  /** Each more brings a little less: a fifth less slope for each thousand. */
  'bending gently': (offered) => offered * (1 - (0.1 * offered) / bendAt),
  'slope of 0.7 beyond a bend': (offered) => Math.min(offered, bendAt + (offered - bendAt) * 0.7),
  'hard cap': (offered) => Math.min(offered, bendAt),
  /** Beyond its bend from the first level on. */
  'level from the first': () => 0.1 * bendAt,
  collapse: (offered) => Math.min(offered, 2 * bendAt - offered),
} as const satisfies Record<string, Course>;

const stepCounts = [8, 12, 24] as const;
const noises = [0.01, 0.03, 0.06] as const;

function curve(steps: number, noise: number, random: Random, delivered: Course): LoadPoint[] {
  return Array.from({ length: steps }, (_, i) => {
    const offered = ((i + 1) / steps) * 1.6 * bendAt;
    return { offered, delivered: delivered(offered) * (1 + noise * normal(random)) };
  });
}

export interface FoundKnees {
  readonly steps: number;
  readonly noise: number;
  readonly curves: number;
  /** The loads at which a knee was said to be, in order. */
  readonly at: readonly number[];
}

/** The knees found in so many curves for each number of steps and each noise. */
export function kneesOf(course: keyof typeof courses, curvesEach: number): FoundKnees[] {
  const random = seededRandom(42);
  return stepCounts.flatMap((steps) =>
    noises.map((noise) => {
      const at: number[] = [];
      for (let i = 0; i < curvesEach; i++) {
        const knee = findKnee(curve(steps, noise, random, courses[course]));
        if (knee.kind === 'reached') at.push(knee.offered);
      }
      return { steps, noise, curves: curvesEach, at: at.sort((a, b) => a - b) };
    }),
  );
}

/** The share of all curves in which a knee was found. */
export function foundShare(found: readonly FoundKnees[]): number {
  const [knees, curves] = found.reduce(([at, of], each) => [at + each.at.length, of + each.curves], [0, 0]);
  return knees / curves;
}
