import { expect, test } from 'vitest';
import { sampleRun } from '../../test/kit/sample-report';
import { amountText } from './profile-section';

test.each([
  [{ rps: 0.97, p50: 1.13 }, 'profiling overhead: throughput -3 %, median latency +13 %'],
  [
    { rps: 0.966, p50: 23.64 },
    'profiling overhead: throughput -3 %, median latency 24 times (near its limit a target queues at a small cost)',
  ],
  [{ rps: 1.001, p50: null }, 'profiling overhead: throughput 0 %'],
])('what a profiler costs is told as a change, and times it where that is large: %o', (overhead, words) => {
  const profile = sampleRun().phases[0]?.profiles?.[0];
  if (profile === undefined) throw new Error('the sample has no profile');
  expect(amountText({ ...profile, overhead })).toBe(`: 900 samples in 30.0 s; ${words}`);
  expect(amountText({ ...profile, overhead: null })).toBe(': 900 samples in 30.0 s');
});
