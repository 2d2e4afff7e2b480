/** What can be typed at the end of the beginning of a query, which is seldom a whole one. */

export type QueryPosition =
  /** A name of a series or of a function, or an operator. */
  | { readonly kind: 'expression'; readonly word: string }
  /** A label of `metric`, or of whatever is aggregated where that is empty. */
  | { readonly kind: 'label'; readonly word: string; readonly metric: string }
  /** The value of a label, within its quotes. */
  | { readonly kind: 'value'; readonly word: string; readonly label: string }
  /** The time between square brackets. */
  | { readonly kind: 'range'; readonly word: string }
  /** Within a text or a comment, where nothing is known. */
  | { readonly kind: 'none' };

interface Bracket {
  readonly sign: string;
  /** The word before it. */
  readonly before: string;
}

const groupings = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

const piece =
  /(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(?<open>["'`])|(?<comment>#[^\n]*)|(?<word>[A-Za-z_:][\w:.]*)|(?<sign>[()[\]{}])|(?<space>\s+)|(?<other>[^])/y;

/** @param typed the query up to the cursor, without the quotes of YAML. */
export function positionInQuery(typed: string): QueryPosition {
  const brackets: Bracket[] = [];
  let word = '';
  for (let at = 0; at < typed.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const groups = piece.exec(typed)?.groups ?? {};
    if (groups['open'] !== undefined) return withinText(typed, at, brackets.at(-1));
    if (groups['comment'] !== undefined && piece.lastIndex === typed.length) return { kind: 'none' };
    const sign = groups['sign'];
    if (sign !== undefined) bracket(brackets, sign, word);
    if (groups['space'] === undefined) word = groups['word'] ?? '';
  }
  return atBracket(brackets.at(-1), typed);
}

function bracket(brackets: Bracket[], sign: string, before: string): void {
  if ('([{'.includes(sign)) brackets.push({ sign, before });
  else brackets.pop();
}

function withinText(typed: string, at: number, inner: Bracket | undefined): QueryPosition {
  const label = /([A-Za-z_]\w*)\s*(?:=~|!~|!=|=)\s*$/.exec(typed.slice(0, at))?.[1];
  if (inner?.sign !== '{' || label === undefined) return { kind: 'none' };
  return { kind: 'value', word: typed.slice(at + 1), label };
}

function atBracket(inner: Bracket | undefined, typed: string): QueryPosition {
  const word = /[A-Za-z_:][\w:.]*$/.exec(typed)?.[0] ?? '';
  if (inner?.sign === '[') return { kind: 'range', word: /[\w.]*$/.exec(typed)?.[0] ?? '' };
  if (inner?.sign === '{') return inMatchers(inner.before, typed, word);
  return isGrouping(inner) ? { kind: 'label', word, metric: '' } : inExpression(typed, word);
}

/** Behind `by (` and the like. */
function isGrouping(inner: Bracket | undefined): boolean {
  return inner?.sign === '(' && groupings.has(inner.before.toLowerCase());
}

/** A number is no beginning of a name. */
function inExpression(typed: string, word: string): QueryPosition {
  return word === '' && /[\d.]$/.test(typed) ? { kind: 'none' } : { kind: 'expression', word };
}

/** Behind the name of a label only its sign can follow, and behind its value only the next one. */
function inMatchers(metric: string, typed: string, word: string): QueryPosition {
  const isName = /[{,]\s*$/.test(typed.slice(0, typed.length - word.length));
  return isName ? { kind: 'label', word, metric } : { kind: 'none' };
}
