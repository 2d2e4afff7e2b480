/** What the finding rests on, why there is none, and what else has to be known to believe it. */
import { generatorComponent } from './record';
import { growthNotes } from './resource-growth';
import type { ResourceGap, ResourceSeries } from './resource-series';
import type { Gauge, Machine } from './saturation-gauges';
import { fillsOf } from './saturation-onset';
import type { LoadCourse } from './saturation-stages';
import { fillInWords, levelIn, loadInWords, type Consequence } from './saturation-words';

export interface SaturationEvidence {
  readonly course: LoadCourse;
  readonly series: readonly ResourceSeries[];
  readonly gaps: readonly ResourceGap[];
  /** The targets of the phase: what could not be read of them may have been first. */
  readonly targets: readonly string[];
  readonly machine: Machine;
  readonly consequence?: Consequence | undefined;
}

export function whyNoData({ series, course, gaps }: SaturationEvidence, targets: readonly Gauge[]): string {
  if (course.stages.length === 0) return 'there was no load to compare resources with';
  const [gap] = gaps.filter(({ component }) => component !== generatorComponent);
  const ofTargets = series.filter(({ component }) => component !== generatorComponent);
  if (ofTargets.length === 0)
    return gap === undefined
      ? 'no resource of a target was read; give targets a `process` or `metrics`'
      : `no resource of a target could be read (${gap.component}: ${gap.reason})`;
  return targets.length === 0
    ? 'no resource that was read has a known limit'
    : 'too few readings while the load was on';
}

/** The resource that was nearest to its limit, and that something broke without one. */
export function whyNone(
  { course, consequence }: SaturationEvidence,
  known: readonly Gauge[],
  doubts: readonly string[],
): string {
  const fills = known.flatMap((gauge) =>
    fillsOf(gauge, course).flatMap(({ share, denied, stage }) =>
      share === null ? [] : [{ gauge, share, denied, stage }],
    ),
  );
  const closest = fills.sort((a, b) => b.share + b.denied - a.share - a.denied)[0];
  const told =
    doubts[0] ??
    (closest === undefined
      ? 'nothing'
      : `nothing reached its limit; the closest was ${fillInWords(closest.gauge, closest)}, at ${loadInWords(closest.stage, course)}`);
  if (consequence === undefined) return told;
  const at = consequence.load === undefined ? '' : ` at ${levelIn(consequence.load, course.unit)}`;
  // What was full although the load did not fill it has told the reason already.
  const why = doubts.length > 0 ? '' : '; it may wait for a lock, a pool, or something that was not read';
  return `${told}. Yet ${consequence.what}${at}${why}`;
}

export function notesOf(evidence: SaturationEvidence, doubts: readonly string[]): string[] {
  return [...doubts, ...unreadNotes(evidence), ...growthNotes(evidence.series, evidence.course)];
}

function unreadNotes({ targets, series, gaps }: SaturationEvidence): string[] {
  const read = new Set(
    series
      .filter(({ points }) => points.some(({ value }) => value !== null))
      .map(({ component }) => component),
  );
  return targets
    .filter((target) => !read.has(target))
    .map((target) => {
      const why = gaps.find(({ component }) => component === target)?.reason;
      return `${target} was not read${why === undefined ? '' : `: ${why}`}; it may have been first`;
    });
}
