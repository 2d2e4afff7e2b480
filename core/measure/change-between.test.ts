import { describe, expect, it } from 'vitest';
import { changeBetween, type KnownTime } from './change-between';

const time = (ms: number, low: number | null, high: number | null): KnownTime => ({ ms, low, high });

describe('the change between two runs', () => {
  const check = (before: KnownTime, after: KnownTime, verdict: string | undefined) => {
    expect(changeBetween(before, after)?.verdict).toBe(verdict);
  };

  it('is told where the intervals lie apart, and the change counts', () => {
    check(time(100, 98, 102), time(120, 118, 122), 'slower');
    check(time(120, 118, 122), time(100, 98, 102), 'faster');
  });

  it('is no evidence where the intervals touch, or the change is too small to count', () => {
    check(time(100, 90, 112), time(120, 110, 130), 'no-evidence');
    check(time(1000, 999, 1001), time(1049, 1048, 1060), 'no-evidence');
  });

  it('is none where the intervals leave room for nothing that counts', () => {
    check(time(1000, 995, 1005), time(1001, 996, 1006), 'equivalent');
  });

  it('is no evidence where an interval is open, and not told where there was no time at all', () => {
    check(time(100, 98, null), time(200, 198, 202), 'no-evidence');
    check(time(100, 0, 102), time(200, 198, 202), 'no-evidence');
    check(time(0, 0, 0), time(200, 198, 202), undefined);
  });
});
