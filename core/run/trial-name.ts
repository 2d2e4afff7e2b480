/**
 * The names under which the loads of a search stand in the stream, in place of the name of their phase: each trial is a
 * process of its own and counts its records and its seconds from zero. `#` is no part of the name of a phase.
 *
 *     stress#3@7.5       the third trial of `stress`, at 7.5 arrivals per second
 *     stress#probe2      its second look whether the target is at rest
 */

export interface TrialName {
  readonly phase: string;
  /** Counts from 1. */
  readonly number: number;
  /** Arrivals per second. */
  readonly rate: number;
}

export function trialName({ phase, number, rate }: TrialName): string {
  return `${phase}#${number}@${rate}`;
}

export function probeName(phase: string, number: number): string {
  return `${phase}#probe${number}`;
}

/** @returns `undefined` for the name of a phase, and for that of a probe. */
export function readTrialName(name: string): TrialName | undefined {
  const [, phase, number, rate] = /^([^#]+)#(\d+)@(\d+(?:\.\d+)?)$/.exec(name) ?? [];
  if (phase === undefined) return undefined;
  return { phase, number: Number(number), rate: Number(rate) };
}

/** The phase of the plan that a record is of. */
export function phaseOfName(name: string): string {
  const end = name.indexOf('#');
  return end < 0 ? name : name.slice(0, end);
}
