/** `value` is `null` in a gap, which is drawn as one: nothing is known of that time. */
export interface ResourcePoint {
  /** Wall clock, in milliseconds since the epoch. */
  readonly timeMs: number;
  readonly value: number | null;
}

/** Readings within one stretch of time. Their mean stands for them. */
interface Cell {
  bucket: number;
  count: number;
  sum: number;
  /** Sum of the times of what is counted; of the gap alone where nothing is. */
  timeSum: number;
  gapMs: number;
}

const firstWidthMs = 250;

/** Points further apart than this many usual distances have a gap between them that nobody told of. */
const silentDistances = 3;

/** The values of one series in bounded memory: neighbours are merged where they become too many. */
export class SeriesTrack {
  readonly #maxPoints: number;
  #cells: Cell[] = [];
  #widthMs = firstWidthMs;

  constructor(maxPoints: number) {
    this.#maxPoints = Math.max(2, maxPoints);
  }

  /** @param value `null` for a gap. A value that is there already is not taken back by one. */
  add(timeMs: number, value: number | null): void {
    const cell = this.#cellAt(timeMs);
    if (value === null) return;
    if (cell.count === 0) cell.timeSum = 0;
    cell.count += 1;
    cell.sum += value;
    cell.timeSum += timeMs;
  }

  points(): ResourcePoint[] {
    const points = this.#cells.map(({ count, sum, timeSum, gapMs }): ResourcePoint =>
      count === 0
        ? { timeMs: gapMs, value: null }
        : { timeMs: Math.round(timeSum / count), value: sum / count },
    );
    return withSilences(points);
  }

  #cellAt(timeMs: number): Cell {
    const bucket = Math.floor(timeMs / this.#widthMs);
    let at = this.#cells.length;
    while (at > 0 && (this.#cells[at - 1]?.bucket ?? 0) > bucket) at -= 1;
    const before = this.#cells[at - 1];
    if (before?.bucket === bucket) return before;
    const cell: Cell = { bucket, count: 0, sum: 0, timeSum: 0, gapMs: timeMs };
    this.#cells.splice(at, 0, cell);
    if (this.#cells.length <= this.#maxPoints) return cell;
    this.#widen();
    return this.#cellAt(timeMs);
  }

  #widen(): void {
    this.#widthMs *= 2;
    const wider: Cell[] = [];
    for (const cell of this.#cells) {
      cell.bucket = Math.floor(cell.bucket / 2);
      const before = wider.at(-1);
      if (before?.bucket !== cell.bucket) {
        wider.push(cell);
        continue;
      }
      before.count += cell.count;
      before.sum += cell.sum;
      before.timeSum += cell.timeSum;
    }
    this.#cells = wider;
    if (wider.length > this.#maxPoints) this.#widen();
  }
}

/** A collector that fell silent told of no gap itself. */
function withSilences(points: readonly ResourcePoint[]): ResourcePoint[] {
  const distances = points.slice(1).map((point, index) => point.timeMs - (points[index]?.timeMs ?? 0));
  const usualMs = [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (before === undefined || before.value === null || point.value === null) return [point];
    const distanceMs = point.timeMs - before.timeMs;
    if (distances.length < silentDistances || distanceMs <= silentDistances * usualMs) return [point];
    return [{ timeMs: Math.round(before.timeMs + distanceMs / 2), value: null }, point];
  });
}
