/** How often the statistics are right, in simulations whose truth is known: repeatable, since every seed is fixed. */
import { Distribution } from '../../core/measure/distribution';
import { interval } from '../../core/measure/interval';
import { isMet, printClaims, type Claim, type ClaimTable } from '../kit/claims';
import { courses, kindsOf } from '../kit/simulated-courses';
import { bendAt, foundShare, kneesOf } from '../kit/simulated-knees';
import { compareSides, compareTwo, shareWith } from '../kit/simulated-runs';
import { coverageOf, laws, type IntervalOf, type LawName } from '../kit/simulated-waits';

const curvesEach = 200;

function kneeTable(): ClaimTable {
  const without = (['straight', 'bending gently', 'slope of 0.7 beyond a bend'] as const).map(
    (course): Claim => ({
      what: `false knees in ${9 * curvesEach} curves: ${course}`,
      measured: foundShare(kneesOf(course, curvesEach)),
      unit: 'share',
      goal: { atMost: 0.01 },
    }),
  );
  const found: Claim[] = (['hard cap', 'collapse'] as const).map((course) => ({
    what: `knees found in ${9 * curvesEach} curves: ${course}`,
    measured: foundShare(kneesOf(course, curvesEach)),
    unit: 'share',
    // A cap that is missed costs less than one that is not there, so doubt counts against it.
    goal: { atLeast: 0.97 },
  }));
  return { title: 'The knee of throughput over load', claims: [...without, ...found, ...estimates()] };
}

/** Where a cap at 1,000/s is said to be. */
function estimates(): Claim[] {
  return kneesOf('hard cap', curvesEach).flatMap(({ steps, noise, at }) =>
    [0.05, 0.95].map((share): Claim => ({
      what: `p${share * 100} of the estimate of ${bendAt}/s: ${steps} steps, noise ${noise * 100} %`,
      measured: at[Math.round(share * (at.length - 1))] ?? NaN,
      unit: '/s',
    })),
  );
}

const quantiles = [0.5, 0.95, 0.99] as const;
const coverageRuns = 2000;

/** What is printed beside a percentile, from what a run keeps of its seconds. */
const printed: IntervalOf = (seconds, q) => {
  const times = new Distribution();
  for (const [at, histogram] of seconds.entries())
    times.add({ histogram, sumUs: 0, minUs: 0, maxUs: Infinity }, at);
  return interval(q, times.histogram, 0.95, times.blocks);
};

function coverageTable(): ClaimTable {
  const claims = (Object.keys(laws) as LawName[]).flatMap((law) =>
    [1000, 1500, 3000, 10_000].flatMap((samples) =>
      coverageOf(law, { samples, runs: coverageRuns }, quantiles, printed).map(({ told, held }, i) =>
        coverageClaim(
          `${law}, ${samples.toLocaleString('en')} samples, p${(quantiles[i] ?? NaN) * 100}`,
          told,
          held,
        ),
      ),
    ),
  );
  return { title: `How often the 95 % interval holds the true percentile, of ${coverageRuns} runs`, claims };
}

/** A share of 2,000 runs is off by one point in one of twenty. */
function coverageClaim(what: string, told: number, held: number): Claim {
  if (told === 0) return { what: `${what}: runs with an interval`, measured: told, unit: 'share' };
  return { what, measured: held, unit: 'share', goal: { atLeast: 0.93, atMost: 0.97 } };
}

const pairs = 200;

/** Runs of one build differ by 2 % on a quiet machine and by more on a shared one, where more runs are needed. */
const situations = [
  { runs: 5, runNoise: 0.02, isGoal: true },
  { runs: 5, runNoise: 0.03, isGoal: false },
  { runs: 8, runNoise: 0.03, isGoal: true },
] as const;

function comparisonTable(): ClaimTable {
  const seeds = Array.from({ length: pairs }, (_, seed) => seed);
  const many = situations.flatMap(({ runs, runNoise, isGoal }) => {
    const compare = (factor: number) =>
      seeds.map((seed) => compareSides(runs, factor, seed, { runNoise, drift: 0.01 }));
    const where = `${runs} v ${runs}, runs differ by ${runNoise * 100} %`;
    return verdictClaims(where, compare(1), compare(1.1), isGoal);
  });
  // An interval from resampling is dear: half as many.
  const single = (factor: number) => seeds.slice(0, pairs / 2).map((seed) => compareTwo(factor, seed));
  const one = verdictClaims(`1 v 1 of 60 s, ${pairs / 2} of each`, single(1), single(1.1), true);
  return { title: `Comparisons in all figures of a step, ${pairs} of each kind`, claims: [...many, ...one] };
}

function verdictClaims(
  where: string,
  same: Parameters<typeof shareWith>[0],
  slower: Parameters<typeof shareWith>[0],
  isGoal: boolean,
): Claim[] {
  const found = shareWith(slower, 'slower');
  return [
    ...(['slower', 'faster'] as const).map((verdict): Claim => ({
      what: `${where}: the same called ${verdict}`,
      measured: shareWith(same, verdict),
      unit: 'share',
      goal: { atMost: 0.05 },
    })),
    {
      what: `${where}: 10 % slower found`,
      measured: found,
      unit: 'share',
      ...(isGoal && { goal: { atLeast: 0.9 } }),
    },
  ];
}

const seriesEach = 500;

function steadyTable(): ClaimTable {
  const right = {
    level: 'plateau',
    'start-up of a tenth': 'plateau',
    'rise by a third': 'drifting-up',
    'fall by a quarter': 'drifting-down',
  } as const;
  const named = (Object.keys(right) as (keyof typeof right)[]).map((course): Claim => ({
    what: `${course}: ${right[course]}`,
    measured: kindsOf(course, seriesEach)[right[course]],
    unit: 'share',
    goal: { atLeast: 0.95 },
  }));
  const rejected = (['break in the last third', 'wide swing'] as const).map((course): Claim => ({
    what: `${course}: not called a plateau`,
    measured: 1 - kindsOf(course, seriesEach).plateau,
    unit: 'share',
    goal: { atLeast: 0.99 },
  }));
  return {
    title: `Steady state by MSER-5, ${seriesEach} series of ${Object.keys(courses).length} courses`,
    claims: [...named, ...rejected],
  };
}

/** All tables, one after the other, so that the first is seen while the next is computed. */
export function* statisticsTables(): Generator<ClaimTable> {
  yield kneeTable();
  yield coverageTable();
  yield comparisonTable();
  yield steadyTable();
}

export { isMet, printClaims };
