/**
 * Walks over JSON byte by byte and makes values only of what is asked for: a million samples become numbers in columns,
 * without a million lists on the way.
 */
import { damaged } from '../import-problem';

const [quote, comma, minus, dot, zero, nine, colon] = [0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [openList, backslash, closeList, openObject, closeObject] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];
const [exponent, capitalExponent] = [0x65, 0x45];

/** Whole numbers of so many digits, and powers of ten up to this one, are exact; so is the rounding of their quotient. */
const exactDigits = 15;
const powersOfTen = Array.from({ length: exactDigits + 1 }, (_, power) => 10 ** power);

export class JsonCursor {
  readonly #bytes: Uint8Array;
  readonly #decode: (bytes: Uint8Array) => string;
  #at: number;

  constructor(bytes: Uint8Array, decode: (bytes: Uint8Array) => string, at = 0) {
    this.#bytes = bytes;
    this.#decode = decode;
    this.#at = at;
  }

  get position(): number {
    return this.#at;
  }

  /** Another one in the same text. */
  at(position: number): JsonCursor {
    return new JsonCursor(this.#bytes, this.#decode, position);
  }

  /** Goes into a list. @returns whether it has an element, at which it stands then. */
  enterList(): boolean {
    return this.#enter(openList, closeList);
  }

  /** After an element of a list. @returns whether there is another. */
  inList(): boolean {
    return this.#goOn(closeList);
  }

  /** Goes into an object. @returns whether it has a key, at which it stands then. */
  enterObject(): boolean {
    return this.#enter(openObject, closeObject);
  }

  inObject(): boolean {
    return this.#goOn(closeObject);
  }

  key(): string {
    const from = this.#here();
    if (this.#bytes[from] !== quote) throw this.#wrong('the name of a value');
    this.skip();
    const name = this.#parse(from);
    this.#pass(colon, 'a colon');
    return String(name);
  }

  /** Passes a key if it is this one, without making a text of it. @param name without escapes. */
  passKey(name: string): boolean {
    if (!this.passText(name)) return false;
    this.#pass(colon, 'a colon');
    return true;
  }

  /** Passes a text if it is this one. @param text without escapes. */
  passText(text: string): boolean {
    const from = this.#here();
    const bytes = this.#bytes;
    if (bytes[from] !== quote || bytes[from + text.length + 1] !== quote) return false;
    for (let i = 0; i < text.length; i++) if (bytes[from + 1 + i] !== text.charCodeAt(i)) return false;
    this.#at = from + text.length + 2;
    return true;
  }

  number(): number {
    const from = this.#here();
    const bytes = this.#bytes;
    const isNegative = bytes[from] === minus;
    const first = isNegative ? from + 1 : from;
    const whole = this.#digits(first, 0);
    let at = this.#at;
    let value = whole;
    let fraction = 0;
    if (bytes[at] === dot) {
      value = this.#digits(at + 1, whole);
      fraction = this.#at - at - 1;
      at = this.#at;
    }
    if (at === first) throw this.#wrong('a number');
    if (at - first > exactDigits || this.#isExponent(at)) return this.#longNumber(from);
    if (fraction > 0) value /= powersOfTen[fraction] ?? 1;
    return isNegative ? -value : value;
  }

  /** The value here, of any kind. */
  value(): unknown {
    const from = this.#here();
    this.skip();
    return this.#parse(from);
  }

  /** Passes a value without looking at what it is made of. */
  skip(): void {
    const byte = this.#bytes[this.#here()] ?? 0;
    if (byte === quote) this.#skipText();
    else if (byte === openList || byte === openObject) this.#skipNested();
    else this.#skipPlain();
  }

  #parse(from: number): unknown {
    try {
      return JSON.parse(this.#decode(this.#bytes.subarray(from, this.#at)));
    } catch (cause) {
      throw damaged(`it is not valid JSON at byte ${from}: ${cause instanceof Error ? cause.message : ''}`);
    }
  }

  #enter(open: number, close: number): boolean {
    this.#pass(open, open === openList ? 'a list' : 'an object');
    if (this.#bytes[this.#here()] !== close) return true;
    this.#at += 1;
    return false;
  }

  #goOn(close: number): boolean {
    const byte = this.#bytes[this.#here()];
    if (byte !== comma && byte !== close) throw this.#wrong('a comma');
    this.#at += 1;
    return byte === comma;
  }

  #pass(byte: number, what: string): void {
    if (this.#bytes[this.#here()] !== byte) throw this.#wrong(what);
    this.#at += 1;
  }

  /** The position of the next byte that is no white space. */
  #here(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    // All bytes up to a space are white space, or nothing that may stand between values.
    while ((bytes[at] ?? quote) <= 0x20) at += 1;
    this.#at = at;
    return at;
  }

  /** Passes the digits from a position on. @returns them behind those of `before`. */
  #digits(from: number, before: number): number {
    const bytes = this.#bytes;
    let [at, value] = [from, before];
    for (let byte = bytes[at] ?? 0; byte >= zero && byte <= nine; byte = bytes[at] ?? 0) {
      value = value * 10 + (byte - zero);
      at += 1;
    }
    this.#at = at;
    return value;
  }

  #isExponent(at: number): boolean {
    const byte = this.#bytes[at];
    return byte === exponent || byte === capitalExponent;
  }

  #longNumber(from: number): number {
    this.#at = from;
    this.#skipPlain();
    const value = this.#parse(from);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw damaged(`the number at byte ${from} is none that can be counted with`);
  }

  #skipText(): void {
    const from = this.#at;
    for (let at = from; ;) {
      at = this.#bytes.indexOf(quote, at + 1);
      if (at === -1) throw damaged(`a text at byte ${from} has no end`);
      let escapes = 0;
      while (this.#bytes[at - 1 - escapes] === backslash) escapes += 1;
      if (escapes % 2 === 1) continue;
      this.#at = at + 1;
      return;
    }
  }

  #skipNested(): void {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    let depth = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      // Figures and what separates them, of which large files are made.
      if (byte < openList && byte !== quote) continue;
      if (byte === quote) {
        this.#at = at;
        this.#skipText();
        at = this.#at - 1;
      } else if (byte === openList || byte === openObject) depth += 1;
      else if (byte === closeList || byte === closeObject) {
        depth -= 1;
        if (depth > 0) continue;
        this.#at = at + 1;
        return;
      }
    }
    throw damaged(`the file ends within what begins at byte ${from}`);
  }

  #skipPlain(): void {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte <= 0x20 || byte === comma || byte === closeList || byte === closeObject) break;
    }
    if (at === from) throw this.#wrong('a value');
    this.#at = at;
  }

  #wrong(what: string): Error {
    return this.#at >= this.#bytes.length
      ? damaged(`the file ends at byte ${this.#bytes.length}, too early`)
      : damaged(`${what} is expected at byte ${this.#at}`);
  }
}
