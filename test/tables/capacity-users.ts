/** Searches by users against pools whose bend and whose response times are known in closed form. */
import path from 'node:path';
import { analysePlan } from '../../core/plan/analyse';
import type { Plan } from '../../core/plan/schema';
import { normal, type Random } from '../../core/measure/random';
import type { Capacity } from '../../core/run/run';
import { crowdedBeyond } from '../bed/laws';
import { startBed } from '../bed/start-bed';
import { createStation, exponential, seededRandom } from '../bed/queue.mjs';
import type { Claim, ClaimTable } from '../kit/claims';
import {
  confirmSeconds,
  linearSteps,
  nearShare,
  resolution,
  search,
  trialSeconds,
  type Searched,
} from './capacity';
import { limitMs } from '../bed/known-capacities';
import { overheadMs, simulateSearch, type SimulatedTarget } from '../kit/simulated-search';

interface CrowdWish {
  readonly start: number;
  readonly max: number;
  /** `plateau`, else a goal on p95. */
  readonly until: 'plateau' | 'goal';
  readonly url?: string;
  readonly path?: string;
}

/** A plan that searches by users, as `simulateSearch` wants it. */
function crowdPlan({ start, max, until, url = 'http://127.0.0.1:1', path = '/work' }: CrowdWish): string {
  return `version: 1
name: Known crowd
targets: { bed: { url: '${url}' } }
scenarios: { work: { steps: [{ name: ask, get: '${path}' }] } }
phases:
  stress:
    scenarios: [work]
    find: { start: ${start}, max: ${max}, trial: ${trialSeconds}s, resolution: ${resolution * 100}%, confirm: ${confirmSeconds}s }
${until === 'plateau' ? '    until: [plateau]' : ''}
goals: [ ${until === 'goal' ? `'p95(work) in stress < ${limitMs}ms'` : ''} ]
`;
}

interface Service {
  readonly name: string;
  readonly wish: CrowdWish;
  /** The most users that are followed, or for whom the goal holds: whole. `undefined` where there is no limit. */
  readonly truth: number | undefined;
  readonly make: (random: Random) => SimulatedTarget;
}

/** How much faster or slower the same service is from trial to trial, as machines are: a standard deviation. */
const trialNoise = 0.01;

interface Pool {
  readonly servers: number;
  readonly serviceMs: number;
  readonly thinkMs?: number;
  readonly isRandom?: boolean;
  readonly noise?: number;
}

/** Servers behind one queue. */
function pool({
  servers,
  serviceMs,
  thinkMs = 0,
  isRandom = false,
  noise = trialNoise,
}: Pool): Service['make'] {
  return (random) => {
    const station = createStation(servers);
    const luck = luckOfTrials(random, noise);
    const serviceOf = (): number => (isRandom ? exponential(1 / serviceMs, random) : serviceMs);
    return { admit: (at) => station.admit(at, serviceOf() * luck(at)), thinkMs };
  };
}

/** As many servers as users: nobody waits for another. */
function unlimited(serviceMs: number, noise: number): Service['make'] {
  return (random) => {
    const luck = luckOfTrials(random, noise);
    return { admit: (at) => at + serviceMs * luck(at) };
  };
}

/** Between two trials nothing arrives for longer than within one. */
const betweenMs = 250;

function luckOfTrials(random: Random, noise: number): (atMs: number) => number {
  let [lastMs, luck] = [-Infinity, 1];
  return (atMs) => {
    if (atMs - lastMs > betweenMs) luck = 1 + noise * normal(random);
    lastMs = atMs;
    return luck;
  };
}

/** Where as many users are at work as work at once: those that think, or are on their way, are more. */
function bendOf({ servers, serviceMs, thinkMs = 0 }: Pool): number {
  return Math.floor((servers * (serviceMs + thinkMs + overheadMs)) / serviceMs);
}

/** The most users of whom 95 % are answered within the limit, of whose time the way there and back is no part. */
function mostWithin(servers: number, serviceMs: number): number {
  let users = 1;
  while (crowdedBeyond({ users: users + 1, servers, serviceRate: 1 / serviceMs }, limitMs - 1) <= 0.05)
    users++;
  return users;
}

const eight = { servers: 8, serviceMs: 100 };
const thirtyTwo = { servers: 32, serviceMs: 100 };
const thinking = { servers: 8, serviceMs: 40, thinkMs: 160 };
const drawn = { servers: 8, serviceMs: 40, isRandom: true };

