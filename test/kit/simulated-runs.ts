/** Runs of the same build and of a slower one, one after the other on a machine that drifts, and how they compare. */
import { comparePair, PhaseBlocks } from '../../core/measure/compare-pair';
import { comparePhases, type FigureComparison } from '../../core/measure/compare-phases';
import { summarisePhase, totalPhase } from '../../core/measure/phase-totals';
import { normal, seededRandom, type Random } from '../../core/measure/random';
import type { PhaseResult } from '../../core/run/run';
import { requests, simulatedPhase } from './simulated-stream';

/** How far runs differ for no reason that anybody could name. */
interface Machine {
  /** Deviation of the level of a run, as a share. */
  readonly runNoise: number;
  /** What the machine drifts by from one run to the next, which both builds share when they take turns. */
  readonly drift: number;
}

const perSecond = 40;

export interface SimulatedRun {
  readonly result: PhaseResult;
  readonly blocks: PhaseBlocks;
}

/** A run of one step under 40 requests/s, of which a few fail. */
function simulateRun(seconds: number, medianMs: number, random: Random): SimulatedRun {
  const times = (count: number): number[] =>
    Array.from({ length: count }, () => medianMs * Math.exp(0.4 * normal(random)));
  const tick = (at: number) => ({
    requests: [
      requests(at, times(perSecond - 1)),
      requests(at, times(1), { outcome: random() < 0.04 ? 'failed' : 'ok' }),
    ],
  });
  const records = [...simulatedPhase({ seconds, tick })];
  const window = { fromMs: 0, toMs: seconds * 1000 };
  const blocks = new PhaseBlocks('load', window);
  for (const record of records) blocks.add(record);
  const figures = summarisePhase(totalPhase(records, 'load', window), true);
  const validity = { state: 'valid' as const, evidence: [] };
  return { result: { name: 'load', verdict: 'pass', reason: '', validity, goals: [], ...figures }, blocks };
}

type Verdicts = Readonly<Record<string, FigureComparison['verdict']>>;

const verdictsOf = (figures: readonly FigureComparison[]): Verdicts =>
  Object.fromEntries(figures.map(({ metric, verdict }) => [metric, verdict]));

/** Runs in turns, compared as `benchwright compare` does. @param factor how much slower the candidate is. */
export function compareSides(runs: number, factor: number, seed: number, machine: Machine): Verdicts {
  const random = seededRandom(seed);
  const sides = { baseline: [] as PhaseResult[], candidate: [] as PhaseResult[] };
  let drifted = 1;
  for (let i = 0; i < 2 * runs; i++) {
    drifted *= Math.exp(machine.drift * normal(random));
    const level = 100 * drifted * Math.exp(machine.runNoise * normal(random));
    const isBaseline = i % 2 === 0;
    const { result } = simulateRun(30, level * (isBaseline ? 1 : factor), random);
    sides[isBaseline ? 'baseline' : 'candidate'].push(result);
  }
  const [phase] = comparePhases([{ phase: 'load', isRateGiven: true, ...sides }], random);
  return verdictsOf(phase?.figures ?? []);
}

/** One run against one, whose difference is nothing but chance within them where `factor` is 1. */
export function compareTwo(factor: number, seed: number): Verdicts {
  const random = seededRandom(seed);
  const [baseline, candidate] = [simulateRun(60, 100, random), simulateRun(60, 100 * factor, random)];
  const [phase] = comparePair(
    [
      {
        ...{ phase: 'load', isRateGiven: true, baseline: [baseline.result], candidate: [candidate.result] },
        blocks: { baseline: baseline.blocks, candidate: candidate.blocks },
      },
    ],
    random,
  );
  return verdictsOf(phase?.figures ?? []);
}

/** In what share of the comparisons any of the figures has a verdict. */
export function shareWith(
  all: readonly Verdicts[],
  verdict: FigureComparison['verdict'],
  metrics: readonly string[] = ['p50', 'p95', 'p99', 'success'],
): number {
  return all.filter((each) => metrics.some((metric) => each[metric] === verdict)).length / all.length;
}
