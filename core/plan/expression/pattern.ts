/** Which regular expressions may be run against every response: short ones whose cost stays linear. */
import { t } from '@vscode/l10n';

const maxPatternLength = 200;

/** What is wrong with a pattern, as one sentence, or `undefined`. */
export function patternProblem(source: string): string | undefined {
  if (source.length > maxPatternLength) return t`A pattern has at most ${maxPatternLength} characters`;
  try {
    new RegExp(source);
  } catch {
    return t('This is no valid regular expression');
  }
  if (/\\[1-9]|\\k<|\(\?[=!<]/.test(source))
    return t('A pattern may not look around or refer back: its cost could explode');
  if (hasNestedQuantifier(source))
    return t('A repetition inside a repetition, such as (a+)+, could take for ever: repeat only once');
  return undefined;
}

/** Whether a group that contains a quantifier without a small upper bound is itself repeated. */
function hasNestedQuantifier(source: string): boolean {
  const groups: boolean[] = [];
  let closedWithQuantifier = false;
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (isQuantifier(source, at)) {
      if (closedWithQuantifier) return true;
      if (groups.length > 0) groups[groups.length - 1] = true;
    }
    closedWithQuantifier = false;
    if (sign === '(') groups.push(false);
    if (sign === ')') {
      closedWithQuantifier = groups.pop() ?? false;
      if (closedWithQuantifier && groups.length > 0) groups[groups.length - 1] = true;
    }
    at = lastOf(source, at);
  }
  return false;
}

/** `?` repeats nothing, so it is no quantifier here. */
function isQuantifier(source: string, at: number): boolean {
  const sign = source[at];
  return sign === '*' || sign === '+' || (sign === '{' && /^\{\d+,?\d*\}/.test(source.slice(at)));
}

/** The last position of what starts here: an escape, a class in brackets or the sign itself. */
function lastOf(source: string, at: number): number {
  if (source[at] === '\\') return at + 1;
  return source[at] === '[' ? endOfClass(source, at) : at;
}

function endOfClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at;
}
