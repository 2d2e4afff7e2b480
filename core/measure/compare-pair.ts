/** One run against one: what differs within these two, and nothing about the next run. */
import { timeNames } from '../plan/expression/goal-shape';
import type { TimeWindow } from '../plan/load';
import { classify, compareWithinRuns, minBlocks, type MetricComparison } from './compare';
import { tell, type ComparedPhase, type PhaseComparison } from './compare-phases';
import { Histogram } from './histogram';
import { PhaseTotals, wholeSeconds } from './phase-totals';
import type { Random } from './random';
import type { StreamRecord } from './record';
import { figureName, figuresOf, minEffectOf, type ComparedMetric, type Figure } from './run-figures';
import { latenciesOf, timesOf } from './step-totals';

/** Neighbouring requests resemble each other; stretches of this length hardly do. */
const minBlockSeconds = 5;

/** More stretches than this make the interval no better, only slower to compute. */
const maxBlocks = 60;

/** A run that is alone on its side can prove only what its own stretches show. */
const alpha = 0.05;

/** The measured window of a phase cut into stretches of equal length. */
export class PhaseBlocks {
  readonly blocks: readonly PhaseTotals[];

  constructor(phase: string, window: TimeWindow) {
    const { from, to } = wholeSeconds(window);
    const seconds = Math.max(minBlockSeconds, Math.ceil((to - from) / maxBlocks));
    const count = Math.floor((to - from) / seconds);
    this.blocks = Array.from({ length: count }, (_, i) => {
      const fromMs = (from + i * seconds) * 1000;
      // What is left over at the end goes with the last stretch.
      return new PhaseTotals(phase, { fromMs, toMs: i === count - 1 ? to * 1000 : fromMs + seconds * 1000 });
    });
  }

  add(record: StreamRecord): void {
    for (const block of this.blocks) block.add(record);
  }
}

export interface PairedPhase extends ComparedPhase {
  readonly blocks: { readonly baseline: PhaseBlocks; readonly candidate: PhaseBlocks };
}

/** Compares one run with one. Every reason says that it is about these two. */
export function comparePair(phases: readonly PairedPhase[], random: Random): PhaseComparison[] {
  const figures = phases.map((phase) => (phase.obstacle === undefined ? figuresOf(phase) : []));
  const family = Math.max(1, figures.flat().filter(({ metric }) => metric in quantiles).length);
  return phases.map((phase, i) => ({
    phase: phase.phase,
    obstacle: phase.obstacle ?? null,
    figures: (figures[i] ?? []).map((figure) =>
      tell(figure, compareFigure(figure, phase, { random, alpha: alpha / family })),
    ),
  }));
}

const quantiles: Readonly<Partial<Record<ComparedMetric, number>>> = {
  p50: 0.5,
  p95: 0.95,
  p99: 0.99,
  'p50 ttc': 0.5,
  'p95 ttc': 0.95,
  'p50 ttft': 0.5,
  'p95 ttft': 0.95,
};

interface PairOptions {
  readonly random: Random;
  readonly alpha: number;
}

function compareFigure(
  figure: Figure,
  phase: PairedPhase,
  options: PairOptions,
): Omit<MetricComparison, 'name'> {
  const [before, after] = [figure.baseline[0] ?? null, figure.candidate[0] ?? null];
  if (before === null || after === null)
    return open(
      'not-comparable',
      null,
      figure.lacks ?? 'one of the two runs cannot state it: too few samples, or nothing of the kind',
    );
  const ratio = after / before;
  const q = quantiles[figure.metric];
  if (q === undefined)
    return open('no-evidence', ratio, 'one run a side says nothing of how much it varies: take several');
  const blocks = (side: PhaseBlocks): Histogram[] => side.blocks.map((block) => timesIn(block, figure));
  const within = compareWithinRuns(
    blocks(phase.blocks.baseline),
    blocks(phase.blocks.candidate),
    q,
    options.random,
    options.alpha,
  );
  if (within === undefined)
    return open(
      'no-evidence',
      ratio,
      `one run a side needs ${minBlocks * minBlockSeconds} s of measured time for an interval: measure longer, or take several runs`,
    );
  const { low, high } = within;
  const minEffect = minEffectOf(figure.metric, phase.floors?.[figureName(figure)]);
  const isProven = low > 1 || high < 1;
  const told = classify({ ...within, isProven, minEffect, better: 'lower' });
  return {
    verdict: told.verdict,
    ratio: within.ratio,
    interval: { low, high },
    p: null,
    reason: `within these two runs: ${told.reason}`,
  };
}

function open(
  verdict: MetricComparison['verdict'],
  ratio: number | null,
  reason: string,
): Omit<MetricComparison, 'name'> {
  return { verdict, ratio, interval: null, p: null, reason };
}

function timesIn(block: PhaseTotals, { scenario, step, metric }: Figure): Histogram {
  const [own] = block.stepsOf(scenario, step);
  if (own === undefined) return new Histogram();
  const time = timeNames.find((name) => metric.endsWith(` ${name}`));
  return (time === undefined ? latenciesOf([own]) : timesOf(time, [own])).whole.histogram;
}
