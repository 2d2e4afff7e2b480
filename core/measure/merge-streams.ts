/**
 * The records of several generators of one load as those of one: live, second by second, and exact, since counts and
 * histograms only add up. Nobody who reads the merged stream needs to know how many wrote it.
 */
import { mergeLog, mergeMetrics, mergeRequests } from './merge-cells';
import type { MetricCell, RequestCell, StreamRecord, TickRecord } from './record';
import { SequenceWatch } from './sequence';

/** A generator that is this many records behind another is no longer waited for: its records add to later ones. */
const maxAhead = 3;

export interface StreamMerge {
  /**
   * Takes the next record of a generator, numbered from 0.
   *
   * @returns the records of the merged stream that are complete by it.
   */
  add(generator: number, record: StreamRecord): readonly StreamRecord[];
  /**
   * Nothing more comes of a generator, whether it said so or not. Once that holds of all, the merged stream ends.
   *
   * @returns as `add` does.
   */
  close(generator: number): readonly StreamRecord[];
  /** Whether a generator told its end. */
  hasEnded(generator: number): boolean;
  /** How far its records reach, in milliseconds from the start of its load; 0 where it never began. */
  reachMs(generator: number): number;
  /** Between the first and the last start of the load of a generator, in milliseconds. */
  readonly startSpreadMs: number;
}

interface Generator {
  readonly sequence: SequenceWatch;
  readonly pending: TickRecord[];
  clockMs: number | undefined;
  /** Told its end, or will tell nothing more. */
  isOver: boolean;
  hasEnded: boolean;
  reachMs: number;
  users: number;
  usersMax: number;
  rssBytes: number | undefined;
  wasInLastTick: boolean;
}

export function mergeStreams(phase: string, count: number): StreamMerge {
  return new Merge(phase, count);
}

class Merge implements StreamMerge {
  readonly #phase: string;
  readonly #generators: readonly Generator[];
  #seq = 0;
  #lost = 0;
  #source = '';
  #hasStarted = false;
  #clockMs: number | undefined;
  #lastTickMs: number | undefined;
  #lastTimeMs = 0;
  readonly #endErrors: (string | undefined)[] = [];
  #isEnded = false;

  constructor(phase: string, count: number) {
    this.#phase = phase;
    this.#generators = Array.from({ length: count }, newGenerator);
  }

  add(index: number, record: StreamRecord): readonly StreamRecord[] {
    const generator = this.#generators[index];
    // What was told again after a broken connection counts once.
    if (generator === undefined || record.kind === 'resources' || !generator.sequence.accept(record.seq))
      return [];
    this.#source ||= record.source;
    this.#lastTimeMs = Math.max(this.#lastTimeMs, record.timeMs);
    switch (record.kind) {
      case 'start':
        return this.#start(record);
      case 'clock':
        generator.clockMs = record.timeMs;
        return this.#tell();
      case 'tick':
        generator.pending.push(record);
        generator.reachMs = record.timeMs - (generator.clockMs ?? record.timeMs);
        return this.#tell();
      case 'end':
        generator.hasEnded = true;
        generator.isOver = true;
        this.#endErrors.push(record.error);
        return this.#tell();
    }
  }

  close(index: number): readonly StreamRecord[] {
    const generator = this.#generators[index];
    if (generator === undefined) return [];
    generator.isOver = true;
    // Users of a generator that is gone are at work no more; one that ended keeps what it last told, as alone.
    if (!generator.hasEnded) generator.users = generator.usersMax = 0;
    return this.#tell();
  }

  hasEnded(index: number): boolean {
    return this.#generators[index]?.hasEnded ?? false;
  }

  reachMs(index: number): number {
    return this.#generators[index]?.reachMs ?? 0;
  }

  get startSpreadMs(): number {
    const clocks = this.#clocks();
    return clocks.length === 0 ? 0 : Math.max(...clocks) - Math.min(...clocks);
  }

