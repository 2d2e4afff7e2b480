/** What the resources of a phase say once it is over: what saturated first, and the figures that reports need. */
import { parseGoal } from '../plan/expression/goal';
import type { LoadPhase, LoadUnit, Plan } from '../plan/schema';
import type { PhaseResult } from '../run/run';
import { trialName } from '../run/trial-name';
import type { JudgedTrial } from './judge-trial';
import type { SeriesPoint } from './phase-series';
import { generatorComponent } from './record';
import { summariseResources } from './resource-summary';
import type { ResourceWatch } from './resource-watch';
import { findSaturation } from './saturation';
import { firstBreach, type PointsOf } from './saturation-breach';
import { usualDistanceMs, type Machine } from './saturation-gauges';
import { courseOfLoad, courseOfTrials, type LoadCourse, type TrialSpan } from './saturation-stages';
import type { Consequence } from './saturation-words';

export interface ResourceEvidence {
  readonly plan: Plan;
  readonly watch: ResourceWatch;
  /** Where the generator ran. */
  readonly machine: Machine;
}

type Judged = Pick<PhaseResult, 'saturation' | 'resources'>;

/** @param pointsOf the phase over time: of all steps, of a scenario, or of a step. */
export function judgeLoadResources(
  load: LoadPhase,
  result: PhaseResult,
  evidence: ResourceEvidence,
  pointsOf: (selection: PointsOf) => readonly SeriesPoint[],
): Judged {
  const { plan, watch } = evidence;
  const distances = watch.tracks
    .series()
    .filter(({ component }) => component !== generatorComponent)
    .map(({ points }) => usualDistanceMs(points));
  const course = courseOfLoad(load, pointsOf({}), Math.max(0, ...distances));
  const goals = plan.goals.flatMap((text) => {
    const { goal } = parseGoal(text);
    return goal === undefined ? [] : [{ text, goal }];
  });
  return judge(course, firstBreach(goals, load, result, pointsOf), result, evidence);
}

/** The resources of a search by the loads of its trials. */
export function judgeSearchResources(
  trials: readonly JudgedTrial[],
  result: PhaseResult,
  evidence: ResourceEvidence,
): Judged {
  const { watch } = evidence;
  const { unit } = result.capacity ?? { unit: 'per-second' };
  const spans = tellingTrials(trials).flatMap((judged) => spanOf(judged, { name: result.name, unit }, watch));
  const course = courseOfTrials(spans, unit, watch.beginMs ?? 0);
  return judge(course, limitOf(result), result, evidence);
}

/** At the upper bound: a rate that broke and held when it was tried again is no limit. */
function limitOf({ capacity }: PhaseResult): Consequence | undefined {
  if (capacity?.upper == null) return undefined;
  return { what: `the search broke (${capacity.brokeFirst ?? 'for no reason told'})`, load: capacity.upper };
}

/** A trial that was cut tells less of what fills up than one at such a load that went on. */
function tellingTrials(trials: readonly JudgedTrial[]): readonly JudgedTrial[] {
  const hasOverload = trials.some(({ trial }) => trial.purpose === 'overload');
  return hasOverload ? trials.filter(({ isCut }) => !isCut) : trials;
}

/** The measured time of a trial, which may have been ended early. */
function spanOf(
  { trial, phase }: JudgedTrial,
  { name, unit }: { readonly name: string; readonly unit: LoadUnit },
  watch: ResourceWatch,
): TrialSpan[] {
  const span = watch.span(trialName({ phase: name, number: trial.number, level: trial.level, unit }));
  if (span === undefined) return [];
  const { fromMs, toMs } = phase.window;
  const { level, achieved } = trial;
  return [
    {
      level,
      achieved,
      fromMs: span.startMs + fromMs,
      toMs: Math.min(span.endMs, span.startMs + toMs),
    },
  ];
}

function judge(
  course: LoadCourse,
  consequence: Consequence | undefined,
  result: PhaseResult,
  { plan, watch, machine }: ResourceEvidence,
): Judged {
  const series = watch.tracks.series();
  const gaps = watch.tracks.gaps();
  const isTargets = ({ component }: { readonly component: string }): boolean =>
    component !== generatorComponent;
  // Where nothing of a target was to be read, there is no question to answer.
  if (!series.some(isTargets) && !gaps.some(isTargets)) return {};
  const targets = Object.keys(plan.targets);
  return {
    saturation: findSaturation({ course, series, gaps, targets, machine, consequence }),
    ...usedResources(result, watch),
  };
}

/** What a load used while it was measured. */
export function usedResources(
  { loadStartMs, window }: PhaseResult,
  { tracks }: ResourceWatch,
): Pick<PhaseResult, 'resources'> {
  if (loadStartMs === null) return {};
  const used = summariseResources(tracks.series(), loadStartMs + window.fromMs, loadStartMs + window.toMs);
  return used.length > 0 ? { resources: used } : {};
}
