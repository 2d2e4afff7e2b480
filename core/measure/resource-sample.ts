/** What every collector of resources gives, whatever it reads from. */
import type { ResourceReading, ResourceSource } from './record';

/** One look at one component. */
export interface ResourceSample {
  readonly component: string;
  readonly source: ResourceSource;
  /** When it was read, or the time that a server gave it; milliseconds since the epoch. */
  readonly timeMs: number;
  readonly readings: readonly ResourceReading[];
  /** Why nothing, or not all, could be read, with the remedy: one sentence without a final full stop. */
  readonly gap?: string;
}

/** A stretch of wall clock that a load took, in milliseconds since the epoch. */
export interface LoadWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads one component from one source. It keeps what it needs from one look to the next, such as counters. */
export interface Collector {
  readonly component: string;
  readonly source: ResourceSource;
  /** Where looking as often as the plan says, or giving up as early, would be of no use. */
  readonly everyMs?: number;
  readonly deadlineMs?: number;
  /**
   * Forgets the counters of an earlier load, so that no rate spans the time between two loads.
   *
   * @param plannedMs how long the load is to last.
   */
  begin(plannedMs: number): void;
  /** Expected failures are samples with a gap. It gives up when the signal tells it to. */
  read(signal: AbortSignal): Promise<readonly ResourceSample[]>;
  /** Reads a time of a load that is over, where a server has by now what it did not have then. */
  readAgain?(window: LoadWindow, signal: AbortSignal): Promise<readonly ResourceSample[]>;
  /** The names of all metrics that the source had for the component, read or not, as far as they are known. */
  readonly seenNames?: () => Iterable<string>;
}
