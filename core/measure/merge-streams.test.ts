import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadStartMs, requests, simulatedPhase, tasks } from '../../test/kit/simulated-stream';
import { StreamHealth } from './health';
import { Histogram } from './histogram';
import { mergeStreams } from './merge-streams';
import { totalPhase } from './phase-totals';
import type { StreamRecord, TickRecord } from './record';

/** Records of several generators as they come in: by their time, whoever wrote them. */
function arriving(
  streams: readonly (readonly StreamRecord[])[],
): { readonly from: number; readonly record: StreamRecord }[] {
  return streams
    .flatMap((stream, from) => stream.map((record) => ({ from, record })))
    .sort((a, b) => a.record.timeMs - b.record.timeMs);
}

function merged(streams: readonly (readonly StreamRecord[])[]): StreamRecord[] {
  const merge = mergeStreams('load', streams.length);
  return [
    ...arriving(streams).flatMap(({ from, record }) => merge.add(from, record)),
    ...streams.flatMap((_, index) => merge.close(index)),
  ];
}

function ticksOf(records: readonly StreamRecord[]): TickRecord[] {
  return records.filter((record) => record.kind === 'tick');
}

const window = { fromMs: 0, toMs: 10_000 };

/** One generator whose requests in each second took these times. */
function generator(
  bySecond: readonly (readonly number[])[],
  { startMs = loadStartMs, ...options }: { startMs?: number; ends?: boolean } = {},
): StreamRecord[] {
  return [
    ...simulatedPhase({
      seconds: bySecond.length,
      startMs,
      ...options,
      tick: (second) => {
        const times = bySecond[second] ?? [];
        return times.length === 0
          ? { requests: [] }
          : { requests: [requests(second, times)], metrics: [tasks('task', second, 'success', times)] };
      },
    }),
  ];
}

const latencies = fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 20 });
const seconds = fc.array(latencies, { minLength: 3, maxLength: 8 });

