/** Finds the stack of a frame below a parent: a hash table in typed arrays, since it is asked for every frame of every sample. */
import { Int32Column, Uint32Column } from './column';
import type { StackTable } from './profile';

const startSlots = 1024;

export class StackIndex {
  readonly #parent = new Int32Column();
  readonly #frame = new Uint32Column();
  /** Index of the stack plus one; 0 is free. */
  #slots = new Uint32Array(startSlots);

  get count(): number {
    return this.#frame.length;
  }

  frameOf(stack: number): number {
    return this.#frame.at(stack);
  }

  /** The stack of `frame` called from the stack `parent`, made where there is none. */
  below(parent: number, frame: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(parent, frame) & mask;
    for (;;) {
      const held = this.#slots[slot] ?? 0;
      if (held === 0) break;
      if (this.#parent.at(held - 1) === parent && this.#frame.at(held - 1) === frame) return held - 1;
      slot = (slot + 1) & mask;
    }
    this.#parent.push(parent);
    const stack = this.#frame.push(frame);
    this.#slots[slot] = stack + 1;
    if (this.count * 2 > this.#slots.length) this.#widen();
    return stack;
  }

  table(): StackTable {
    return { parent: this.#parent.done(), frame: this.#frame.done() };
  }

  #widen(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let stack = 0; stack < this.count; stack++) {
      let slot = hash(this.#parent.at(stack), this.#frame.at(stack)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = stack + 1;
    }
    this.#slots = slots;
  }
}

function hash(parent: number, frame: number): number {
  let mixed = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(frame + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
