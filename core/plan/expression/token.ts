/** Splits the text of an expression or a goal into tokens. Never throws: what is no token becomes one that says so. */
import { t } from '@vscode/l10n';
import type { TextRange } from '../../problems';
import { parseDuration } from '../units';

export type Token = { readonly range: TextRange; readonly text: string } & (
  | { readonly kind: 'number' | 'duration' | 'percent'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'name' | 'symbol' | 'end' }
  | { readonly kind: 'bad'; readonly message: string }
);

const blank = /[ \t\r\n]+/y;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const unit = /%|(?:[A-Za-z]+(?:\d+(?:\.\d+)?[A-Za-z]+)*)/y;
// A hyphen between name characters belongs to the name, as it does in the names of a plan.
const name = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/y;
const symbol = /==|!=|<=|>=|&&|\|\||[-<>!+*/()[\],.$]/y;
const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy;

/** All tokens of the text; the last one has kind `end`. Space is dropped. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(blank, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.range.end;
  }
  tokens.push({ kind: 'end', text: '', range: { start: text.length, end: text.length } });
  return tokens;
}

function tokenAt(text: string, start: number): Token {
  const digits = match(number, text, start);
  if (digits !== undefined) return quantity(text, start, digits);
  const string = match(quoted, text, start);
  if (string !== undefined) return stringToken(start, string);
  const word = match(name, text, start);
  if (word !== undefined) return { kind: 'name', text: word, range: span(start, word) };
  const sign = match(symbol, text, start);
  if (sign !== undefined) return { kind: 'symbol', text: sign, range: span(start, sign) };
  return unknown(text, start);
}

function quantity(text: string, start: number, digits: string): Token {
  const suffix = match(unit, text, start + digits.length) ?? '';
  const whole = digits + suffix;
  const range = span(start, whole);
  if (suffix === '') return { kind: 'number', text: whole, range, value: Number(digits) };
  if (suffix === '%') return { kind: 'percent', text: whole, range, value: Number(digits) / 100 };
  const value = parseDuration(whole);
  if (value !== undefined) return { kind: 'duration', text: whole, range, value };
  return {
    kind: 'bad',
    text: whole,
    range,
    message: t`\`${whole}\` has no known unit: use ms, s, m, h or %`,
  };
}

function stringToken(start: number, source: string): Token {
  const range = span(start, source);
  const value = unquote(source);
  if (value === undefined)
    return { kind: 'bad', text: source, range, message: t('This text has an unknown escape after \\') };
  return { kind: 'string', text: source, range, value };
}

/** Escapes as in JSON, and `\'`. */
function unquote(source: string): string | undefined {
  const inner = source
    .slice(1, -1)
    .replace(/\\(.)|"/gs, (whole, escaped: string | undefined) =>
      escaped === "'" ? "'" : whole === '"' ? '\\"' : whole,
    )
    .replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    return undefined;
  }
}

function unknown(text: string, start: number): Token {
  const first = String.fromCodePoint(text.codePointAt(start) ?? 0);
  if (first === '"' || first === "'") {
    const rest = text.slice(start);
    return {
      kind: 'bad',
      text: rest,
      range: span(start, rest),
      message: t('This text has no closing quote'),
    };
  }
  const message = first === '=' ? ofEqualSign(text.charAt(start + 1)) : t`\`${first}\` has no meaning here`;
  return { kind: 'bad', text: first, range: span(start, first), message };
}

function ofEqualSign(next: string): string {
  return next === '<' || next === '>' ? t`Write ${next}=` : t('To compare, write ==');
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function span(start: number, text: string): TextRange {
  return { start, end: start + text.length };
}
