/** Searches for the capacity of services whose capacity is known, by the real command line and k6. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { analysePlan } from '../../core/plan/analyse';
import type { Capacity } from '../../core/run/run';
import { knownServices, limitMs, type KnownService } from '../bed/known-capacities';
import { seededRandom } from '../bed/queue.mjs';
import { runByCli } from '../bed/run-plan';
import { startBed } from '../bed/start-bed';
import { isMet, printClaims, type Claim, type ClaimTable } from '../kit/claims';
import { simulateSearch } from '../kit/simulated-search';

export const resolution = 0.02;
export const trialSeconds = 8;

/** A queue near its limit takes longer to show it than a trial lasts: by default too, this one is three times as long. */
export const confirmSeconds = 3 * trialSeconds;
const startRate = 20;

/** The highest rate that may be tried of a service that sustains more. */
const lowMax = 100;

function planOf(url: string, law: string, max?: number): string {
  const limit = max === undefined ? '' : `, max: ${max}/s`;
  return `version: 1
name: Known capacity
targets: { bed: { url: '${url}' } }
scenarios: { work: { steps: [{ name: ask, get: '${law}' }] } }
phases:
  stress:
    scenarios: [work]
    find: { start: ${startRate}/s, factor: 2, trial: ${trialSeconds}s, resolution: ${resolution * 100}%, confirm: ${confirmSeconds}s${limit} }
    until: [plateau]
goals: [ 'p95(work) in stress < ${limitMs}ms' ]
`;
}

export interface Searched {
  readonly capacity: Capacity;
  readonly seconds: number;
}

export async function search(root: string, folder: string, plan: string): Promise<Searched> {
  const planFile = path.join(folder, 'capacity.bench.yaml');
  await writeFile(planFile, plan);
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
export function linearSteps(start: number, truth: number, width = resolution * truth): number {
  return Math.ceil((truth - start) / width) + 1;
}

export const nearShare = 0.03;
const shareOfRamp = 1 / 3;

function claimsOf({ name, truth }: KnownService, { capacity, seconds }: Searched): Claim[] {
  const { lower, upper, trials } = capacity;
  const steps = linearSteps(startRate, truth);
  const linear = steps * trialSeconds;
  return [
    { what: `${name}: truth`, measured: truth, unit: '/s' },
    { what: `${name}: lower bound`, measured: lower ?? NaN, unit: '/s' },
    { what: `${name}: upper bound`, measured: upper ?? NaN, unit: '/s', goal: { atLeast: truth } },
    {
      what: `${name}: error of the lower bound`,
      measured: Math.abs((lower ?? NaN) / truth - 1),
      unit: 'share',
      goal: { atMost: nearShare },
    },
    { what: `${name}: trials`, measured: trials.length, unit: '' },
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
      goal: { atMost: shareOfRamp },
    },
  ];
}

function claimsBelowMax({ capacity: { reached, lower, trials } }: Searched): Claim[] {
  const name = 'a limit above the highest rate';
  return [
    { what: `${name}: said to be reached`, measured: Number(reached), unit: '', goal: { atMost: 0 } },
    {
      what: `${name}: highest rate that holds`,
      measured: lower ?? NaN,
      unit: '/s',
      goal: { atLeast: lowMax, atMost: lowMax },
    },
    { what: `${name}: trials`, measured: trials.length, unit: '' },
  ];
}

/** @param root of the project, with `dist/` built. */
export async function capacityTable(root: string, folder: string): Promise<ClaimTable> {
  const bed = await startBed(path.join(root, 'test/bed'));
  try {
    const claims: Claim[] = [];
    for (const service of knownServices)
      claims.push(...claimsOf(service, await search(root, folder, planOf(bed.url, service.law))));
    const far = planOf(bed.url, '/worker/far?servers=8&service=40', lowMax);
    claims.push(...claimsBelowMax(await search(root, folder, far)));
    const title = `Capacity to ${resolution * 100} %, trials of ${trialSeconds} s, confirmed over ${confirmSeconds} s`;
    return { title, claims };
  } finally {
    await bed.stop();
  }
}

/** The same searches many times over, in virtual time: what one run has by luck, and what it has by right. */
export function simulatedCapacityTable(seeds: number): ClaimTable {
  const { plan } = analysePlan(planOf('http://127.0.0.1:1', '/simulated'));
  if (plan === undefined) throw new Error('the plan of the searches is not valid');
  const claims = knownServices.flatMap((service) => {
    const searched = Array.from({ length: seeds }, (_, seed) =>
      simulateSearch(plan, { admit: service.make(seed + 1) }, seededRandom(seed + 5000)),
    );
    return simulatedClaims(service, searched);
  });
  return { title: `The same in simulation, ${seeds} searches of each`, claims };
}

function simulatedClaims({ name, truth }: KnownService, searched: readonly Searched[]): Claim[] {
  const linear = linearSteps(startRate, truth) * trialSeconds;
  const shares = searched.map(({ seconds }) => seconds / linear).sort((a, b) => a - b);
  const shareOf = (isRight: (one: Searched) => boolean): number =>
    searched.filter(isRight).length / searched.length;
  const share = (what: string, measured: number): Claim => ({
    what: `${name}: ${what}`,
    measured,
    unit: 'share',
  });
  return [
    share(
      'lower bound within 3 %',
      shareOf(({ capacity: { lower } }) => Math.abs((lower ?? NaN) / truth - 1) <= nearShare),
    ),
    share(
      'upper bound not below the truth',
      shareOf(({ capacity: { upper } }) => (upper ?? NaN) >= truth),
    ),
    share(
      'in a third of the time of the ramp',
      shareOf(({ seconds }) => seconds / linear <= shareOfRamp),
    ),
    share('time as a share of the ramp, median', shares[Math.floor(shares.length / 2)] ?? NaN),
    share('time as a share of the ramp, 90 %', shares[Math.floor(shares.length * 0.9)] ?? NaN),
  ];
}

/** How the time of the ramp is reckoned. */
export const rampFormula = `linear ramp: (⌈(truth − ${startRate}/s) ÷ (${resolution} × truth)⌉ + 1) steps × ${trialSeconds} s`;

export { isMet, printClaims };
