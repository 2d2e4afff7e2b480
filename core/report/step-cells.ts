/** The counts of a step, as the tables of the terminal and of reports have them. */
import { successShare } from '../measure/step-totals';
import type { StepSummary } from '../run/run';
import { requestCount, taskCount } from '../run/step-counts';
import { perSecond, share } from './figure-text';

export const requestHeads = ['requests', 'rate', 'failed'] as const;

/** Dashes for a step that makes no requests of its own. */
export function requestCells(step: StepSummary): string[] {
  const requests = requestCount(step);
  if (requests === null) return requestHeads.map(() => '–');
  return [String(requests), perSecond(step.rps), share(requests === 0 ? null : step.failed / requests)];
}

export const taskHeads = ['tasks', 'task success'] as const;

/** Nothing for a step without tasks. */
export function taskCells({ tasks }: StepSummary): string[] {
  const count = taskCount(tasks);
  if (tasks === undefined || count === null) return taskHeads.map(() => '');
  return [String(count), share(successShare(tasks))];
}
