/**
 * Which resource of which component reached its limit first, and at what load. A resource counts only where it stays
 * at its limit under that load and above, where it was not there before the load came, and where throughput did not
 * go on growing all the same. Where that leaves nothing, or more than one at once, the answer is `undetermined`.
 */
import type { Saturation } from '../run/run';
import { generatorComponent } from './record';
import { doubtOf } from './saturation-doubts';
import { gaugesOf, machineComponent, type Gauge } from './saturation-gauges';
import { fillsOf, meanFrom, onsetOf, type Candidate, type Onset } from './saturation-onset';
import { notesOf, whyNoData, whyNone, type SaturationEvidence } from './saturation-reasons';
import type { LoadCourse } from './saturation-stages';
import {
  consequenceInWords,
  fillInWords,
  resolutionMs,
  sinceInWords,
  type Consequence,
} from './saturation-words';

/** Of two that fill up in one stage, the one that was fuller by this factor in the stage before is the first. */
const clearlyFuller = 1.25;

/** A generator that has this share of a full machine took it from the targets. */
const generatorsPart = 0.3;

export function findSaturation(evidence: SaturationEvidence): Saturation {
  const { course, series, machine } = evidence;
  const gauges = gaugesOf(series, machine);
  const targets = gauges.filter(isOfTarget);
  const known = targets.filter((gauge) => fillsOf(gauge, course).some(({ share }) => share !== null));
  if (known.length === 0) return undetermined('no-data', whyNoData(evidence, targets), evidence);
  const full = gauges.flatMap((gauge) => {
    const onset = onsetOf(gauge, course);
    return onset === undefined ? [] : [{ gauge, onset }];
  });
  const doubted = full.map((candidate) => ({ candidate, doubt: doubtOf(candidate, evidence) }));
  const candidates = doubted.flatMap(({ candidate, doubt }) => (doubt === undefined ? [candidate] : []));
  const doubts = doubted.flatMap(({ doubt }) => (doubt === undefined ? [] : [doubt.text]));
  if (candidates.length === 0) {
    const code = doubted.some(({ doubt }) => doubt?.isOfOthers) ? 'others' : 'none';
    return undetermined(code, whyNone(evidence, known, doubts), evidence, doubts);
  }
  return decide(firstOf(candidates, course), gauges, evidence, doubts);
}

function isOfTarget({ component }: Gauge): boolean {
  return component !== generatorComponent && component !== machineComponent;
}

/** All that filled up within the resolution of the first. */
function firstOf(candidates: readonly Candidate[], course: LoadCourse): Candidate[] {
  const firstIndex = Math.min(...candidates.map(({ onset }) => onset.index));
  const firstMs = Math.min(...candidates.map(({ onset }) => onset.atMs));
  const together = candidates.filter(({ onset }) =>
    course.order === 'load' ? onset.index === firstIndex : onset.atMs - firstMs < resolutionMs(course),
  );
  // A process that has its whole core is not short of what others of the machine take.
  const hasWholeCores = together.some(({ gauge }) => isOfTarget(gauge) && gauge.metric === 'cpu');
  return together.filter(({ gauge }) => !hasWholeCores || gauge.component !== machineComponent);
}

function decide(
  first: readonly Candidate[],
  gauges: readonly Gauge[],
  evidence: SaturationEvidence,
  doubts: readonly string[],
): Saturation {
  const generator = first.find(({ gauge }) => gauge.component === generatorComponent);
  if (generator !== undefined) {
    const told = `${fillInWords(generator.gauge, generator.onset)} ${sinceInWords(generator.onset, evidence.course)}`;
    return undetermined('generator', `${told}; the load generator itself was at its limit`, evidence, doubts);
  }
  const taken = first.find(({ gauge }) => gauge.component === machineComponent);
  const part = taken && generatorsShare(taken, gauges, evidence.course);
  if (taken !== undefined && part !== undefined && part >= generatorsPart) {
    const told = `${fillInWords(taken.gauge, taken.onset)} ${sinceInWords(taken.onset, evidence.course)}`;
    const why = `the load generator, on the same machine, took ${Math.round(part * 100)} % of it`;
    return undetermined('generator', `${told}; ${why}`, evidence, doubts);
  }
  const chosen = clearest(first);
  if (chosen === undefined) {
    const all = [...new Map(first.map((each) => [each.gauge.component, each])).values()];
    const told = all.map(({ gauge, onset }) => fillInWords(gauge, onset)).join('; ');
    const since = all[0] === undefined ? '' : ` ${sinceInWords(all[0].onset, evidence.course)}`;
    return undetermined('several', `several at once${since} (${told})`, evidence, doubts);
  }
  return saturated(chosen, evidence, doubts);
}

