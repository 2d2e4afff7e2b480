/** Series whose course is known, and what is said of their steadiness. */
import { normal, seededRandom } from '../../core/measure/random';
import { steadyState, type SteadyState } from '../../core/measure/steady';

type Course = (second: number) => number;

/** Values around a course, with noise that resembles its neighbours as that of a queue does. */
export function seriesAround(course: Course, seed: number, length = 300, noise = 0.1): number[] {
  const random = seededRandom(seed);
  let carried = 0;
  return Array.from({ length }, (_, i) => {
    carried = 0.5 * carried + normal(random) * Math.sqrt(0.75);
    return course(i) * (1 + noise * carried);
  });
}

export const courses = {
  level: () => 100,
  'start-up of a tenth': (i) => (i < 30 ? 300 - 6 * i : 100),
  'rise by a third': (i) => 100 + i / 9,
  'fall by a quarter': (i) => 140 - i / 9,
  'break in the last third': (i) => (i < 200 ? 100 : 400),
  'wide swing': (i) => (i % 40 < 20 ? 30 : 170),
} as const satisfies Record<string, Course>;

export type CourseName = keyof typeof courses;

/** The share of so many series that is found to be of each kind. */
export function kindsOf(
  course: CourseName,
  series: number,
  length?: number,
): Readonly<Record<SteadyState['kind'], number>> {
  const found = {
    ...{ unknown: 0, plateau: 0, unsettled: 0, scattered: 0 },
    'drifting-up': 0,
    'drifting-down': 0,
  };
  for (let seed = 0; seed < series; seed++) {
    found[steadyState(seriesAround(courses[course], seed, length)).kind] += 1 / series;
  }
  return found;
}
