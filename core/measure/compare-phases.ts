/** Two sets of runs, phase by phase and step by step: the run is the unit, and all figures are one family. */
import type { PhaseResult } from '../run/run';
import { compareRuns, type MetricComparison } from './compare';
import type { Random } from './random';
import { figureName, figuresOf, metricOf, middleOf, type Figure, type PhaseOfRuns } from './run-figures';

/** A figure on both sides, and what its difference comes to. */
export interface FigureComparison
  extends Omit<MetricComparison, 'name'>, Pick<Figure, 'scenario' | 'step' | 'metric' | 'unit'> {
  /** The middle of the runs; `null` where none states it. */
  readonly baseline: number | null;
  readonly candidate: number | null;
}

export interface PhaseComparison {
  readonly phase: string;
  /** Why nothing of the phase can be compared. */
  readonly obstacle: string | null;
  readonly figures: readonly FigureComparison[];
}

export interface ComparedPhase extends PhaseOfRuns {
  readonly obstacle?: string | undefined;
  /** By the name of the figure. */
  readonly floors?: Readonly<Record<string, number>>;
}

/** Compares several runs with several. */
export function comparePhases(phases: readonly ComparedPhase[], random: Random): PhaseComparison[] {
  const figures = phases.flatMap((phase) => (phase.obstacle === undefined ? figuresOf(phase) : []));
  const floorOf = (figure: Figure): number | undefined =>
    phases.find(({ phase }) => phase === figure.phase)?.floors?.[figureName(figure)];
  const compared = compareRuns(
    figures.map((figure) => metricOf(figure, floorOf(figure))),
    { random },
  );
  return phases.map(({ phase, obstacle }) => ({
    phase,
    obstacle: obstacle ?? null,
    figures: figures.flatMap((figure, i) => {
      const comparison = compared[i];
      return figure.phase === phase && comparison !== undefined ? [tell(figure, comparison)] : [];
    }),
  }));
}

/** Puts what a difference came to beside the figure that it is about. */
export function tell(figure: Figure, comparison: Omit<MetricComparison, 'name'>): FigureComparison {
  const { scenario, step, metric, unit } = figure;
  const { verdict, ratio, interval, p, reason } = comparison;
  const [baseline, candidate] = [middleOf(figure.baseline), middleOf(figure.candidate)];
  return { scenario, step, metric, unit, baseline, candidate, verdict, ratio, interval, p, reason };
}

/**
 * Why a phase of a run is no ground for a comparison. A goal that was broken is none: the slower side may well break
 * goals.
 */
export function whyUnfit(run: string, result: PhaseResult | undefined): string | undefined {
  if (result === undefined) return `${run} did not run it`;
  const { verdict, reason, validity } = result;
  if (verdict === 'incomplete' || verdict === 'aborted' || verdict === 'tool-error')
    return `${run} is ${verdict}: ${reason}`;
  if (validity.state !== 'invalid') return undefined;
  return `the figures of ${run} are invalid: ${validity.evidence.map(({ message }) => message).join('; ')}`;
}
