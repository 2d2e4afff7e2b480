import { expect, it, vi } from 'vitest';
import { understandOnce } from './understand-once';

const counted = (problemsOf: (text: string) => readonly string[] = () => []) => {
  const understand = vi.fn((text: string) => ({ text, problems: problemsOf(text) }));
  return { understand, once: understandOnce(understand) };
};

it('works out a text once, and each text by itself', () => {
  const { understand, once } = counted();
  expect(once('a')).toBe(once('a'));
  expect(once('b').text).toBe('b');
  expect(understand).toHaveBeenCalledTimes(2);
});

it('tells problems anew, in the language of the moment', () => {
  let language = 'needs a number';
  const { once } = counted(() => [language]);
  once('a');
  language = 'braucht eine Zahl';
  expect(once('a').problems).toEqual(['braucht eine Zahl']);
});

it('keeps neither long texts nor more than a bounded number of them', () => {
  const { understand, once } = counted();
  once('a');
  for (let index = 0; index < 2000; index += 1) once(`b${index}`);
  understand.mockClear();
  once('a');
  const long = 'x'.repeat(501);
  once(long);
  once(long);
  expect(understand).toHaveBeenCalledTimes(3);
});
