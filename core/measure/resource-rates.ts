/** A rate needs two readings; one across a longer time than this describes no moment of it. */
const maxDistanceMs = 30_000;

/** Readings that are closer than this make a rate of mostly rounding. */
const minDistanceMs = 50;

const maxCounters = 20_000;

interface Known {
  readonly value: number;
  readonly timeMs: number;
}

/** Turns counters into rates per second. */
export class CounterRates {
  #known = new Map<string, Known>();

  forget(): void {
    this.#known.clear();
  }

  /**
   * @param timeMs of a clock that never goes back.
   * @returns the rate since the value before; `undefined` for the first value, and where the counter began anew.
   */
  rate(counter: string, value: number, timeMs: number): number | undefined {
    const before = this.#known.get(counter);
    if (before === undefined && this.#known.size >= maxCounters) return undefined;
    const distanceMs = before === undefined ? 0 : timeMs - before.timeMs;
    if (before !== undefined && distanceMs >= 0 && distanceMs < minDistanceMs) return undefined;
    this.#known.set(counter, { value, timeMs });
    if (before === undefined || distanceMs <= 0 || distanceMs > maxDistanceMs) return undefined;
    return value < before.value ? undefined : ((value - before.value) * 1000) / distanceMs;
  }
}
