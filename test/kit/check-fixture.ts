import { expect } from 'vitest';
import { analysePlan, type AnalyseOptions } from '../../core/plan/analyse';

interface Marked {
  readonly text: string;
  readonly ranges: readonly { start: number; end: number }[];
}

/** Takes the marks ⟦ and ⟧ out of a text, and gives the ranges that stood between them. */
export function unmark(marked: string): Marked {
  let text = '';
  let start = -1;
  const ranges: { start: number; end: number }[] = [];
  for (const character of marked) {
    if (character === '⟦') start = text.length;
    else if (character === '⟧') ranges.push({ start, end: text.length });
    else text += character;
  }
  return { text, ranges };
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/**
 * Checks a fixture: every `# want CODE "part"` is a problem that starts on its line, every ⟦…⟧ is exactly the range
 * of a problem, and there is no other problem.
 */
export function checkFixture(marked: string, options: AnalyseOptions = {}): void {
  const { text, ranges } = unmark(marked);
  const found = analysePlan(text, options).problems;
  const shown = found.map((problem) => {
    const line = lineOf(text, problem.range.start);
    const where = text.slice(problem.range.start, problem.range.end);
    return { problem, shown: `${line} ${problem.code} [${where}] ${problem.message}` };
  });
  const unwanted = new Map(shown.map((item) => [item.problem, item.shown]));
  const missing: string[] = [];
  text.split('\n').forEach((lineText, index) => {
    for (const [, code = '', part = ''] of lineText.matchAll(/# want (\S+) "((?:[^"\\]|\\.)*)"/g)) {
      const match = shown.find(
        ({ problem }) =>
          unwanted.has(problem) &&
          problem.code === code &&
          problem.message.includes(part) &&
          lineOf(text, problem.range.start) === index + 1,
      );
      if (match === undefined) missing.push(`${index + 1} ${code} ${part}`);
      else unwanted.delete(match.problem);
    }
  });
  expect({ missing, unwanted: [...unwanted.values()] }).toEqual({ missing: [], unwanted: [] });
  const unmet = ranges.filter(
    (range) => !found.some((item) => item.range.start === range.start && item.range.end === range.end),
  );
  expect(unmet.map((range) => `${lineOf(text, range.start)} ${text.slice(range.start, range.end)}`)).toEqual(
    [],
  );
}
