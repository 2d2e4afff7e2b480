/** Walks over tokens and keeps the first thing that was wrong; whatever follows it would be guesswork. */
import type { Fix, Problem, TextRange } from '../../problems';
import { tokenize, type Token } from './token';

export interface Cursor {
  readonly problems: Problem[];
  /** The token at hand. */
  peek(): Token;
  /** Takes the token at hand. */
  next(): Token;
  /** Takes the token at hand if it is this symbol or this word. */
  take(text: string): Token | undefined;
  /** Whether the token at hand touches the one before. */
  touches(): boolean;
  /** The end of the token taken last. */
  end(): number;
  /** Notes a problem, unless there was one, and gives `undefined` so that a parser can return it. */
  // The result type is that of the parser that failed, so that it can write `return cursor.fail(…)`.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  fail<T>(code: string, message: string, range?: TextRange, fixes?: readonly Fix[]): T | undefined;
}

export function cursorOver(text: string): Cursor {
  const tokens = tokenize(text);
  const problems: Problem[] = [];
  let position = 0;
  const at = (index: number): Token => tokens[Math.min(index, tokens.length - 1)] as Token;
  const isSign = (token: Token, sign: string) =>
    (token.kind === 'symbol' || token.kind === 'name') && token.text === sign;
  const cursor: Cursor = {
    problems,
    peek: () => at(position),
    next: () => at(position++),
    take: (sign) => (isSign(at(position), sign) ? at(position++) : undefined),
    touches: () => position > 0 && at(position - 1).range.end === at(position).range.start,
    end: () => (position === 0 ? 0 : at(position - 1).range.end),
    fail(code: string, message: string, range?: TextRange, fixes?: readonly Fix[]) {
      const token = at(position);
      const bad = range === undefined && token.kind === 'bad' ? token.message : message;
      if (problems.length === 0)
        problems.push({
          ...{ code, severity: 'error', message: bad, range: range ?? visible(token, text) },
          ...(fixes !== undefined && { fixes }),
        });
      return undefined;
    },
  };
  return cursor;
}

/** The end of the text has no width: the character before it is shown instead. */
function visible(token: Token, text: string): TextRange {
  if (token.kind !== 'end') return token.range;
  const end = text.trimEnd().length;
  return { start: Math.max(0, end - 1), end: Math.max(end, Math.min(1, text.length)) };
}
