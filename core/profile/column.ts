/** Columns that grow as they are filled. Doubling keeps adding cheap; `done` gives back what was not used. */

abstract class Column<
  T extends Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
> {
  protected values: T;
  length = 0;

  protected constructor(empty: T) {
    this.values = empty;
  }

  protected abstract allocate(length: number): T;

  push(value: number): number {
    if (this.length === this.values.length) this.#grow();
    this.values[this.length] = value;
    return this.length++;
  }

  /** The value at an index that was pushed; 0 beyond. */
  at(index: number): number {
    return this.values[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.values[index] = value;
  }

  done(): T {
    const whole = this.allocate(this.length);
    whole.set(this.values.subarray(0, this.length));
    return whole;
  }

  #grow(): void {
    const larger = this.allocate(this.values.length * 2);
    larger.set(this.values);
    this.values = larger;
  }
}

const startLength = 256;

export class Uint32Column extends Column<Uint32Array<ArrayBuffer>> {
  constructor() {
    super(new Uint32Array(startLength));
  }

  protected allocate(length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(length);
  }
}

export class Int32Column extends Column<Int32Array<ArrayBuffer>> {
  constructor() {
    super(new Int32Array(startLength));
  }

  protected allocate(length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(length);
  }
}

export class Float64Column extends Column<Float64Array<ArrayBuffer>> {
  constructor() {
    super(new Float64Array(startLength));
  }

  protected allocate(length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(length);
  }
}
