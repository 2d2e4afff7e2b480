import { expect, test } from 'vitest';
import { readPodLog } from './pod-log';

const record = (kind: string, seq: number, timeMs: number): string =>
  `{"v":1,"kind":"${kind}","source":"k6","phase":"a \\"b\\"","seq":${seq},"time":${timeMs},"crc":"00c0ffee"}`;

function reader() {
  const records: (readonly [string, boolean])[] = [];
  const texts: string[] = [];
  const log = readPodLog(
    { onRecord: (line, isNew) => records.push([line, isNew]), onText: (line) => texts.push(line) },
    10_000,
  );
  const add = (text: string): void => {
    log.add(Buffer.from(text));
  };
  return { log, records, texts, add };
}

test('records and what k6 logs come apart', () => {
  const { log, add, records, texts } = reader();
  expect(log.since()).toBeUndefined();
  add(`${record('start', 0, 5000)}\n{"level":"info","msg":"hello"}\n${record('clock', 1, 5400)}\n`);
  expect(records.map(([line]) => line)).toEqual([record('start', 0, 5000), record('clock', 1, 5400)]);
  expect(texts).toEqual(['{"level":"info","msg":"hello"}']);
  expect([log.hasBegun, log.hasEnded]).toEqual([true, false]);
  add(`${record('end', 2, 61_999)}\n`);
  expect(log.hasEnded).toBe(true);
  expect(log.since()).toBe('1970-01-01T00:01:01Z');
});

test('what had begun when a log broke off is told again, and its second half alone is no text', () => {
  const { log, add, records, texts } = reader();
  add(`${record('tick', 3, 9000)}\n${record('tick', 4, 10_000).slice(0, 30)}`);
  log.breakOff();
  add(`${record('tick', 2, 8000).slice(20)}\n${record('tick', 3, 9000)}\n${record('tick', 4, 10_000)}\n`);
  expect(records).toEqual([
    [record('tick', 3, 9000), true],
    [record('tick', 3, 9000), false],
    [record('tick', 4, 10_000), true],
  ]);
  expect(texts).toEqual([]);
});
