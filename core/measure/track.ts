import { Bins } from './bins';
import { Histogram } from './histogram';
import type { MetricCell, RequestCell } from './record';
import { samplesNeeded } from './sample-size';
import { taskOutcome } from './step-totals';

/** Bins this far behind the newest second rarely change any more and are kept in their small form. */
const settledAfterSeconds = 60;

/** Bins that are brought into their small form with each addition, so that no single one has to wait for all. */
const packedPerAddition = 4;

/** The latencies of successful requests: a histogram while they change, pairs of numbers afterwards. */
class BinnedLatency {
  #live: Histogram | undefined;
  #packed: Uint32Array[] = [];

  /** Not to be changed by the caller. */
  histogram(): Histogram {
    if (this.#live !== undefined && this.#packed.length === 0) return this.#live;
    const whole = new Histogram();
    for (const pairs of this.#packed) whole.merge(Histogram.fromPairs([...pairs]));
    if (this.#live !== undefined) whole.merge(this.#live);
    return whole;
  }

  add(other: Histogram): void {
    this.#live ??= new Histogram();
    this.#live.merge(other);
  }

  /** Takes over all of another; what is packed is only put side by side, which is cheap. */
  absorb(other: BinnedLatency): void {
    this.#packed.push(...other.#packed);
    if (other.#live !== undefined) this.add(other.#live);
  }

  pack(): void {
    if (this.#live === undefined && this.#packed.length <= 1) return;
    this.#packed = [Uint32Array.from(this.histogram().toPairs())];
    this.#live = undefined;
  }

  /** Buckets held: what memory is a multiple of. */
  get buckets(): number {
    const packed = this.#packed.reduce((sum, pairs) => sum + pairs.length / 2, 0);
    return packed + (this.#live?.toPairs().length ?? 0) / 2;
  }
}

interface TrackBin {
  readonly latency: BinnedLatency;
  ok: number;
  failed: number;
  succeededTasks: number;
  judgedTasks: number;
  /** Rises with each change of the track, to know what was computed from an older state. */
  stamp: number;
}

/** What happened within a span of time. */
export interface Span {
  readonly ok: number;
  readonly failed: number;
  readonly succeededTasks: number;
  readonly judgedTasks: number;
}

export type ShownQuantile = 0.5 | 0.95 | 0.99;

type Quantiles = Readonly<Record<ShownQuantile, number | null>>;

/** Requests and tasks over time: of a phase, of one of its scenarios, or of one step. */
export class Track {
  readonly #bins: Bins<TrackBin>;
  readonly #computed = new Map<string, { readonly stamp: number; readonly quantiles: Quantiles }>();
  #stamp = 0;
  #newest = 0;
  #packedUpTo = 0;
  #width = 1;

  constructor(maxBins: number) {
    this.#bins = new Bins<TrackBin>(maxBins, emptyBin, mergeBins);
  }

  addRequests(cell: RequestCell): void {
    const bin = this.#bin(cell.at);
    if (cell.outcome === 'ok') {
      bin.ok += cell.count;
      bin.latency.add(cell.histogram);
    } else {
      bin.failed += cell.count;
    }
  }

  addTasks(cell: MetricCell): void {
    const outcome = taskOutcome(cell);
    if (outcome === undefined || outcome === 'unjudged') return;
    const bin = this.#bin(cell.at);
    bin.judgedTasks += cell.count;
    if (outcome === 'success') bin.succeededTasks += cell.count;
  }

  /** What happened from second `from` for `seconds`; both multiples of the width of the bins. */
  span(from: number, seconds: number): Span {
    const sum = { ok: 0, failed: 0, succeededTasks: 0, judgedTasks: 0 };
    for (const bin of this.#bins.between(from, from + seconds)) {
      sum.ok += bin.ok;
      sum.failed += bin.failed;
      sum.succeededTasks += bin.succeededTasks;
      sum.judgedTasks += bin.judgedTasks;
    }
    return sum;
  }

  /** The quantiles of a span in milliseconds; `null` where the span has too few samples to state one. */
  quantiles(from: number, seconds: number): Quantiles {
    const bins = this.#bins.between(from, from + seconds);
    const stamp = bins.reduce((latest, bin) => Math.max(latest, bin.stamp), 0);
    const key = `${from}+${seconds}`;
    const known = this.#computed.get(key);
    if (known?.stamp === stamp) return known.quantiles;
    const quantiles = quantilesOf(bins);
    this.#computed.set(key, { stamp, quantiles });
    return quantiles;
  }

  /** Histogram buckets held, over all bins. */
  get buckets(): number {
    return this.#bins.between(0, Infinity).reduce((sum, bin) => sum + bin.latency.buckets, 0);
  }

  #bin(second: number): TrackBin {
    const bin = this.#bins.at(second);
    bin.stamp = ++this.#stamp;
    if (this.#bins.width !== this.#width) {
      this.#width = this.#bins.width;
      this.#computed.clear();
      // Merged bins hold their parts side by side.
      this.#packedUpTo = 0;
    }
    this.#newest = Math.max(this.#newest, second);
    this.#packSettled();
    return bin;
  }

  #packSettled(): void {
    const settled = Math.floor((this.#newest - settledAfterSeconds) / this.#width) * this.#width;
    const end = Math.min(settled, this.#packedUpTo + packedPerAddition * this.#width);
    if (end <= this.#packedUpTo) return;
    for (const bin of this.#bins.between(this.#packedUpTo, end)) bin.latency.pack();
    this.#packedUpTo = end;
  }
}

function quantilesOf(bins: readonly TrackBin[]): Quantiles {
  const [only, ...others] = bins;
  const count = bins.reduce((sum, bin) => sum + bin.ok, 0);
  if (only === undefined || count < samplesNeeded(0.5)) return { 0.5: null, 0.95: null, 0.99: null };
  let whole = only.latency.histogram();
  if (others.length > 0) {
    const sum = new Histogram();
    for (const bin of bins) sum.merge(bin.latency.histogram());
    whole = sum;
  }
  const stated = (q: ShownQuantile): number | null =>
    count < samplesNeeded(q) ? null : (whole.quantile(q) ?? 0) / 1000;
  return { 0.5: stated(0.5), 0.95: stated(0.95), 0.99: stated(0.99) };
}

function emptyBin(): TrackBin {
  return {
    latency: new BinnedLatency(),
    ok: 0,
    failed: 0,
    succeededTasks: 0,
    judgedTasks: 0,
    stamp: 0,
  };
}

function mergeBins(into: TrackBin, later: TrackBin): void {
  into.latency.absorb(later.latency);
  into.ok += later.ok;
  into.failed += later.failed;
  into.succeededTasks += later.succeededTasks;
  into.judgedTasks += later.judgedTasks;
  into.stamp = Math.max(into.stamp, later.stamp);
}