describe('merging the streams of several generators', () => {
  test('gives the very figures of one that had done all of it', () => {
    const parts = fc.array(fc.tuple(seconds, fc.integer({ min: 0, max: 400 })), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(parts, (generators) => {
        const streams = generators.map(([times, skewMs]) =>
          generator(times, { startMs: loadStartMs + skewMs }),
        );
        const whole = Array.from({ length: 8 }, (_, at) => generators.flatMap(([times]) => times[at] ?? []));
        const [one] = totalPhase(generator(whole), 'load', window).steps;
        const all = totalPhase(merged(streams), 'load', window);
        const [step] = all.steps;
        expect(step?.ok.histogram.toPairs()).toEqual(one?.ok.histogram.toPairs());
        expect(step?.requests).toBe(one?.requests);
        expect(step?.tasks).toEqual(one?.tasks);
        expect(all.health.gaps).toBe(0);
        expect(all.health.hasEnded).toBe(true);
        expect(all.iterations).toBe(generators.reduce((sum, [times]) => sum + times.length * 10, 0));
      }),
    );
  });

  test('writes one record for a second, with users, bytes, CPU and memory added up', () => {
    const records = merged(
      [0, 300, 700].map((skewMs) => [
        ...simulatedPhase({
          seconds: 4,
          startMs: loadStartMs + skewMs,
          tick: () => ({ users: 7, usersMax: 9, dropped: 1, bytesSent: 10, cpuUs: 500, rssBytes: 40 }),
        }),
      ]),
    );
    expect(ticksOf(records)).toHaveLength(4);
    expect(ticksOf(records)[1]).toMatchObject({
      ...{ users: 21, usersMax: 27, dropped: 3, bytesSent: 30, cpuUs: 1500, rssBytes: 120 },
      ...{ durationMs: 1000, generators: 3, iterations: 30 },
    });
    expect(records.map(({ kind }) => kind)).toEqual([
      'start',
      'clock',
      'tick',
      'tick',
      'tick',
      'tick',
      'end',
    ]);
    expect(records.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(records[0]).toMatchObject({ source: 'k6', phase: 'load', generators: 3 });
  });

  test('counts seconds from the first start, and moves those of a generator that came late', () => {
    const records = merged([
      generator([[1], [1], [1], [1]], { startMs: loadStartMs + 2100 }),
      generator([[5], [5], [5], [5], [5], [5]]),
    ]);
    expect(records.find(({ kind }) => kind === 'clock')?.timeMs).toBe(loadStartMs);
    const cells = ticksOf(records).flatMap((tick) => tick.requests);
    const late = cells.filter((cell) => cell.minUs === 1000).map(({ at }) => at);
    expect(late).toEqual([2, 3, 4, 5]);
    const merge = mergeStreams('load', 2);
    for (const start of [0, 2100])
      for (const record of generator([[1]], { startMs: loadStartMs + start }))
        merge.add(start === 0 ? 0 : 1, record);
    expect(merge.startSpreadMs).toBe(2100);
  });

  test('does not wait for ever for one that fell silent, and adds what it tells later', () => {
    const merge = mergeStreams('load', 2);
    const silent = generator([[1], [1], [1], [1], [1], [1]]);
    const going = generator([[2], [2], [2], [2], [2], [2]]);
    const early = [
      ...silent.slice(0, 3).flatMap((record) => merge.add(0, record)),
      ...going.slice(0, 6).flatMap((record) => merge.add(1, record)),
    ];
    expect(ticksOf(early).length).toBeGreaterThan(1);
    const late = [
      ...silent.slice(3).flatMap((record) => merge.add(0, record)),
      ...going.slice(6).flatMap((record) => merge.add(1, record)),
    ];
    const totals = totalPhase([...early, ...late], 'load', window);
    expect(totals.requests).toBe(12);
    expect(totals.health).toMatchObject({ clockJumps: 0, gaps: 0, hasEnded: true });
  });

  test('shows a record that was lost on the way, and counts one that came twice once', () => {
    const whole = generator([[1], [1], [1], [1]]);
    const torn = whole.filter((_, index) => index !== 4);
    const lossy = totalPhase(merged([whole, torn]), 'load', window);
    expect(lossy.health.gaps).toBe(1);
    const again = [...whole.slice(0, 4), ...whole.slice(2)];
    const twice = totalPhase(merged([whole, again]), 'load', window);
    expect(twice.requests).toBe(8);
    expect(twice.health).toMatchObject({ gaps: 0, duplicates: 0 });
  });

  test('goes on without a generator that is gone, and says so', () => {
    const gone = generator([[1], [1]], { ends: false });
    const going = generator([[2], [2], [2], [2]]);
    const merge = mergeStreams('load', 2);
    const records = [
      ...gone.flatMap((record) => merge.add(0, record)),
      ...merge.close(0),
      ...going.flatMap((record) => merge.add(1, record)),
      ...merge.close(1),
    ];
    const ticks = ticksOf(records);
    expect(ticks.at(-1)).toMatchObject({ users: 10, generators: 1 });
    expect(ticks.flatMap((tick) => tick.requests).reduce((sum, cell) => sum + cell.count, 0)).toBe(6);
    expect(records.at(-1)).toMatchObject({ kind: 'end' });
    expect([merge.hasEnded(0), merge.hasEnded(1)]).toEqual([false, true]);
    expect(merge.reachMs(0)).toBe(2000);
  });

  test('ends only when all have, with the first reason where all were stopped', () => {
    const stopped = (error: string) =>
      generator([[1]]).map((record): StreamRecord => (record.kind === 'end' ? { ...record, error } : record));
    const merge = mergeStreams('load', 2);
    const before = stopped('data used up').flatMap((record) => merge.add(0, record));
    expect(before.some(({ kind }) => kind === 'end')).toBe(false);
    const after = stopped('interrupted').flatMap((record) => merge.add(1, record));
    expect(after.at(-1)).toMatchObject({ kind: 'end', error: 'data used up' });
    expect(merge.close(0)).toEqual([]);
    const [last] = merged([stopped('interrupted'), generator([[1], [1]])]).slice(-1);
    expect(last).toMatchObject({ kind: 'end' });
    expect(last).not.toHaveProperty('error');
  });

  test('shows a jump of the clock that all saw', () => {
    const jump = (records: readonly StreamRecord[]) =>
      records.map((record, index) => (index < 4 ? record : { ...record, timeMs: record.timeMs + 20_000 }));
    const health = new StreamHealth(1);
    for (const record of merged([jump(generator([[1], [1], [1]])), jump(generator([[1], [1], [1]]))]))
      health.add(record);
    expect(health.clockJumps).toBe(1);
  });

  test('changes nothing of the records that it was given', () => {
    const streams = [generator([[1, 2]]), generator([[3]])];
    const before = JSON.stringify(streams, (_, value: unknown) =>
      value instanceof Histogram ? value.toPairs() : value,
    );
    merged(streams);
    merged(streams);
    expect(
      JSON.stringify(streams, (_, value: unknown) => (value instanceof Histogram ? value.toPairs() : value)),
    ).toBe(before);
  });

  test('adds up equal lines of the log, and keeps their number small', () => {
    const line = (message: string) => ({ level: 'warning' as const, message, count: 2 });
    const noisy = (prefix: string) => [
      ...simulatedPhase({
        seconds: 1,
        tick: () => ({ log: [line('same'), ...Array.from({ length: 15 }, (_, i) => line(`${prefix}${i}`))] }),
      }),
    ];
    const log = ticksOf(merged([noisy('a'), noisy('b')]))[0]?.log ?? [];
    expect(log.find(({ message }) => message === 'same')?.count).toBe(4);
    expect(log.length).toBeLessThanOrEqual(21);
    expect(log.reduce((sum, { count }) => sum + count, 0)).toBe(64);
  });
});
