/**
 * MOJO, the binary format of Austin 3: events of one byte and their fields. Numbers hold 6 bits and a sign in the
 * first byte, 7 bits in each that follows; texts end with a zero. Names are numbered per process.
 */
import { ProfileBuilder } from '../builder';
import { damaged, tooLarge } from '../import-problem';
import type { Profile } from '../profile';
import { checkMode } from './austin';
import { ByteReader } from './byte-reader';

const newestVersion = 3;

interface Sample {
  readonly process: number;
  readonly thread: string;
  readonly frames: number[];
  us: number;
  isIdle: boolean;
}

export function importMojo(
  bytes: Uint8Array,
  fileName: string,
  decode: (bytes: Uint8Array) => string,
): Profile {
  const events = new Events(bytes, decode);
  while (!events.isAtEnd) events.next();
  return events.finish(fileName);
}

class Events {
  readonly #reader: ByteReader;
  readonly #decode: (bytes: Uint8Array) => string;
  readonly #version: number;
  readonly #builder = new ProfileBuilder();
  readonly #facts = new Map<string, string>();
  readonly #strings = new Map<string, string>();
  readonly #frames = new Map<string, number>();
  readonly #elapsedMs = new Map<number, number>();
  #sample: Sample | undefined;

  constructor(bytes: Uint8Array, decode: (bytes: Uint8Array) => string) {
    // After the letters MOJ.
    this.#reader = new ByteReader(bytes, 3);
    this.#decode = decode;
    this.#version = this.#number();
    if (this.#version < 1 || this.#version > newestVersion)
      throw damaged(`its version of MOJO is ${this.#version}; known are 1 to ${newestVersion}`);
  }

  get isAtEnd(): boolean {
    return this.#reader.isAtEnd;
  }

  next(): void {
    const event = this.#reader.byte();
    switch (event) {
      case 1:
        this.#facts.set(this.#text(), this.#text());
        checkMode(this.#facts.get('mode'));
        return;
      case 2:
        this.#stack();
        return;
      case 3:
        this.#frame();
        return;
      case 4:
      case 7:
        // An invalid frame, or the garbage collector at work: neither is a function.
        return;
      case 5:
        this.#push(this.#frames.get(this.#key(this.#number())));
        return;
      case 6:
        this.#push(this.#builder.frame({ name: this.#text(), file: '[kernel]' }));
        return;
      default:
        this.#metric(event);
    }
  }

  finish(fileName: string): Profile {
    this.#closeSample();
    const producer = `austin@${this.#facts.get('austin') ?? ''}`;
    return this.#builder.finish({ name: fileName, producer, unit: 'ns', isInOrder: true });
  }

  #metric(event: number): void {
    switch (event) {
      case 8:
        if (this.#sample !== undefined) this.#sample.isIdle = true;
        return;
      case 9: {
        const us = this.#number();
        if (this.#sample !== undefined) this.#sample.us = us;
        return;
      }
      case 10:
      case 12:
        this.#number();
        return;
      case 11:
        if (this.#strings.size >= this.#builder.limits.strings)
          throw tooLarge(`it has more than ${this.#builder.limits.strings} names`);
        this.#strings.set(this.#key(this.#number()), this.#text());
        return;
      default:
        throw damaged(`byte ${this.#reader.position - 1} is not the start of an event`);
    }
  }

  #stack(): void {
    this.#closeSample();
    const process = this.#number();
    // The interpreter of the thread.
    if (this.#version >= 3) this.#number();
    this.#sample = { process, thread: this.#text(), frames: [], us: 0, isIdle: false };
  }

  #frame(): void {
    const key = this.#key(this.#number());
    const [file, name] = [this.#named(this.#number()), this.#named(this.#number())];
    const line = this.#number();
    // The end of the line and the columns.
    if (this.#version >= 2) for (let i = 0; i < 3; i++) this.#number();
    this.#frames.set(key, this.#builder.frame({ name, file, line }));
  }

  #push(frame: number | undefined): void {
    if (frame === undefined)
      throw damaged(`byte ${this.#reader.position} refers to a frame that is not there`);
    this.#builder.checkDepth((this.#sample?.frames.length ?? 0) + 1);
    this.#sample?.frames.push(frame);
  }

  #closeSample(): void {
    if (this.#sample === undefined) return;
    const { process, thread, frames, us, isIdle } = this.#sample;
    const index = this.#builder.thread(`process ${process} thread ${parseInt(thread, 16)}`);
    const timeMs = this.#elapsedMs.get(index) ?? 0;
    this.#elapsedMs.set(index, timeMs + us / 1000);
    if (!isIdle) this.#builder.sample(this.#builder.stackOf(frames), us * 1000, { timeMs, thread: index });
    this.#sample = undefined;
  }

  #key(number: number): string {
    return `${this.#sample?.process ?? 0} ${number}`;
  }

  #named(number: number): string {
    if (number === 1) return '(unknown)';
    const name = this.#strings.get(this.#key(number));
    if (name === undefined) throw damaged(`byte ${this.#reader.position} refers to a name that is not there`);
    return name;
  }

  #text(): string {
    return this.#decode(this.#reader.untilZero());
  }

  #number(): number {
    let byte = this.#reader.byte();
    const sign = (byte & 0x40) === 0 ? 1 : -1;
    let value = byte & 0x3f;
    for (let scale = 64; byte & 0x80; scale *= 128) {
      byte = this.#reader.byte();
      value += (byte & 0x7f) * scale;
    }
    return sign * value;
  }
}
