/** Reads a binary file from front to back, and never past its end. */
import { damaged } from '../import-problem';

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  get position(): number {
    return this.#at;
  }

  byte(): number {
    if (this.isAtEnd) throw damaged(`the file ends at byte ${this.#end}, too early`);
    return this.#bytes[this.#at++] ?? 0;
  }

  /** So many bytes, without copying them. */
  take(count: number): Uint8Array {
    if (count < 0 || this.#at + count > this.#end)
      throw damaged(`a length at byte ${this.#at} leads past the end of the file`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** The bytes before the next zero, which is passed. */
  untilZero(): Uint8Array {
    const zero = this.#bytes.indexOf(0, this.#at);
    if (zero === -1 || zero >= this.#end) throw damaged(`a text at byte ${this.#at} has no end`);
    const text = this.#bytes.subarray(this.#at, zero);
    this.#at = zero + 1;
    return text;
  }
}
