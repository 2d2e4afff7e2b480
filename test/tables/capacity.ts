/** Searches for the capacity of services whose capacity is known, by the real command line and k6. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Capacity } from '../../core/run/run';
import { hardCap, exactQuantile } from '../bed/laws';
import { createStation, exponential, seededRandom } from '../bed/queue.mjs';
import { runByCli } from '../bed/run-plan';
import { startBed } from '../bed/start-bed';
import { isMet, printClaims, type Claim, type ClaimTable } from '../kit/claims';

const resolution = 0.02;
const trialSeconds = 8;

/** A queue near its limit takes longer to show it than a trial lasts: by default too, this one is three times as long. */
const confirmSeconds = 3 * trialSeconds;
const startRate = 20;
const limitMs = 150;

interface Service {
  readonly name: string;
  /** Path of a law of the service. */
  readonly law: string;
  /** The highest rate that it sustains within the goal, per second. */
  readonly truth: number;
  /** The highest rate that the search may try. */
  readonly max?: number;
}

/** The largest rate of even arrivals at which p95 stays within the goal, by simulating the station itself. */
function capacityOfStation(servers: number, serviceMs: number): number {
  const p95 = (rate: number): number => {
    const random = seededRandom(77);
    const station = createStation(servers);
    const times = Array.from({ length: 100_000 }, (_, i) => {
      const at = (i * 1000) / rate;
      return station.admit(at, exponential(1 / serviceMs, random)) - at;
    });
    return exactQuantile(times, 0.95);
  };
  let [low, high] = [0, hardCap(servers, serviceMs)];
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    if (p95(middle) < limitMs) low = middle;
    else high = middle;
  }
  return low;
}

const services: readonly Service[] = [
  { name: 'hard cap', law: '/worker/cap?servers=8&service=40', truth: hardCap(8, 40) },
  {
    name: 'exponential service, 8 servers',
    law: `/queue/drawn?servers=8&mu=${1000 / 30}&seed=5`,
    truth: capacityOfStation(8, 30),
  },
  // Beyond eight in the station each takes longer, so that more load is less throughput.
  { name: 'collapse', law: '/worker/collapse?servers=8&service=40&knee=8', truth: hardCap(8, 40) },
  {
    name: 'a limit above the highest rate',
    law: '/worker/far?servers=8&service=40',
    truth: Infinity,
    max: 100,
  },
];

interface Searched {
  readonly capacity: Capacity;
  readonly seconds: number;
}

async function search(root: string, folder: string, url: string, { law, max }: Service): Promise<Searched> {
  const planFile = path.join(folder, 'capacity.bench.yaml');
  const limit = max === undefined ? '' : `, max: ${max}/s`;
  await writeFile(
    planFile,
    `version: 1
name: Known capacity
targets: { bed: { url: '${url}' } }
scenarios: { work: { steps: [{ name: ask, get: '${law}' }] } }
phases:
  stress:
    scenarios: [work]
    find: { start: ${startRate}/s, factor: 2, trial: ${trialSeconds}s, resolution: ${resolution * 100}%, confirm: ${confirmSeconds}s${limit} }
    until: [plateau]
goals: [ 'p95(work) in stress < ${limitMs}ms' ]
`,
  );
  const began = performance.now();
  const { phase } = await runByCli(root, planFile, 'stress');
  if (phase.capacity === undefined) throw new Error(`the search has no result: ${phase.reason}`);
  return { capacity: phase.capacity, seconds: (performance.now() - began) / 1000 };
}

/**
 * How long a linear ramp takes that finds the limit as finely: steps as wide as the resolution asks for at the truth, each
 * as long as a trial, from the first rate up to the first step that breaks. It favours the ramp, which would have to know
 * the truth for the width of its steps, and has no start, no pause, no repetition and no confirmation.
 */
function linearSteps(truth: number): number {
  return Math.ceil((truth - startRate) / (resolution * truth)) + 1;
}

function claimsOf({ name, truth, max }: Service, { capacity, seconds }: Searched): Claim[] {
  const { lower, upper, reached, trials } = capacity;
  const count: Claim = { what: `${name}: trials`, measured: trials.length, unit: '' };
  if (max !== undefined)
    return [
      { what: `${name}: said to be reached`, measured: Number(reached), unit: '', goal: { atMost: 0 } },
      {
        what: `${name}: highest rate that holds`,
        measured: lower ?? NaN,
        unit: '/s',
        goal: { atLeast: max, atMost: max },
      },
      count,
    ];
  const steps = linearSteps(truth);
  const linear = steps * trialSeconds;
  return [
    { what: `${name}: truth`, measured: truth, unit: '/s' },
    { what: `${name}: lower bound`, measured: lower ?? NaN, unit: '/s' },
    { what: `${name}: upper bound`, measured: upper ?? NaN, unit: '/s' },
    {
      what: `${name}: error of the lower bound`,
      measured: Math.abs((lower ?? NaN) / truth - 1),
      unit: 'share',
      goal: { atMost: 0.03 },
    },
    count,
    { what: `${name}: time used`, measured: seconds, unit: 's' },
    {
      what: `${name}: a linear ramp of the same resolution, ${steps} × ${trialSeconds} s`,
      measured: linear,
      unit: 's',
    },
    {
      what: `${name}: time as a share of that`,
      measured: seconds / linear,
      unit: 'share',
      goal: { atMost: 1 / 3 },
    },
  ];
}

/** @param root of the project, with `dist/` built. */
export async function capacityTable(root: string, folder: string): Promise<ClaimTable> {
  const bed = await startBed(path.join(root, 'test/bed'));
  try {
    const claims: Claim[] = [];
    for (const service of services)
      claims.push(...claimsOf(service, await search(root, folder, bed.url, service)));
    const title = `Capacity to ${resolution * 100} %, trials of ${trialSeconds} s, confirmed over ${confirmSeconds} s`;
    return { title, claims };
  } finally {
    await bed.stop();
  }
}

/** How the time of the ramp is reckoned. */
export const rampFormula = `linear ramp: (⌈(truth − ${startRate}/s) ÷ (${resolution} × truth)⌉ + 1) steps × ${trialSeconds} s`;

export { isMet, printClaims };
