import { afterEach, expect, it, vi } from 'vitest';
import { analysePlan } from '../../core/plan/analyse';
import { samplePlan, warmUpWhenIdle } from './warm-up';

afterEach(() => {
  vi.useRealTimers();
});

const error = vi.fn();
const connection = { console: { error } } as never;

it('goes through a plan without a fault, another one each time', () => {
  expect(analysePlan(samplePlan(0)).problems).toEqual([]);
  expect(samplePlan(1)).not.toBe(samplePlan(0));
});

it('ends after some rounds, without a fault', () => {
  vi.useFakeTimers();
  let asked = 0;
  warmUpWhenIdle(connection, () => (asked += 1) > 0);
  vi.runAllTimers();
  expect(asked).toBeGreaterThan(5);
  expect(error).not.toHaveBeenCalled();
});

it('ends at once where somebody wants an answer', () => {
  vi.useFakeTimers();
  const isIdle = vi.fn().mockReturnValueOnce(true).mockReturnValue(false);
  warmUpWhenIdle(connection, isIdle);
  vi.runAllTimers();
  expect(isIdle).toHaveBeenCalledTimes(2);
});
