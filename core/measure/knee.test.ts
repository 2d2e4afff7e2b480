import { expect, test } from 'vitest';
import { foundShare, kneesOf } from '../../test/kit/simulated-knees';
import { findKnee } from './knee';

/** Enough for 1,530 curves over all steps and noises. */
const curvesEach = 170;

test('fewer than one in a hundred of 1,530 curves without a knee are said to have one', () => {
  expect(foundShare(kneesOf('straight', curvesEach))).toBeLessThan(0.01);
  expect(foundShare(kneesOf('bending gently', curvesEach))).toBeLessThan(0.01);
});

test('a real cap is found in nearly all of 1,530 curves, near where it is', () => {
  const found = kneesOf('hard cap', curvesEach);
  expect(foundShare(found)).toBeGreaterThan(0.97);
  for (const { steps, noise, at } of found) {
    // In the noisiest curves of eight steps the slope beyond the cap rests on three points and is in doubt.
    expect(at.length).toBeGreaterThanOrEqual(noise < 0.05 ? 168 : 144);
    const [low, high] = [at[Math.floor(at.length * 0.05)] ?? 0, at[Math.floor(at.length * 0.95)] ?? 0];
    if (steps === 12 && noise === 0.03) {
      expect(low).toBeGreaterThan(900);
      expect(high).toBeLessThan(1070);
    }
  }
});

test('a collapse beyond the cap is found too', () => {
  for (const { at } of kneesOf('collapse', curvesEach)) expect(at.length).toBeGreaterThanOrEqual(168);
});

test('what is level from the first load on bends there at the latest', () => {
  const found = kneesOf('level from the first', curvesEach);
  expect(foundShare(found)).toBeGreaterThan(0.97);
  for (const { steps, noise, at } of found) {
    const lowest = (1.6 * 1000) / steps;
    // The places at which a bend is tried are a tenth apart here.
    if (noise < 0.05) expect(at[Math.floor(at.length * 0.95)]).toBeLessThan(lowest * 1.15);
  }
});

test('a server that merely slows down is not said to be at its limit', () => {
  expect(foundShare(kneesOf('slope of 0.7 beyond a bend', curvesEach))).toBeLessThan(0.01);
});

test('exact data gives the exact bend, and a reason', () => {
  const exact = [200, 400, 600, 800, 1000, 1200, 1400, 1600].map((offered) => ({
    offered,
    delivered: Math.min(offered, 1000),
  }));
  expect(findKnee(exact.toReversed())).toMatchObject({
    kind: 'reached',
    offered: 1000,
    slopeBefore: 1,
    reason: 'throughput stopped following the load at 1,000/s',
  });
  expect(findKnee(exact.map(({ offered }) => ({ offered, delivered: offered * 0.9 })))).toMatchObject({
    kind: 'not-reached',
    reason: 'throughput followed the load to the highest level tried',
  });
});

test('few or damaged points prove nothing', () => {
  expect(findKnee([])).toMatchObject({ kind: 'not-reached' });
  const five = [1, 2, 3, 4, 5].map((offered) => ({ offered, delivered: Math.min(offered, 2) }));
  expect(findKnee([...five, { offered: NaN, delivered: 1 }, { offered: 0, delivered: 0 }])).toEqual({
    kind: 'not-reached',
    reason: '6 load levels are needed, there are 5',
  });
  // What was tried twice is no other level.
  expect(findKnee([...five, ...five]).kind).toBe('not-reached');
  const same = Array.from({ length: 10 }, () => ({ offered: 5, delivered: 5 }));
  expect(findKnee(same).kind).toBe('not-reached');
});
