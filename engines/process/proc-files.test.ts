import { expect, test } from 'vitest';
import { parseFilesLimit, parseStat, parseStatus } from './proc-files';

test('a name with spaces and parentheses moves no field of stat', () => {
  const fields = '42 (a ) (b) S 7 42 42 0 -1 4194560 1 0 0 0 250 150 0 0 20 0 9 0 777 1 2';
  expect(parseStat(fields)).toEqual({ parent: 7, state: 'S', cpuSeconds: 4, started: '777' });
});

test('what is no stat is none', () => {
  for (const text of ['', '42 (x', '42 (x) S 1', 'garbage'.repeat(10)])
    expect(parseStat(text)).toBeUndefined();
});

test('status tells resident memory and threads, or nothing of a kernel thread', () => {
  expect(parseStatus('Name:\tx\nVmRSS:\t  2048 kB\nThreads:\t3\n')).toEqual({
    rssBytes: 2_097_152,
    threads: 3,
  });
  expect(parseStatus('Name:\tkworker\nThreads:\t1\n')).toEqual({ threads: 1 });
});

test('the soft limit of open files counts, and an unlimited one is none', () => {
  const line = (soft: string) =>
    `Limit  Soft Limit Hard Limit Units\nMax open files            ${soft}     4096    files\n`;
  expect(parseFilesLimit(line('1024'))).toBe(1024);
  expect(parseFilesLimit(line('unlimited'))).toBeUndefined();
});