const services: readonly Service[] = [
  ...[2, 10].map((start): Service => ({
    name: `pool of 8, from ${start} users on`,
    wish: { start, max: 2000, until: 'plateau' },
    truth: bendOf(eight),
    make: pool(eight),
  })),
  ...[4, 10, 40].map((start): Service => ({
    name: `pool of 32, from ${start} users on`,
    wish: { start, max: 2000, until: 'plateau' },
    truth: bendOf(thirtyTwo),
    make: pool(thirtyTwo),
  })),
  {
    name: 'pool of 8, users who think four times as long',
    wish: { start: 4, max: 2000, until: 'plateau' },
    truth: bendOf(thinking),
    make: pool(thinking),
  },
  {
    name: 'pool of 8, exponential service',
    wish: { start: 2, max: 2000, until: 'plateau' },
    truth: bendOf(drawn),
    make: pool(drawn),
  },
  {
    name: `pool of 8, exponential service, p95 < ${limitMs} ms`,
    wish: { start: 4, max: 2000, until: 'goal' },
    truth: mostWithin(8, 30),
    make: pool({ servers: 8, serviceMs: 30, isRandom: true, noise: 0 }),
  },
  ...[0.01, 0.03].map((noise): Service => ({
    name: `no limit up to 300 users, noise ${noise * 100} %`,
    wish: { start: 10, max: 300, until: 'plateau' },
    truth: undefined,
    make: unlimited(500, noise),
  })),
];

/** @param seeds searches of each. */
export function crowdTable(seeds: number): ClaimTable {
  const claims = services.flatMap((service) => {
    const { plan, problems } = analysePlan(crowdPlan(service.wish));
    if (plan === undefined || problems.length > 0) throw new Error('the plan of the searches is not valid');
    const searched = Array.from({ length: seeds }, (_, seed) => searchInTime(plan, service, seed));
    return service.truth === undefined
      ? claimsOfNone(service, searched)
      : claimsOfLimit(service, service.truth, searched);
  });
  return { title: `By users in simulation, ${seeds} searches of each`, claims };
}

function searchInTime(plan: Plan, { make }: Service, seed: number): Searched {
  return simulateSearch(plan, make(seededRandom(seed + 9000)), seededRandom(seed + 5000));
}

/** Where a step of one user is wider than 3 %, one user less or more is as near as can be. */
function nearTo(truth: number): number {
  return Math.max(1, nearShare * truth);
}

function claimsOfLimit({ name, wish }: Service, truth: number, searched: readonly Searched[]): Claim[] {
  const shareOf = (isRight: (one: Capacity) => boolean): number =>
    searched.filter(({ capacity }) => isRight(capacity)).length / searched.length;
  const seconds = searched.map((one) => one.seconds).sort((a, b) => a - b);
  const share = (what: string, measured: number, atLeast?: number): Claim => ({
    what: `${name}: ${what}`,
    measured,
    unit: 'share',
    ...(atLeast !== undefined && { goal: { atLeast } }),
  });
  // A step is one user at least.
  const linear = linearSteps(wish.start, truth, Math.max(1, resolution * truth)) * trialSeconds;
  return [
    { what: `${name}: truth`, measured: truth, unit: 'users' },
    share(
      'an answer, with both bounds',
      shareOf(({ reached }) => reached),
      1,
    ),
    share(
      'lower bound within 3 % or one user',
      shareOf(({ lower }) => lower !== null && Math.abs(lower - truth) <= nearTo(truth)),
      0.9,
    ),
    share(
      'upper bound not below the truth',
      shareOf(({ upper }) => upper !== null && upper >= truth),
    ),
    { what: `${name}: time used, median`, measured: seconds[seconds.length >> 1] ?? NaN, unit: 's' },
    ...(wish.start > truth
      ? []
      : [{ what: `${name}: a linear ramp of the same resolution`, measured: linear, unit: 's' } as const]),
  ];
}

function claimsOfNone({ name }: Service, searched: readonly Searched[]): Claim[] {
  const invented = searched.filter(
    ({ capacity: { upper, plateau } }) => upper !== null || plateau.kind === 'knee',
  );
  const measured = invented.length / searched.length;
  return [{ what: `${name}: a limit or a knee invented`, measured, unit: 'share', goal: { atMost: 0.01 } }];
}

/** By real k6, from a number of users on that is beyond the smaller pool. @param root of the project, with `dist/` built. */
export async function crowdTableByK6(root: string, folder: string): Promise<ClaimTable> {
  const bed = await startBed(path.join(root, 'test/bed'));
  try {
    const claims: Claim[] = [];
    for (const { servers, serviceMs } of [eight, thirtyTwo]) {
      const law = `/worker/crowd${servers}?servers=${servers}&service=${serviceMs}`;
      const plan = crowdPlan({ start: 10, max: 2000, until: 'plateau', url: bed.url, path: law });
      claims.push(...claimsByK6(servers, await search(root, folder, plan)));
    }
    return { title: 'By users, from 10 on, by k6', claims };
  } finally {
    await bed.stop();
  }
}

/** What the way there and back adds to the users who are followed is not known, and little beside the service. */
function claimsByK6(servers: number, { capacity, seconds }: Searched): Claim[] {
  const { lower, upper, trials } = capacity;
  const of = (what: string): string => `pool of ${servers}: ${what}`;
  const near = nearTo(servers);
  return [
    {
      ...{ what: of('lower bound'), measured: lower ?? NaN, unit: 'users' },
      goal: { atLeast: servers - near, atMost: servers + near },
    },
    { what: of('upper bound'), measured: upper ?? NaN, unit: 'users', goal: { atLeast: servers } },
    { what: of('trials'), measured: trials.length, unit: '' },
    { what: of('time used'), measured: seconds, unit: 's' },
  ];
}
