import { expect, it } from 'vitest';
import type { FromProfileView, ProfileAnswer } from '../../protocol/profile';
import { createQuestions } from './questions';

const neighbours = (request: number): ProfileAnswer => ({
  kind: 'neighbours',
  version: 1,
  request,
  of: 0,
  callers: [],
  callees: [],
});

it('only the latest of several questions is asked while one is being answered', () => {
  const posted: FromProfileView[] = [];
  const { ask, answered } = createQuestions((message) => posted.push(message));
  for (const of of [1, 2, 3]) ask({ kind: 'neighbours', thread: null, of });
  expect(posted).toMatchObject([{ of: 1, request: 1 }]);
  expect(answered(neighbours(1))).toBe(false);
  expect(posted).toMatchObject([{ of: 1 }, { of: 3, request: 2 }]);
  expect(answered(neighbours(2))).toBe(true);
});

it('an answer that nobody waits for is dropped', () => {
  const { answered } = createQuestions(() => undefined);
  expect(answered(neighbours(7))).toBe(false);
});
