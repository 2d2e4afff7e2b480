import { expect, test } from 'vitest';
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
    expect(trials.at(-1)).toMatchObject({ rate: capacity.upper, purpose: 'confirm' });
  }
});
