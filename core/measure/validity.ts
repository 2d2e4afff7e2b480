import type { Evidence, Validity } from '../run/run';
import { counted, milliseconds, percent } from './figure';
import { hotCpuShare, type StreamHealth } from './health';

/** Above this share of arrivals without a free user, the worst latencies are missing from what was measured. */
export const suspectDroppedShare = 0.001;

/** Above this share the load was not sustained. */
export const invalidDroppedShare = 0.01;

/** The share of the time above which a hot generator makes the figures suspect. */
const hotTimeShare = 0.05;

/** A clock that jumps further than this, or than this share of the window, moves requests out of their window. */
const invalidClockJumpMs = 5000;
const invalidClockJumpShare = 0.05;

/** `info` is told and changes nothing. */
type Weight = 'info' | 'suspect' | 'invalid';

export interface Finding extends Evidence {
  readonly weight: Weight;
}

export interface ValidityFacts {
  readonly health: StreamHealth;
  readonly windowMs: number;
  readonly dropped: number;
  /** Iterations that were started or would have been: the whole that `dropped` is a share of. */
  readonly arrivals: number;
  /** Successful requests in the window. */
  readonly samples: number;
  /** Whether the generator shares the machine with a target. */
  readonly isCoLocated: boolean;
  /** What `steady.ts` and others found. */
  readonly findings?: readonly Finding[];
}

/** Below this nothing but the smallest and the largest time is stated. */
const fewSamples = 60;

/** Whether the figures of a phase may be trusted, with the evidence for and against. */
export function judgeValidity(facts: ValidityFacts): Validity {
  return validityOf([
    ...droppedFindings(facts),
    ...generatorFindings(facts),
    ...recordFindings(facts),
    ...clockFindings(facts),
    ...sampleFindings(facts),
    ...(facts.findings ?? []),
  ]);
}

const worstFirst: readonly Weight[] = ['invalid', 'suspect', 'info'];

/** The worst finding decides, and is the first of the evidence. */
export function validityOf(findings: readonly Finding[]): Validity {
  const sorted = [...findings].sort((a, b) => worstFirst.indexOf(a.weight) - worstFirst.indexOf(b.weight));
  const has = (weight: Weight): boolean => findings.some((finding) => finding.weight === weight);
  return {
    state: has('invalid') ? 'invalid' : has('suspect') ? 'suspect' : 'valid',
    evidence: sorted.map(({ code, message }) => ({ code, message })),
  };
}

/** The validity of a run from those of its phases: the worst state and all evidence, each told once. */
export function combineValidities(validities: readonly Validity[]): Validity {
  const states = validities.map(({ state }) => state);
  const evidence = new Map<string, Evidence>();
  for (const each of validities.flatMap((validity) => validity.evidence))
    evidence.set(`${each.code}\n${each.message}`, each);
  return {
    state: states.includes('invalid') ? 'invalid' : states.includes('suspect') ? 'suspect' : 'valid',
    evidence: [...evidence.values()],
  };
}

function droppedFindings({ dropped, arrivals }: ValidityFacts): Finding[] {
  const share = droppedShare(dropped, arrivals);
  if (share <= suspectDroppedShare) return [];
  const isLost = share > invalidDroppedShare;
  const told = `${counted(dropped, 'arrival')} (${percent(share)}) found no free user`;
  return [
    {
      code: 'dropped-iterations',
      weight: isLost ? 'invalid' : 'suspect',
      message: isLost ? `${told}: the load was not sustained` : `${told}: latencies are lower bounds`,
    },
  ];
}

/** @returns the share of arrivals that were dropped, 0 where there was none. */
export function droppedShare(dropped: number, arrivals: number): number {
  return dropped === 0 ? 0 : dropped / Math.max(arrivals, dropped);
}

/** Whether the generator was too busy for too long to be trusted. */
export function isGeneratorHot(health: StreamHealth): boolean {
  return health.cpuKnownMs > 0 && health.hotMs / health.cpuKnownMs > hotTimeShare;
}

function generatorFindings({ health, isCoLocated }: ValidityFacts): Finding[] {
  const findings: Finding[] = [];
  if (isGeneratorHot(health))
    findings.push({
      code: 'generator-cpu',
      weight: 'suspect',
      message: `the load generator used more than ${percent(hotCpuShare)} of its cores for ${milliseconds(health.hotMs)}: part of the latency may be its own`,
    });
  if (isCoLocated)
    findings.push({
      code: 'co-located',
      weight: 'info',
      message: 'the load generator and a target share one machine and compete for its CPU',
    });
  return findings;
}

function recordFindings({ health }: ValidityFacts): Finding[] {
  const findings: Finding[] = [];
  if (health.gaps > 0)
    findings.push({
      code: 'lost-records',
      weight: 'invalid',
      message: `${counted(health.gaps, 'record')} of the stream never came: what they counted is missing`,
    });
  if (health.duplicates > 0)
    findings.push({
      code: 'repeated-records',
      weight: 'info',
      message: `${counted(health.duplicates, 'record')} came twice and counted once`,
    });
  if (health.lateTicks > 0)
    findings.push({
      code: 'late-records',
      weight: 'suspect',
      message: `${counted(health.lateTicks, 'record')} came late, after up to ${milliseconds(health.worstTickMs)}: the generator or the recorder was held up`,
    });
  return findings;
}

function clockFindings({ health, windowMs }: ValidityFacts): Finding[] {
  if (health.clockJumps === 0) return [];
  const worst = health.worstClockJumpMs;
  const isGross = worst > Math.max(invalidClockJumpMs, invalidClockJumpShare * windowMs);
  return [
    {
      code: 'clock-jump',
      weight: isGross ? 'invalid' : 'suspect',
      message: `the clock jumped by up to ${milliseconds(worst)}: requests may be filed under the wrong second`,
    },
  ];
}

function sampleFindings({ samples }: ValidityFacts): Finding[] {
  if (samples >= fewSamples) return [];
  return [
    {
      code: 'few-samples',
      weight: 'suspect',
      message: `only ${counted(samples, 'successful request')} in the measured window: p95 and above cannot be stated`,
    },
  ];
}
