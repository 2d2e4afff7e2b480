/** Writes values as JavaScript, laid out as prettier does. Text of the user only ever enters the script through here. */

/** Code, or an object or list of code that is laid out on one line where it fits. */
export type Code = string | { readonly object: readonly Entry[] } | { readonly array: readonly Code[] };
export type Entry = readonly [key: string, value: Code];

/** The longest line of a script that is laid out by hand. */
export const lineWidth = 110;

/** A string literal, in the quotes that need fewer escapes. */
export function quote(text: string): string {
  // Lines must not end inside a literal, and half a surrogate pair does not survive being written to a file.
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u2028\u2029]/g, unicodeEscape);
  const singles = count(text, "'");
  if (singles > count(text, '"')) return `"${escaped}"`;
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The text between the backticks of a template literal, without references. */
export function quoteInTemplate(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/[\u2028\u2029]/g, unicodeEscape)
    .replace(/`|\$\{/g, '\\$&');
}

/** Text for a line comment: it must not end the line. */
export function commentText(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/\p{Surrogate}/gu, '\ufffd');
}

/** An object with all its entries, each on a line of its own where they do not fit on one. */
export function object(entries: readonly Entry[]): Code {
  return { object: entries };
}

/** A value of JSON as code. */
export function constant(value: unknown): Code {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return { array: value.map(constant) };
  if (typeof value === 'object' && value !== null)
    return object(Object.entries(value).map(([key, inner]) => [key, constant(inner)]));
  return String(value);
}

/** `head` and the value and `tail`, as one statement or entry at this indentation (in levels of two spaces). */
export function layOut(head: string, value: Code, tail: string, level = 0): string {
  const indent = '  '.repeat(level);
  const inline = `${indent}${head}${onOneLine(value)}${tail}`;
  if (typeof value === 'string' || isEmpty(value) || (inline.length <= lineWidth && !inline.includes('\n')))
    return inline;
  const [open, close] = 'object' in value ? '{}' : '[]';
  const lines =
    'object' in value
      ? value.object.map(([key, inner]) => layOut(`${keyCode(key)}: `, inner, ',', level + 1))
      : value.array.map((inner) => layOut('', inner, ',', level + 1));
  return [`${indent}${head}${open ?? ''}`, ...lines, `${indent}${close ?? ''}${tail}`].join('\n');
}

/** `name = f(…);`, with the argument on a line of its own where one line is too short. */
export function assignment(name: string, code: string, level: number): string[] {
  const indent = '  '.repeat(level);
  const inline = `${indent}${name} = ${code};`;
  const call = /^([A-Za-z]+\()(.*)\)$/s.exec(code);
  if (inline.length <= lineWidth || call === null) return [inline];
  return [`${indent}${name} = ${call[1] ?? ''}`, `${indent}  ${call[2] ?? ''},`, `${indent});`];
}

function isEmpty(value: Exclude<Code, string>): boolean {
  return 'object' in value ? value.object.length === 0 : value.array.length === 0;
}

export function onOneLine(value: Code): string {
  if (typeof value === 'string') return value;
  if ('array' in value) return `[${value.array.map(onOneLine).join(', ')}]`;
  if (value.object.length === 0) return '{}';
  const entries = value.object.map(([key, inner]) => `${keyCode(key)}: ${onOneLine(inner)}`);
  return `{ ${entries.join(', ')} }`;
}

/** `__proto__: x` would set the prototype, so that key is computed. */
function keyCode(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : quote(key);
}

function unicodeEscape(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16)}`;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