  #clocks(): number[] {
    return this.#generators.flatMap(({ clockMs }) => (clockMs === undefined ? [] : [clockMs]));
  }

  #start(record: StreamRecord & { readonly kind: 'start' }): readonly StreamRecord[] {
    if (this.#hasStarted) return [];
    this.#hasStarted = true;
    return [{ ...record, ...this.#head(record.timeMs), generators: this.#generators.length }];
  }

  /** Everything that is complete. */
  #tell(): readonly StreamRecord[] {
    if (this.#isEnded) return [];
    const isTickDue = this.#isTickDue();
    const isOver = this.#generators.every((each) => each.isOver);
    const told: StreamRecord[] = [];
    if (this.#isClockDue(isTickDue)) told.push(this.#clock());
    if (isTickDue) told.push(this.#tick());
    if (isOver) told.push(this.#end());
    return told;
  }

  #isTickDue(): boolean {
    const hasAny = this.#generators.some(({ pending }) => pending.length > 0);
    if (!hasAny) return false;
    return (
      this.#generators.every(({ pending, isOver }) => isOver || pending.length > 0) ||
      this.#generators.some(({ pending }) => pending.length >= maxAhead)
    );
  }

  /** It waits for all, to be that of the first; but nothing may be filed before it is told. */
  #isClockDue(isTickDue: boolean): boolean {
    if (this.#clockMs !== undefined || this.#clocks().length === 0) return false;
    if (this.#generators.every(({ clockMs, isOver }) => isOver || clockMs !== undefined)) return true;
    return isTickDue && this.#generators.some(({ pending }) => pending.some(hasCells));
  }

  #clock(): StreamRecord {
    this.#clockMs = Math.min(...this.#clocks());
    return { ...this.#head(this.#clockMs), kind: 'clock' };
  }

  #tick(): TickRecord {
    const parts = this.#generators.map((generator) => this.#take(generator));
    const ticks = parts.flatMap((part) => part.ticks);
    const timeMs = Math.max(...ticks.map((tick) => tick.timeMs));
    const durationMs = this.#durationOf(parts, timeMs);
    for (const { generator, ticks: own } of parts) generator.wasInLastTick = own.length > 0;
    this.#lastTickMs = timeMs;
    const known = ticks.flatMap(({ cpuUs }) => (cpuUs === undefined ? [] : [cpuUs]));
    const rss = this.#generators.flatMap(({ rssBytes }) => (rssBytes === undefined ? [] : [rssBytes]));
    return {
      ...this.#head(timeMs),
      kind: 'tick',
      durationMs,
      users: total(this.#generators.map(({ users }) => users)),
      usersMax: total(this.#generators.map(({ usersMax }) => usersMax)),
      iterations: total(ticks.map((tick) => tick.iterations)),
      dropped: total(ticks.map((tick) => tick.dropped)),
      bytesSent: total(ticks.map((tick) => tick.bytesSent)),
      bytesReceived: total(ticks.map((tick) => tick.bytesReceived)),
      ...(known.length > 0 && { cpuUs: total(known) }),
      ...(rss.length > 0 && { rssBytes: total(rss) }),
      generators: this.#generators.filter(({ isOver, hasEnded }) => hasEnded || !isOver).length,
      requests: mergeRequests(parts.flatMap(({ requests }) => requests)),
      metrics: mergeMetrics(parts.flatMap(({ metrics }) => metrics)),
      log: mergeLog(ticks.flatMap((tick) => tick.log)),
    };
  }

  /** What a generator told since the last merged tick, its seconds counted from the start of the merged load. */
  #take(generator: Generator): Part {
    const ticks = generator.pending.splice(0);
    const latest = ticks.at(-1);
    if (latest !== undefined && (generator.hasEnded || !generator.isOver)) {
      generator.users = latest.users;
      generator.usersMax = latest.usersMax;
    }
    generator.rssBytes =
      generator.isOver && !generator.hasEnded ? undefined : (latest?.rssBytes ?? generator.rssBytes);
    const later = Math.max(0, Math.round(((generator.clockMs ?? 0) - (this.#clockMs ?? 0)) / 1000));
    const shift = <T extends { readonly at: number }>(cell: T): T =>
      later === 0 ? cell : { ...cell, at: cell.at + later };
    return {
      generator,
      ticks,
      requests: ticks.flatMap((tick) => tick.requests.map(shift)),
      metrics: ticks.flatMap((tick) => tick.metrics.map(shift)),
    };
  }

  /**
   * By the generators' own clocks where one told of both ends of the time, so that a jump of the wall clock shows; one
   * that was late would stretch it over what is told already.
   */
  #durationOf(parts: readonly Part[], timeMs: number): number {
    const lengths = parts.flatMap(({ generator, ticks }) =>
      ticks.length > 0 && generator.wasInLastTick ? [total(ticks.map((tick) => tick.durationMs))] : [],
    );
    if (lengths.length > 0) return Math.min(...lengths);
    const longest = Math.max(...parts.map(({ ticks }) => total(ticks.map((tick) => tick.durationMs))));
    return this.#lastTickMs === undefined ? longest : Math.max(0, timeMs - this.#lastTickMs);
  }

  /** What stopped only some is a loss, and whoever conducts the generators tells of it. */
  #end(): StreamRecord {
    this.#isEnded = true;
    const [first] = this.#endErrors;
    const isStopped = this.#endErrors.every((error) => error !== undefined);
    const head = this.#head(this.#lastTimeMs);
    return { ...head, kind: 'end', ...(isStopped && first !== undefined && { error: first }) };
  }

  /** A record that was lost on the way here is a gap of the merged stream, too. */
  #head(timeMs: number) {
    const lost = total(this.#generators.map(({ sequence }) => sequence.lost));
    this.#seq += Math.max(0, lost - this.#lost);
    this.#lost = Math.max(lost, this.#lost);
    return { source: this.#source, phase: this.#phase, seq: this.#seq++, timeMs };
  }
}

interface Part {
  readonly generator: Generator;
  readonly ticks: readonly TickRecord[];
  readonly requests: readonly RequestCell[];
  readonly metrics: readonly MetricCell[];
}

function newGenerator(): Generator {
  return {
    sequence: new SequenceWatch(),
    pending: [],
    clockMs: undefined,
    isOver: false,
    hasEnded: false,
    reachMs: 0,
    users: 0,
    usersMax: 0,
    rssBytes: undefined,
    wasInLastTick: false,
  };
}

function hasCells({ requests, metrics }: TickRecord): boolean {
  return requests.length > 0 || metrics.length > 0;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
