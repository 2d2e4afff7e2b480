import { expect, test } from 'vitest';
import { StepTotals } from '../measure/step-totals';
import { requestCells, taskCells } from './step-cells';

const summaryOf = (tasks: Partial<StepTotals['tasks']>) => {
  const totals = new StepTotals('research', 'await /tasks/${id}');
  Object.assign(totals.tasks, tasks);
  return totals.summary(10);
};

test('a step that waits for tasks has no requests, and says how many tasks there were', () => {
  const waited = summaryOf({ success: 6, timeout: 2, unjudged: 1 });
  expect(requestCells(waited)).toEqual(['–', '–', '–']);
  expect(taskCells(waited)).toEqual(['9', '75.0 %']);
  expect(taskCells(summaryOf({ unjudged: 4 }))).toEqual(['4', '–']);
});

test('a step of which nothing came says so', () => {
  expect(requestCells(summaryOf({}))).toEqual(['0', '0.0/s', '–']);
  expect(taskCells(summaryOf({}))).toEqual(['', '']);
});
