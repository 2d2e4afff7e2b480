import { PhaseSeries, type SeriesPoint, type StepRow } from './phase-series';
import type { StreamRecord } from './record';
import { SequenceWatches } from './sequence';

export type { SeriesPoint, StepRow } from './phase-series';

export interface SeriesOptions {
  /** Bins kept per step; a longer phase has wider ones. */
  readonly maxBins?: number;
}

export interface PointsRequest {
  /** Without it: all phases, one after the other. */
  readonly phase?: string;
  readonly scenario?: string;
  /** Of the scenario, which must be given too. */
  readonly step?: string;
  /** At most this many points per phase. */
  readonly maxPoints?: number;
}

/** 512 bins of 1 s hold eight minutes and a half; an hour has bins of 8 s. */
const defaultMaxBins = 512;
const defaultMaxPoints = 300;

/**
 * A run as it unfolds, for charts and tables: records are added one by one and folded into bins. Requests are filed by
 * the second of their start, percentiles come from merged histograms, and memory is bounded however long the run is.
 */
export class RunSeries {
  readonly #phases = new Map<string, PhaseSeries>();
  readonly #sequences = new SequenceWatches();
  readonly #maxBins: number;

  constructor(options: SeriesOptions = {}) {
    this.#maxBins = options.maxBins ?? defaultMaxBins;
  }

  /** Adds a record; one that came before changes nothing. */
  add(record: StreamRecord): void {
    // Resources are another's business, and a lost one loses nothing of the load.
    if (record.kind === 'resources') return;
    if (!this.#sequences.accept(record)) return;
    let phase = this.#phases.get(record.phase);
    if (phase === undefined) {
      phase = new PhaseSeries(record.phase, this.#maxBins);
      this.#phases.set(record.phase, phase);
    }
    phase.add(record);
  }

  /** Records known to be lost: numbers that were skipped. */
  get gaps(): number {
    return this.#sequences.lost;
  }

  get duplicates(): number {
    return this.#sequences.duplicates;
  }

  /** The phases that records came of, in the order of their first. */
  get phases(): readonly PhaseSeries[] {
    return [...this.#phases.values()];
  }

  /** Histogram buckets held: memory is about 8 bytes for each. */
  get buckets(): number {
    return this.phases.reduce((sum, phase) => sum + phase.buckets, 0);
  }

  /** The bins of the charts, in order of time within each phase. */
  points({ phase, scenario, step, maxPoints = defaultMaxPoints }: PointsRequest = {}): SeriesPoint[] {
    const selection = {
      maxPoints,
      ...(scenario !== undefined && { scenario }),
      ...(step !== undefined && { step }),
    };
    return this.phases
      .filter((each) => phase === undefined || each.phase === phase)
      .flatMap((each) => each.points(selection));
  }

  /** The rows of the table of steps; none for a phase of which nothing came. */
  stepRows(phase: string): StepRow[] {
    return this.#phases.get(phase)?.rows() ?? [];
  }
}
