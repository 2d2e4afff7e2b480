import { expect, test } from 'vitest';
import { requestCount, taskCount } from './step-counts';

const none = { success: 0, failed: 0, unjudged: 0, timeout: 0 };

test('a step that is about tasks alone has no number of requests', () => {
  expect(requestCount({ requests: 0, tasks: { ...none, timeout: 2 } })).toBeNull();
  expect(requestCount({ requests: 0, tasks: none })).toBe(0);
  expect(requestCount({ requests: 0 })).toBe(0);
  expect(requestCount({ requests: 7, tasks: { ...none, success: 7 } })).toBe(7);
});

test('tasks are counted whatever became of them', () => {
  expect(taskCount({ success: 1, failed: 2, unjudged: 4, timeout: 8 })).toBe(15);
  expect(taskCount(none)).toBeNull();
  expect(taskCount(undefined)).toBeNull();
});
