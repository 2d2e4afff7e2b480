/**
 * Takes secrets out of everything that is written or shown, in the forms in which they travel. Whatever a run writes
 * passes through one such function.
 */

/** A shorter value would take ordinary text out with it. */
const minSecretLength = 4;

export type Redactor = (text: string) => string;

/**
 * @param secrets value by name. Values shorter than four characters are not searched for.
 * @returns a function that puts `[secret NAME]` in place of every form of every value; the longest value goes first.
 */
export function createRedactor(secrets: ReadonlyMap<string, string>): Redactor {
  const searches = [...secrets]
    .filter(([, value]) => value.length >= minSecretLength)
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, value]) => ({ mark: `[secret ${name}]`, forms: formsOf(value), inUrl: urlPattern(value) }));
  if (searches.length === 0) return (text) => text;
  return (text) => {
    let result = text;
    for (const { mark, forms, inUrl } of searches) {
      for (const form of forms) {
        if (result.includes(form)) result = result.replaceAll(form, mark);
      }
      result = result.replace(inUrl, mark);
    }
    return result;
  };
}

/** Takes secrets out of every string and key of a JSON value; numbers stay, so that it stays what it is. */
export function redactJson(value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((entry) => redactJson(entry, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [redact(key), redactJson(entry, redact)]),
  );
}

/** The value as it stands, in JSON, in hexadecimal, and within Base64 at each of the three offsets. Longest first. */
function formsOf(value: string): readonly string[] {
  const bytes = utf8(value);
  const json = JSON.stringify(value).slice(1, -1);
  const hex = bytes.map(hexOf).join('');
  const forms = new Set([
    value,
    json,
    // A line of the stream carries JSON text within JSON text, such as a log line that quotes a body.
    JSON.stringify(json).slice(1, -1),
    // Go escapes these characters in JSON.
    json.replace(/[<>&]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    hex,
    hex.toUpperCase(),
  ]);
  for (const offset of [0, 1, 2]) {
    const text = base64Inside(bytes, offset);
    forms.add(text);
    forms.add(text.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...forms].filter((form) => form.length >= minSecretLength).sort((a, b) => b.length - a.length);
}

/** Programs differ in which characters they escape in a URL, so each may be escaped or not. */
function urlPattern(value: string): RegExp {
  const parts = Array.from(value, (char) => {
    const raw = char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    const escaped = utf8(char)
      .map((byte) => `%${Array.from(hexOf(byte), (digit) => `[${digit}${digit.toUpperCase()}]`).join('')}`)
      .join('');
    return `(?:${raw}|${escaped}${char === ' ' ? '|\\+' : ''})`;
  });
  return new RegExp(parts.join(''), 'g');
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/**
 * The characters of Base64 that depend on the value alone, where `offset` bytes of something else come before it in
 * its group of three.
 */
function base64Inside(bytes: readonly number[], offset: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const skip = (6 - ((offset * 8) % 6)) % 6;
  let text = '';
  for (let at = skip; at + 6 <= bits.length; at += 6) {
    text += alphabet[Number.parseInt(bits.slice(at, at + 6), 2)] ?? '';
  }
  return text;
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return bytes;
}
