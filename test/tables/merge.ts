/** What it costs to merge the streams of many generators: the code that is shipped, on records as large as real ones. */
import { mergeStreams } from '../../core/measure/merge-streams';
import { normal, seededRandom, type Random } from '../../core/measure/random';
import type { StreamRecord } from '../../core/measure/record';
import { decodeLine, encodeRecord } from '../../protocol/stream';
import { loadStartMs, requests, tasks } from '../kit/simulated-stream';

export interface MergeCase {
  readonly generators: number;
  readonly steps: number;
  /** Of each generator. */
  readonly requestsPerSecond: number;
}

export interface MergeCost extends MergeCase {
  /** Of one record of a generator, and of one merged. */
  readonly lineBytes: number;
  readonly mergedBytes: number;
  /** CPU time for one record of a generator, and for one merged. */
  readonly decodeUs: number;
  readonly mergeUs: number;
  readonly encodeUs: number;
  /** CPU time per second of load, as a share of one core. */
  readonly coreShare: number;
  readonly heapBytes: number;
}

const seconds = 4;
/** So many generators tell different things; more would only take longer to make up. */
const variants = 8;

/** @param collect collects garbage, so that what is held can be told. */
export function measureMerge(wish: MergeCase, collect: () => void): MergeCost {
  const lines = Array.from({ length: variants }, (_, variant) => linesOf(wish, variant));
  const all = lines.flat();
  const merge = mergeStreams('load', wish.generators);
  const spent = { decode: 0, merge: 0, encode: 0 };
  let [records, mergedTicks, mergedBytes, heapBytes] = [0, 0, 0, 0];
  for (let position = 0; position < (lines[0]?.length ?? 0); position += 1) {
    const decoded = timed(spent, 'decode', () =>
      Array.from({ length: wish.generators }, (_, index) => read(lines[index % variants]?.[position] ?? '')),
    );
    records += decoded.length;
    const told = timed(spent, 'merge', () => decoded.flatMap((record, index) => merge.add(index, record)));
    const out = timed(spent, 'encode', () => told.map(encodeRecord));
    mergedTicks += told.filter(({ kind }) => kind === 'tick').length;
    mergedBytes = Math.max(mergedBytes, ...out.map((line) => line.length));
    collect();
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
  }
  return {
    ...wish,
    lineBytes: Math.max(...all.map((line) => line.length)),
    mergedBytes,
    decodeUs: spent.decode / records,
    mergeUs: spent.merge / records,
    encodeUs: spent.encode / mergedTicks,
    coreShare: (spent.decode + spent.merge + spent.encode) / (mergedTicks * 1e6),
    heapBytes,
  };
}

/** CPU time rather than time: others may be at work on the machine. */
function timed<K extends string, T>(spent: Record<K, number>, what: K, work: () => T): T {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  spent[what] += user + system;
  return result;
}

function read(line: string): StreamRecord {
  const decoded = decodeLine(line);
  if (!decoded.ok) throw new Error(decoded.problem.message);
  return decoded.record;
}

/** Ticks only: start, clock and end come once. */
function linesOf({ steps, requestsPerSecond }: MergeCase, variant: number): string[] {
  const random = seededRandom(variant + 1);
  return Array.from({ length: seconds }, (_, at) => {
    const cells = Array.from({ length: steps }, (__, step) => {
      const times = Array.from({ length: Math.ceil(requestsPerSecond / steps) }, () => latencyMs(random));
      return { name: `step ${step + 1}`, times };
    });
    return encodeRecord({
      ...{ kind: 'tick', source: 'k6', phase: 'load', seq: at, timeMs: loadStartMs + (at + 1) * 1000 },
      ...{ durationMs: 1000, users: 500, usersMax: 500, iterations: requestsPerSecond, dropped: 0 },
      ...{ bytesSent: 1e6, bytesReceived: 1e7, cpuUs: 800_000, rssBytes: 2e8, log: [] },
      requests: cells.map(({ name, times }) => requests(at, times, { scenario: 'buy', step: name })),
      metrics: cells.map(({ name, times }) =>
        tasks('task', at, 'success', times, { scenario: 'buy', step: name }),
      ),
    });
  });
}

/** A lognormal law around 20 ms, as wide as services have it. */
function latencyMs(random: Random): number {
  return 20 * Math.exp(0.5 * normal(random));
}
