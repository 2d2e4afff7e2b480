/** Collects what an importer finds into one profile, and keeps to the limits. */
import { Float64Column, Uint32Column } from './column';
import { damaged, ImportFailure, tooLarge } from './import-problem';
import { profileLimits, type ProfileLimits } from './limits';
import { noParent, type CallTable, type Profile, type WeightUnit } from './profile';
import { StackIndex } from './stack-index';

export interface FrameFacts {
  readonly name: string;
  readonly file?: string;
  /** From 1; leave out where it is unknown. */
  readonly line?: number;
  readonly definedAt?: number;
}

export class ProfileBuilder {
  readonly limits: ProfileLimits;
  readonly #strings = new Map<string, number>();
  readonly #frames = new Map<string, number>();
  readonly #threads = new Map<string, number>();
  readonly #name = new Uint32Column();
  readonly #file = new Uint32Column();
  readonly #line = new Uint32Column();
  readonly #definedAt = new Uint32Column();
  readonly #stacks = new StackIndex();
  readonly #stack = new Uint32Column();
  readonly #weight = new Float64Column();
  readonly #timeMs = new Float64Column();
  readonly #thread = new Uint32Column();

  constructor(limits: ProfileLimits = profileLimits) {
    this.limits = limits;
    this.#string('');
  }

  get sampleCount(): number {
    return this.#stack.length;
  }

  frame({ name, file = '', line = 0, definedAt = 0 }: FrameFacts): number {
    const [nameAt, fileAt] = [this.#string(name), this.#string(file)];
    const key = `${nameAt} ${fileAt} ${line} ${definedAt}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    if (this.#name.length >= this.limits.frames)
      throw tooLarge(`it has more than ${this.limits.frames} frames`);
    this.#name.push(nameAt);
    this.#file.push(fileAt);
    this.#definedAt.push(lineNumber(definedAt));
    const frame = this.#line.push(lineNumber(line));
    this.#frames.set(key, frame);
    return frame;
  }

  /** The stack of a frame called from `parent`, which is a stack or `noParent`. */
  stack(parent: number, frame: number): number {
    if (this.#stacks.count >= this.limits.stacks)
      throw tooLarge(`it has more than ${this.limits.stacks} different stacks`);
    return this.#stacks.below(parent, frame);
  }

  /** The stack of frames given from the outermost to the innermost. @returns `noParent` for none. */
  stackOf(frames: ArrayLike<number>): number {
    this.checkDepth(frames.length);
    let stack = noParent;
    for (let i = 0; i < frames.length; i++) stack = this.stack(stack, frames[i] ?? 0);
    return stack;
  }

  checkDepth(depth: number): void {
    if (depth <= this.limits.depth) return;
    throw new ImportFailure(
      'too-deep',
      `a stack has more than ${this.limits.depth} frames`,
      'look for recursion without an end in the program, or record with a limit on the depth',
    );
  }

  thread(name: string): number {
    const known = this.#threads.get(name);
    if (known !== undefined) return known;
    if (this.#threads.size >= this.limits.threads)
      throw tooLarge(`it has more than ${this.limits.threads} threads`);
    this.#threads.set(name, this.#threads.size);
    return this.#threads.size - 1;
  }

  /** A sample without a stack, or without a weight, tells nothing and is left out. */
  sample(stack: number, weight: number, { timeMs = 0, thread = 0 } = {}): void {
    if (!Number.isFinite(weight) || weight < 0) throw damaged(`a sample has the weight ${weight}`);
    if (stack === noParent || weight === 0) return;
    if (this.sampleCount >= this.limits.samples)
      throw tooLarge(`it has more than ${this.limits.samples} samples`);
    this.#stack.push(stack);
    this.#weight.push(weight);
    this.#timeMs.push(timeMs);
    this.#thread.push(thread);
  }

  finish(facts: {
    readonly name: string;
    readonly producer?: string;
    readonly unit: WeightUnit;
    readonly isInOrder: boolean;
    readonly calls?: CallTable;
  }): Profile {
    if (this.sampleCount === 0)
      throw new ImportFailure(
        'no-samples',
        'it has no samples',
        'record while the program is busy, and all of its processes (py-spy: --subprocesses)',
      );
    return {
      name: facts.name,
      producer: facts.producer ?? '',
      unit: facts.unit,
      strings: [...this.#strings.keys()],
      threads: this.#threads.size === 0 ? [''] : [...this.#threads.keys()],
      frames: {
        name: this.#name.done(),
        file: this.#file.done(),
        line: this.#line.done(),
        definedAt: this.#definedAt.done(),
      },
      stacks: this.#stacks.table(),
      samples: {
        stack: this.#stack.done(),
        weight: this.#weight.done(),
        timeMs: facts.isInOrder ? this.#timeMs.done() : null,
        thread: this.#thread.done(),
      },
      calls: facts.calls ?? null,
    };
  }

  #string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    if (this.#strings.size >= this.limits.strings)
      throw tooLarge(`it has more than ${this.limits.strings} names`);
    this.#strings.set(text, this.#strings.size);
    return this.#strings.size - 1;
  }
}

function lineNumber(line: number): number {
  return Number.isInteger(line) && line > 0 && line < 2 ** 31 ? line : 0;
}
