import type { LogCell, StreamRecord, TickRecord } from './record';
import { SequenceWatches } from './sequence';

/** A record that covers more than this was held up: the second it stands for is no longer sharp. */
const lateTickMs = 3000;

/** Wall clock and duration of a tick may differ by rounding and scheduling; more is a jump of the clock. */
const clockJumpMs = 1000;

/** The share of the cores from which on the generator itself shapes what it measures. */
export const hotCpuShare = 0.8;

/** Log messages kept to name a cause. */
const maxMessages = 20;

/** What the stream tells about itself and about the tool that wrote it; the measurements are another's business. */
export class StreamHealth {
  readonly #sequences = new SequenceWatches();
  readonly #errors = new Map<string, number>();
  readonly #previousTick = new Map<string, TickRecord>();
  readonly #cpus: number;
  #hasLoad = false;
  records = 0;
  /** Records that tell of work done; without one nothing was measured. */
  ticks = 0;
  lateTicks = 0;
  worstTickMs = 0;
  clockJumps = 0;
  worstClockJumpMs = 0;
  /**
   * Time since the first user was at work in which the generator used more than `hotCpuShare` of the cores, and of which
   * its CPU use is known.
   */
  hotMs = 0;
  cpuKnownMs = 0;
  /** Iterations and lines that the tool logged as errors, over the whole phase. */
  iterations = 0;
  scriptErrors = 0;
  /** Arrivals without a free user, over the whole phase, and users at work as the last record tells. */
  dropped = 0;
  usersAtEnd = 0;
  hasEnded = false;
  endError: string | undefined;

  /** @param cpus cores that the generator may use. */
  constructor(cpus: number) {
    this.#cpus = Math.max(1, cpus);
  }

  get gaps(): number {
    return this.#sequences.lost;
  }

  get duplicates(): number {
    return this.#sequences.duplicates;
  }

  /** The errors that the tool logged, the most frequent first. */
  get errors(): readonly { readonly message: string; readonly count: number }[] {
    return [...this.#errors]
      .map(([message, count]) => ({ message, count }))
      .sort((a, b) => b.count - a.count);
  }

  /** @returns whether the record is new; `false` for one that came before and must not be counted again. */
  add(record: StreamRecord): boolean {
    const lostBefore = this.gaps;
    if (!this.#sequences.accept(record)) return false;
    this.records++;
    if (record.kind === 'tick') this.#addTick(record, this.gaps !== lostBefore);
    else this.#previousTick.delete(record.source);
    if (record.kind === 'end' && record.source !== 'runner') {
      this.hasEnded = true;
      this.endError = record.error;
    }
    return true;
  }

  #addTick(tick: TickRecord, isAfterGap: boolean): void {
    this.ticks++;
    this.iterations += tick.iterations;
    this.dropped += tick.dropped;
    this.usersAtEnd = tick.users;
    if (tick.durationMs > lateTickMs) this.lateTicks++;
    this.worstTickMs = Math.max(this.worstTickMs, tick.durationMs);
    this.#addCpu(tick);
    if (!isAfterGap) this.#checkClock(tick);
    this.#previousTick.set(tick.source, tick);
    for (const cell of tick.log) if (cell.level === 'error') this.#addError(cell);
  }

  #addCpu(tick: TickRecord): void {
    if (tick.cpuUs === undefined || tick.durationMs <= 0) return;
    this.#hasLoad ||= tick.users > 0 || tick.iterations > 0 || tick.requests.length > 0;
    // Setting users up takes all cores, and nothing is measured then.
    if (!this.#hasLoad) return;
    this.cpuKnownMs += tick.durationMs;
    // A process that takes one core has no use for the others.
    const share = tick.busiest ?? tick.cpuUs / 1000 / tick.durationMs / this.#cpus;
    if (share > hotCpuShare) this.hotMs += tick.durationMs;
  }

  #checkClock(tick: TickRecord): void {
    const before = this.#previousTick.get(tick.source);
    if (before?.seq !== tick.seq - 1) return;
    const jump = Math.abs(tick.timeMs - before.timeMs - tick.durationMs);
    if (jump <= clockJumpMs) return;
    this.clockJumps++;
    this.worstClockJumpMs = Math.max(this.worstClockJumpMs, jump);
  }

  #addError(cell: LogCell): void {
    this.scriptErrors += cell.count;
    const known = this.#errors.get(cell.message);
    if (known !== undefined || this.#errors.size < maxMessages)
      this.#errors.set(cell.message, (known ?? 0) + cell.count);
  }
}
