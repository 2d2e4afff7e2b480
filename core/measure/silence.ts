/**
 * Whether a target fell silent while users were at work. Requests that never end leave no sample, so that a closed
 * load, in which users wait for their answers, slows down without a word: nothing failed, and what ended was fast.
 */
import type { TimeWindow } from '../plan/load';
import type { TickRecord } from './record';

/** The silence with which a load ended. */
export interface Silence {
  readonly lengthMs: number;
  readonly users: number;
}

/** Less than this, or than this share of the window, may be chance. */
const leastMs = 2000;
const leastShare = 0.1;

/** How much longer than all that was seen before a silence must be. */
const timesLonger = 3;

/** With fewer iterations, in all and by each user, nobody knows how long one takes. */
const leastIterations = 10;
const leastTurns = 3;

/** Follows when anything last ended. Times are in milliseconds from the start of the load. */
export class SilenceWatch {
  #lastEndMs = 0;
  #longestGapMs = 0;
  #iterations = 0;
  #quietUsers = Infinity;
  #usersMax = 0;

  /** @param loadEndMs users leave from then on, so that they are no longer counted. */
  add(tick: TickRecord, endMs: number, loadEndMs: number): void {
    this.#usersMax = Math.max(this.#usersMax, tick.users);
    this.#iterations += tick.iterations;
    // Polls and other metrics count as well: a task that is still asked for is not stuck.
    if (tick.iterations > 0 || tick.requests.length > 0 || tick.metrics.length > 0) {
      this.#longestGapMs = Math.max(this.#longestGapMs, endMs - this.#lastEndMs);
      this.#lastEndMs = endMs;
      this.#quietUsers = Infinity;
    } else if (endMs <= loadEndMs) this.#quietUsers = Math.min(this.#quietUsers, tick.users);
  }

  /**
   * The silence up to the end of the load, if nothing else explains it. Anything that ended in the drain breaks it,
   * because it then has its time among the others.
   *
   * Pauses, polls and streams make silences of their own. They show in the load itself once each user has been through
   * some iterations: in the gaps between ends, and in the mean time of an iteration, of which they are parts. So a
   * silence must be three times as long as the longest gap and as the mean iteration, and is never told of a load with
   * few iterations. This misses a target that freezes early, which the users still at work at the end tell of.
   */
  before(window: TimeWindow): Silence | undefined {
    const lengthMs = window.toMs - this.#lastEndMs;
    const turns = this.#iterations / Math.max(1, this.#usersMax);
    if (this.#iterations < leastIterations || turns < leastTurns) return undefined;
    const usualMs = Math.max(this.#longestGapMs, this.#lastEndMs / turns);
    const least = Math.max(leastMs, leastShare * (window.toMs - window.fromMs), timesLonger * usualMs);
    if (lengthMs < least || !(this.#quietUsers > 0) || this.#quietUsers === Infinity) return undefined;
    return { lengthMs, users: this.#quietUsers };
  }
}
