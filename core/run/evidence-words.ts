/** What makes the figures of a run doubtful, in words. */
import type { Run } from './run';

/** Which phases it is about, where that is not all of them. */
export function withPhases(message: string, { phases }: Run): string {
  const about = phases.filter(({ validity }) => validity.evidence.some((one) => one.message === message));
  const isOfAll = about.length === phases.length;
  return about.length === 0 || isOfAll ? message : `${about.map(({ name }) => name).join(', ')}: ${message}`;
}
