/** Resources that are full and yet are not what limits: the false alarms that a threshold alone would raise. */
import { percent, perSecond } from './figure';
import { generatorComponent } from './record';
import { isAtLimit, readGauge, wantedShare, type Gauge } from './saturation-gauges';
import { fillsOf, meanFrom, type Candidate, type Onset } from './saturation-onset';
import type { SaturationEvidence } from './saturation-reasons';
import type { LoadCourse } from './saturation-stages';
import { fillInWords, sinceInWords } from './saturation-words';

/** Throughput that still grows by this factor is not held by a resource that is full. */
const stillGrows = 1.5;

export interface Doubt {
  readonly text: string;
  /** Whether programs beside the load and its targets filled the machine. */
  readonly isOfOthers: boolean;
}

/** Why a resource that is full is not what limits, or `undefined`. */
export function doubtOf(candidate: Candidate, evidence: SaturationEvidence): Doubt | undefined {
  const { gauge, onset } = candidate;
  const told = fillInWords(gauge, onset);
  if (isFullAtRest(gauge, evidence.course))
    return { text: `${told} before any load, so that the load did not fill it`, isOfOthers: false };
  if (gauge.component === generatorComponent) return undefined;
  const others = gauge.kind === 'machine' ? othersPart(onset, evidence) : 0;
  if (others >= othersMost)
    return {
      text: `${told}, ${percent(others)} of it taken by processes that were not read`,
      isOfOthers: true,
    };
  const text = whyNoLimit(candidate, evidence);
  return text === undefined ? undefined : { text, isOfOthers: false };
}

function whyNoLimit(
  { gauge, onset }: Candidate,
  { course, consequence }: SaturationEvidence,
): string | undefined {
  const told = fillInWords(gauge, onset);
  const later = onset.fills.slice(onset.index).flatMap(({ stage }) => stage.delivered ?? []);
  const [first = 0] = later;
  const highest = Math.max(...later);
  if (first > 0 && highest >= first * stillGrows)
    return `${told} ${sinceInWords(onset, course)}, yet throughput still grew to ${perSecond(highest)}`;
  if (gauge.kind === 'core' && consequence === undefined && !isProvenCore(gauge, onset))
    return `${told}, under a load that did not change; whether that is its limit shows only under more`;
  return undefined;
}

/** A machine that is full for the most part with something else is not filled by the load. */
const othersMost = 0.5;

/** What processes that were not read took of a full machine, as a share of it. */
function othersPart({ index, share }: Onset, { series, machine, course }: SaturationEvidence): number {
  const [read] = readGauge(series, machine);
  const known = read === undefined ? undefined : meanFrom(fillsOf(read, course), index);
  return known === undefined ? 0 : Math.round(Math.max(0, share - known) * 100) / 100;
}

/** Readings at rest that must be at the limit. */
const minAtRest = 3;

function isFullAtRest(gauge: Gauge, { beginMs }: LoadCourse): boolean {
  const atRest = gauge.shares.filter(({ timeMs, value }) => timeMs < beginMs && value !== null);
  const full = atRest.filter((point) => isAtLimit(gauge, point)).length;
  return atRest.length >= minAtRest && full >= atRest.length * 0.7;
}

/** The load grew by this factor, and the process did not. */
const moreLoad = 1.3;

/** What a process would have taken by its growth before, over what it took, that shows that it was held. */
const fellBehind = 1.2;

/** A process that could take more than one core scatters around what it takes; one that cannot lies against it. */
const pinnedWithin = { deviation: 0.03, highest: 1.05, readings: 10 } as const;

function isProvenCore(gauge: Gauge, { fills, index, share, denied }: Onset): boolean {
  const full = fills.slice(index).filter(({ isFull }) => isFull);
  const loads = full.map(({ stage }) => stage.load);
  const before = fills.slice(0, index).findLast((fill) => fill.share !== null);
  const most = Math.max(...loads);
  if (most >= Math.min(...loads) * moreLoad) return true;
  // It would have taken this much had it gone on growing with the load.
  const expected = before === undefined ? 0 : ((before.share ?? 0) * most) / before.stage.load;
  if (expected >= (share + denied) * fellBehind) return true;
  const values = full.flatMap(({ stage: { fromMs, toMs } }) =>
    gauge.shares
      .filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs)
      .map(wantedShare)
      .filter((value) => value !== null),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  return (
    values.length >= pinnedWithin.readings &&
    Math.sqrt(spread) <= pinnedWithin.deviation &&
    Math.max(...values) <= pinnedWithin.highest
  );
}
