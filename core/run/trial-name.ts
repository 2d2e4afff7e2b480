/**
 * The names under which the loads of a search, or of a phase that profiles, stand in the stream, in place of the name of their phase: each trial is a
 * process of its own and counts its records and its seconds from zero. `#` is no part of the name of a phase.
 *
 *     stress#3@7.5       the third trial of `stress`, at 7.5 arrivals per second
 *     stress#probe2      its second look whether the target is at rest
 *     hotspots#2@20users the second load of `hotspots`, with 20 users
 */

export interface TrialName {
  readonly phase: string;
  /** Counts from 1. */
  readonly number: number;
  /** Arrivals per second, or users. */
  readonly level: number;
  readonly unit: 'per-second' | 'users';
}

export function trialName({
  phase,
  number,
  level,
  unit = 'per-second',
}: Omit<TrialName, 'unit'> & Partial<Pick<TrialName, 'unit'>>): string {
  return `${phase}#${number}@${level}${unit === 'users' ? 'users' : ''}`;
}

export function probeName(phase: string, number: number): string {
  return `${phase}#probe${number}`;
}

/** @returns `undefined` for the name of a phase, and for that of a probe. */
export function readTrialName(name: string): TrialName | undefined {
  const [, phase, number, level, users] = /^([^#]+)#(\d+)@(\d+(?:\.\d+)?)(users)?$/.exec(name) ?? [];
  if (phase === undefined) return undefined;
  const unit = users === undefined ? 'per-second' : 'users';
  return { phase, number: Number(number), level: Number(level), unit };
}

/** The phase of the plan that a record is of. */
export function phaseOfName(name: string): string {
  const end = name.indexOf('#');
  return end < 0 ? name : name.slice(0, end);
}