/** The generator's part of what the machine's limit is, in the stages in which the machine was full. */
function generatorsShare(
  { onset }: Candidate,
  gauges: readonly Gauge[],
  course: LoadCourse,
): number | undefined {
  const generator = gauges.find(({ component }) => component === generatorComponent);
  if (generator === undefined) return undefined;
  return meanFrom(fillsOf(generator, course), onset.index);
}

/** What explains most comes first: CPU, of one process before the whole of it. */
const kindOrder = ['core', 'cores', 'machine', 'limit'] as const;

/** The one component that filled up, or the one that was clearly the fullest in the stage before. */
function clearest(first: readonly Candidate[]): Candidate | undefined {
  const byComponent = new Map<string, Candidate>();
  for (const candidate of [...first].sort((a, b) => rankOf(a) - rankOf(b))) {
    if (!byComponent.has(candidate.gauge.component)) byComponent.set(candidate.gauge.component, candidate);
  }
  const sorted = [...byComponent.values()].sort((a, b) => (shareBefore(b) ?? 0) - (shareBefore(a) ?? 0));
  const [fullest, second] = sorted;
  if (fullest === undefined || second === undefined) return fullest;
  const [most, next] = [shareBefore(fullest), shareBefore(second)];
  return most !== undefined && next !== undefined && most >= next * clearlyFuller ? fullest : undefined;
}

/** Of one component, what more readings tell of comes first. */
function rankOf({ gauge }: Candidate): number {
  return kindOrder.indexOf(gauge.kind) - gauge.shares.length / 1e6;
}

function shareBefore({ onset }: Candidate): number | undefined {
  return onset.fills.slice(0, onset.index).findLast(({ share }) => share !== null)?.share ?? undefined;
}

function saturated(
  { gauge, onset }: Candidate,
  evidence: SaturationEvidence,
  doubts: readonly string[],
): Saturation {
  const { course } = evidence;
  const { component, metric, kind, source, instance, unit, limit } = gauge;
  const stage = onset.fills[onset.index]?.stage;
  const consequence = evidence.consequence ?? pileUp(onset, course);
  const told = consequence && consequenceInWords(consequence, onset, course);
  const finding = `${fillInWords(gauge, onset)} ${sinceInWords(onset, course)}`;
  return {
    kind: 'saturated',
    component,
    metric,
    limitedBy: kind,
    source,
    instance,
    unit,
    limit,
    share: onset.share,
    from: {
      unit: course.unit === 'users' ? 'users' : 'per-second',
      load: stage?.load ?? 0,
      rate: stage?.rate ?? null,
      atMs: course.order === 'time' ? onset.atMs - course.beginMs : null,
    },
    message: told === undefined ? finding : `${finding}; ${told}`,
    notes: notesOf(evidence, doubts),
    evidence: onset.fills.map((fill) => ({
      atMs: fill.stage.fromMs - course.beginMs,
      load: fill.stage.load,
      delivered: fill.stage.delivered,
      used: fill.share === null ? null : fill.share * limit,
    })),
  };
}

/** What is under way and grows while as much arrives is a queue. */
const pileFactor = 2;
const minPile = 5;

function pileUp({ fills, index }: Onset, { unit, order }: LoadCourse): Consequence | undefined {
  if (unit !== 'arrivals' || order !== 'time') return undefined;
  const from = fills[index]?.stage.underWay;
  const to = fills.at(-1)?.stage.underWay;
  if (from == null || to == null || to < from * pileFactor || to < from + minPile) return undefined;
  return { what: `what was under way then grew from ${from} to ${to} iterations` };
}

function undetermined(
  code: Extract<Saturation, { kind: 'undetermined' }>['code'],
  message: string,
  evidence: SaturationEvidence,
  doubts: readonly string[] = [],
): Saturation {
  return { kind: 'undetermined', code, message, notes: notesOf(evidence, doubts) };
}
