/** How the requests of a step failed, in words. */
import type { StepSummary } from './run';

/** What k6's codes for a missing answer mean, of those that one meets most; see "Error codes" in its documentation. */
const causes: Readonly<Record<string, string>> = {
  '1050': 'no answer in time',
  '1101': 'host not found',
  '1211': 'no connection in time',
  '1212': 'connection refused',
  '1220': 'connection reset',
};

/** @returns `990 × 200, 10 × 503` of all that were answered, and `784 × 1212 (connection refused)` of the others. */
export function failureCounts({ statuses, errorCodes }: Pick<StepSummary, 'statuses' | 'errorCodes'>): {
  readonly answers: string;
  readonly errors: string;
} {
  const told = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .filter(([name]) => name !== '0')
      .map(([name, count]) => `${count} × ${name}${causes[name] === undefined ? '' : ` (${causes[name]})`}`)
      .join(', ');
  return { answers: told(statuses), errors: told(errorCodes) };
}
