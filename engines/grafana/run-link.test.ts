import { expect, test } from 'vitest';
import { linkToRun } from './run-link';

const run = { id: 'r 1', startedMs: 1_000_000, endedMs: 1_060_000 };

test('the link is at the time of the run, below the path of the server, and names nobody', () => {
  expect(linkToRun(new URL('http://127.0.0.1:3000'), 'bw-1', run)).toBe(
    'http://127.0.0.1:3000/d/bw-1?from=995000&to=1065000&var-run=r+1',
  );
  expect(linkToRun(new URL('https://me:secret@example.test/grafana'), 'bw-1', run)).toMatch(
    /^https:\/\/example\.test\/grafana\/d\/bw-1\?/,
  );
});

test('of a run that goes on it follows the time', () => {
  const link = linkToRun(new URL('http://127.0.0.1:3000'), 'bw-1', {
    id: undefined,
    startedMs: 1_000_000,
    endedMs: undefined,
  });
  expect(link).toBe('http://127.0.0.1:3000/d/bw-1?from=995000&to=now');
});
