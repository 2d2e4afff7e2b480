import type { StreamRecord } from './record';
import { ResourceTracks } from './resource-series';

/** Wall clock of one load: a phase, or a trial of a search. */
export interface LoadSpan {
  readonly startMs: number;
  /** When the last record of it came, its drain included. */
  readonly endMs: number;
}

/** A point a second for most of an hour, so that single trials of a search keep their readings. */
const maxPoints = 2400;

/** What a phase used, and when its loads were on, in bounded memory. */
export class ResourceWatch {
  readonly tracks = new ResourceTracks({ maxPoints });
  readonly #spans = new Map<string, LoadSpan>();

  add(record: StreamRecord): void {
    this.tracks.add(record);
    if (record.kind === 'clock') {
      this.#spans.set(record.phase, { startMs: record.timeMs, endMs: record.timeMs });
    } else if (record.kind === 'tick') {
      const span = this.#spans.get(record.phase);
      if (span !== undefined) this.#spans.set(record.phase, { ...span, endMs: record.timeMs });
    }
  }

  /** By the name in the stream. */
  span(name: string): LoadSpan | undefined {
    return this.#spans.get(name);
  }

  /** When the first load began, be it only a look whether the target is at rest. */
  get beginMs(): number | undefined {
    return this.#spans.values().next().value?.startMs;
  }
}
