import { describe, expect, test } from 'vitest';
import { createStation, seededRandom } from '../../test/bed/queue.mjs';
import { simulateSearch, type SimulatedTarget } from '../../test/kit/simulated-search';
import { analysePlan } from '../plan/analyse';

const servers = 8;
const serviceMs = 40;
const knee = 2 * servers;
const truth = (servers * 1000) / serviceMs;

const { plan } = analysePlan(`version: 1
name: Known capacity
targets: { bed: { url: 'http://127.0.0.1:1' } }
scenarios: { work: { steps: [{ name: ask, get: /work }] } }
phases:
  stress:
    scenarios: [work]
    find: { start: 20/s, factor: 2, trial: 8s, resolution: 2%, confirm: 24s }
    until: [plateau]
goals: [ 'p95(work) in stress < 150ms' ]
`);

/** Servers behind one queue, whom no load slows down. */
function pooled(thinkMs = 0): SimulatedTarget {
  const station = createStation(servers);
  return { admit: (at) => station.admit(at, serviceMs), thinkMs };
}

/** A plan that searches by users. */
function crowd(until: string, goals: string, start = 2) {
  const { plan: found, problems } = analysePlan(`version: 1
name: Known capacity
targets: { bed: { url: 'http://127.0.0.1:1' } }
scenarios: { work: { steps: [{ name: ask, get: /work }] } }
phases:
  stress:
    scenarios: [work]
    find: { start: ${start}, factor: 1.5, trial: 8s, resolution: 2%, confirm: 24s, max: 200 }
${until}
goals: [ ${goals} ]
`);
  expect(problems).toEqual([]);
  return found!;
}

describe('by users', () => {
  test('a goal breaks from the number on from which they wait too long', () => {
    for (const seed of [1, 2, 3]) {
      // They move in step: eight at a time, so that of 24 all wait for three services, and of 25 some for four.
      const plan = crowd('', "'p95(work) in stress < 150ms'");
      const { capacity, verdict } = simulateSearch(plan, pooled(), seededRandom(seed));
      expect(verdict).toMatch(
        /^pass: it holds \d+ users and breaks at \d+ users: p95\(work\) in stress < 150ms$/,
      );
      expect(capacity).toMatchObject({ unit: 'users', reached: true, lower: 24, upper: 25 });
    }
  });

  test('the plateau is where the pool is full, whatever the users think', () => {
    for (const thinkMs of [0, 100]) {
      const { capacity, verdict } = simulateSearch(
        crowd('    until: [plateau]', ''),
        pooled(thinkMs),
        seededRandom(1),
      );
      expect(verdict).toMatch(/^pass: .* plateau: throughput stopped following the load at /);
      // The pool is full where as many are at work as work at once: (service + think) / service users for each.
      const full = (servers * (serviceMs + thinkMs)) / serviceMs;
      expect(capacity.lower! / full).toBeGreaterThan(0.9);
      expect(capacity.upper! / full).toBeLessThan(1.15);
      expect(capacity.plateau).toMatchObject({ kind: 'knee' });
      // Under way are at most the users, and with the target those that do not think.
      for (const { level, inFlight } of capacity.trials) expect(inFlight).toBeLessThanOrEqual(level * 1.02);
    }
  });

  test('a search that begins beyond the plateau goes back to it, and says so of the trials that held', () => {
    const plan = crowd('    until: [plateau]', '', 10);
    const { capacity, verdict } = simulateSearch(plan, pooled(), seededRandom(1));
    expect(verdict).toMatch(
      /^fail: not even the first load, 10 users, holds; it holds 8 users and breaks at 9 users: plateau: /,
    );
    expect(capacity.plateau).toMatchObject({ kind: 'knee' });
    for (const { level, held, why } of capacity.trials) {
      expect(held).toBe(level <= 8);
      expect(why === null).toBe(held);
    }
  });

  test('where a goal breaks beyond the plateau, only that throughput was level from the first load is known', () => {
    const plan = crowd('', "'p95(work) in stress < 150ms'", 12);
    const { capacity } = simulateSearch(plan, pooled(), seededRandom(1));
    expect(capacity).toMatchObject({ lower: 24, upper: 25 });
    expect(capacity.plateau).toEqual({
      kind: 'not-reached',
      reason: 'throughput was level from the lowest load tried on, 12 users: it stopped following below that',
    });
  });

  test('what follows its users to the highest number allowed has no plateau and no limit', () => {
    const plan = crowd('    until: [plateau]', '');
    const free: SimulatedTarget = { admit: (at) => at + serviceMs, thinkMs: 1900 };
    const { capacity, verdict } = simulateSearch(plan, free, seededRandom(1));
    expect(verdict).toMatch(/^pass: the limit was not reached: .* number of users allowed, 200 users$/);
    expect(capacity).toMatchObject({ lower: 200, upper: null, plateau: { kind: 'not-reached' } });
  });
});

/** More load is less throughput beyond the knee, so that what has piled up takes long to be worked off. */
function collapsing(): SimulatedTarget {
  const station = createStation(servers);
  return {
    admit: (at) => station.admit(at, (inStation: number) => serviceMs * Math.max(1, inStation / knee)),
  };
}

test('a service that collapses is spared, and its capacity found to the resolution, in virtual time', () => {
  for (const seed of [1, 2, 3]) {
    const { capacity, trials, verdict } = simulateSearch(plan!, collapsing(), seededRandom(seed));
    expect(verdict).toMatch(/^pass/);
    expect(Math.abs(capacity.lower! / truth - 1)).toBeLessThan(0.03);
    expect(capacity.upper!).toBeGreaterThanOrEqual(truth);
    expect(capacity.upper! / capacity.lower!).toBeLessThanOrEqual(1.02 + 1e-9);
    const broken = trials.filter(({ broke }) => broke !== undefined);
    expect(broken.length).toBeGreaterThan(3);
    // Of two seconds of 320/s it would recover for half a minute.
    for (const { waited } of trials) expect(waited).toBeLessThan(6);
    expect(trials.at(-1)).toMatchObject({ level: capacity.upper, purpose: 'confirm' });
  }
});
