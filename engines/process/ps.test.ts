import { expect, test } from 'vitest';
import { collectByPs } from './collect-by-ps';
import { onlyTop, parsePids, parsePs, treeOf } from './ps';

/** As the manual of macOS describes the columns; no Mac was at hand. */
const text = `    1     0  17952   8:31.07 Mon Nov  3 08:11:41 2025     /sbin/launchd
 4711     1  51200   0:02.50 Mon Nov 23 15:51:56 2026     /usr/bin/python3 -m uvicorn app:app --workers 2
 4712  4711  40960   1:00:03.25 Mon Nov 23 15:51:57 2026     /usr/bin/python3 -c spawn main
 4713  4711  40960 2-00:00:01.00 Mon Nov 23 15:51:57 2026     /usr/bin/python3 -c spawn main
  PID  PPID garbage
`;

test('rows are read with their times, whatever their length', () => {
  const rows = parsePs(text);
  expect(rows.map(({ pid, parent, cpuSeconds }) => [pid, parent, cpuSeconds])).toEqual([
    [1, 0, 511.07],
    [4711, 1, 2.5],
    [4712, 4711, 3603.25],
    [4713, 4711, 172_801],
  ]);
  expect(rows[1]).toMatchObject({ rssBytes: 52_428_800, started: 'Mon Nov 23 15:51:56 2026' });
});

test('workers are found below the process that started them, and a shared port is that of the first', () => {
  const rows = parsePs(text);
  expect(treeOf(4711, rows).map(({ pid }) => pid)).toEqual([4711, 4712, 4713]);
  expect(treeOf(99, rows)).toEqual([]);
  expect(onlyTop(parsePids('4711\n4712\n4713\n'), rows)).toBe(4711);
  expect(onlyTop([4712, 4713], rows)).toBeUndefined();
  expect(onlyTop([], rows)).toBeUndefined();
});

test('a port is found by lsof, rates by two looks at ps, and a process that went is a gap', async () => {
  let nowMs = 0;
  let told = text;
  const capture = (file: string): Promise<string> =>
    Promise.resolve(file === '/bin/ps' ? told : '4711\n4712\n4713\n');
  const collector = collectByPs('web', { port: 8000 }, capture, () => nowMs);
  const { signal } = new AbortController();
  await collector.read(signal);
  nowMs = 2000;
  told = text.replace('0:02.50', '0:03.50');
  const [sample] = await collector.read(signal);
  expect(sample?.readings).toContainEqual({ metric: 'cpu', value: 0.5 });
  expect(sample?.readings).toContainEqual({ metric: 'memory', instance: 'pid 4712', value: 41_943_040 });
  told = '';
  expect((await collector.read(signal))[0]).toMatchObject({
    readings: [],
    gap: expect.any(String) as string,
  });
});
