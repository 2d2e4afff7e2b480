/** Reads Python's marshal format, as far as files of cProfile use it: data only, nothing is ever executed. */
import { damaged, ImportFailure } from '../import-problem';
import { profileLimits } from '../limits';

export type Marshalled =
  null | boolean | number | string | readonly Marshalled[] | ReadonlyMap<Marshalled, Marshalled>;

/** Set on the type of a value that later values may refer to by its number. */
const refFlag = 0x80;
/** Ends a dictionary. */
const end = Symbol('end');

export function readMarshal(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): Marshalled {
  const reader = new Reader(bytes, decode);
  const value = reader.value(0);
  if (value === end) throw damaged('the file begins with the end of a dictionary');
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decode: (bytes: Uint8Array) => string;
  readonly #refs: Marshalled[] = [];
  #at = 0;

  constructor(bytes: Uint8Array, decode: (bytes: Uint8Array) => string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#decode = decode;
  }

  value(nesting: number): Marshalled | typeof end {
    if (nesting > profileLimits.nesting) throw damaged('its values are nested too deep');
    const code = this.#byte();
    const type = String.fromCharCode(code & ~refFlag);
    if (type === '0') return end;
    if (type === 'r') return this.#reference();
    if ((code & refFlag) === 0) return this.#plain(type, nesting);
    // A value takes its number before its parts take theirs.
    const ref = this.#refs.push(null) - 1;
    const value = this.#plain(type, nesting);
    this.#refs[ref] = value;
    return value;
  }

  #plain(type: string, nesting: number): Marshalled {
    switch (type) {
      case 'z':
      case 'Z':
        return this.#text(this.#byte());
      case 'a':
      case 'A':
      case 'u':
      case 't':
        return this.#text(this.#length());
      case '(':
      case '[':
        return this.#list(this.#length(), nesting);
      case ')':
        return this.#list(this.#byte(), nesting);
      case '{':
        return this.#dictionary(nesting);
      default:
        return this.#scalar(type);
    }
  }

  #scalar(type: string): Marshalled {
    switch (type) {
      case 'N':
        return null;
      case 'F':
        return false;
      case 'T':
        return true;
      case 'i':
        return this.#int32();
      case 'I':
        return Number(this.#view.getBigInt64(this.#take(8), true));
      case 'g':
        return this.#view.getFloat64(this.#take(8), true);
      case 'f':
        return Number(this.#text(this.#byte()));
      case 'l':
        return this.#long();
      case 's':
      case 'R':
        throw new ImportFailure(
          'not-supported',
          'it was written by Python 2',
          'profile with Python 3.6 or later',
        );
      case 'c':
        throw new ImportFailure(
          'not-supported',
          'it holds compiled code, as `python -m profile` writes it',
          'use cProfile in place of profile',
        );
      default:
        throw damaged(`byte ${this.#at - 1} is not the start of a value`);
    }
  }

  #list(length: number, nesting: number): readonly Marshalled[] {
    const list: Marshalled[] = [];
    for (let i = 0; i < length; i++) {
      const value = this.value(nesting + 1);
      if (value === end) throw damaged(`a list ends early at byte ${this.#at}`);
      list.push(value);
    }
    return list;
  }

  #dictionary(nesting: number): ReadonlyMap<Marshalled, Marshalled> {
    const map = new Map<Marshalled, Marshalled>();
    for (;;) {
      const key = this.value(nesting + 1);
      if (key === end) return map;
      const value = this.value(nesting + 1);
      if (value === end) throw damaged(`a dictionary ends early at byte ${this.#at}`);
      map.set(key, value);
    }
  }

  #reference(): Marshalled {
    const value = this.#refs[this.#length()];
    if (value === undefined) throw damaged(`a reference at byte ${this.#at} leads nowhere`);
    return value;
  }

  /** Digits of 15 bits, the lowest first; the sign is that of the count. */
  #long(): number {
    const count = this.#int32();
    let value = 0;
    for (let i = 0; i < Math.abs(count); i++)
      value += this.#view.getUint16(this.#take(2), true) * 2 ** (15 * i);
    return count < 0 ? -value : value;
  }

  #text(length: number): string {
    const from = this.#take(length);
    return this.#decode(this.#bytes.subarray(from, from + length));
  }

  #length(): number {
    const length = this.#int32();
    if (length < 0 || length > this.#bytes.length) throw damaged(`a length at byte ${this.#at - 4} is wrong`);
    return length;
  }

  #int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  #byte(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  /** Moves on by so many bytes. @returns where they begin. */
  #take(count: number): number {
    const from = this.#at;
    if (from + count > this.#bytes.length)
      throw damaged(`the file ends at byte ${this.#bytes.length}, too early`);
    this.#at += count;
    return from;
  }
}
