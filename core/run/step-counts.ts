import type { Tasks } from './run';

interface Counted {
  readonly requests: number;
  readonly tasks?: Tasks | undefined;
}

/** How many tasks a step had, whatever their outcome; `null` for a step without any. */
export function taskCount(tasks: Tasks | undefined): number | null {
  if (tasks === undefined) return null;
  const count = tasks.success + tasks.failed + tasks.unjudged + tasks.timeout;
  return count === 0 ? null : count;
}

/**
 * How many requests a step made; `null` for one that is about tasks alone: an `await` waits for the end of one that
 * another step began, and how often it asked says nothing.
 */
export function requestCount({ requests, tasks }: Counted): number | null {
  return requests === 0 && taskCount(tasks) !== null ? null : requests;
}
