/** The plan whose truth is known: every scenario asks a service with a known law. */

/** Per second, as the laws take them; `every` is the memory of the queue, so that samples are as good as independent. */
export const queues = {
  mm1: { arrivalRate: 4, serviceRate: 8, servers: 1, every: 24, seed: 20 },
  mmc: { arrivalRate: 9, serviceRate: 4, servers: 4, every: 32, seed: 30 },
} as const;

/** Arrivals per second of each scenario of the phase `mixed`. */
export const mixedRates = {
  mm1: 80,
  mmc: 80,
  outcome: 40,
  limited: 40,
  freeze: 20,
  drip: 10,
  jobs: 10,
} as const;

export const freeze = { atMs: 6000, forMs: 6000 } as const;

/** The same freeze, asked by users who wait for their answer before they ask again. */
export const closed = { users: 5, lengthMs: 12_000, freezeAtMs: 3000, serviceMs: 10 } as const;
export const limit = { ratePerSecond: 25, servedMs: 300, refusedMs: 400 } as const;
const errorShare = 0.1;
export const drip = { firstMs: 300, gapMs: 100, events: 5 } as const;
export const jobs = {
  shortestMs: 200,
  longestMs: 1200,
  stuckShare: 0.1,
  everyMs: 100,
  timeoutMs: 2000,
} as const;

/** Two workers of 50 ms each deliver 40/s; twice as much is asked for. */
export const cap = { servers: 2, serviceMs: 50, ratePerSecond: 80, lengthMs: 6000, users: 60 } as const;

/**
 * Beyond 30 in the station each takes longer: with all 60 users in it twice as long, so that 20/s are delivered of the 40/s
 * that it is able to.
 */
export const collapse = { ...cap, knee: 30, lengthMs: 10_000 } as const;

/** The service freezes shortly before the load ends, and for longer than requests are waited for. */
export const unfinished = { ratePerSecond: 50, lengthMs: 6000, freezeAtMs: 5800, drainMs: 1000 } as const;

const exact = { ratePerSecond: 120, lengthMs: 10_000, warmupMs: 2000 } as const;

export interface Lengths {
  /** Of the phase `mixed`, in seconds. */
  readonly mixedSeconds: number;
}

function queueQuery({
  arrivalRate,
  serviceRate,
  servers,
  every,
  seed,
}: (typeof queues)['mm1' | 'mmc']): string {
  return `lambda=${arrivalRate}&mu=${serviceRate}&servers=${servers}&every=${every}&seed=${seed}`;
}

export function planText(url: string, { mixedSeconds }: Lengths): string {
  const total = Object.values(mixedRates).reduce((sum, rate) => sum + rate, 0);
  return `version: 1
name: Known truth
targets: { bed: { url: '${url}' } }
scenarios:
  mm1: { steps: [{ get: '/markov/mm1?${queueQuery(queues.mm1)}', name: mm1 }] }
  mmc: { steps: [{ get: '/markov/mmc?${queueQuery(queues.mmc)}', name: mmc }] }
  outcome:
    steps:
      - get: /outcome/outcome?share=${errorShare}&seed=3
        name: outcome
        success: $.outcome == "success"
  limited:
    steps: [{ get: '/limit/limited?rate=${limit.ratePerSecond}&service=${limit.servedMs}&refuse=${limit.refusedMs}', name: limited }]
  freeze: { steps: [{ get: '/freeze/freeze?at=${freeze.atMs}&for=${freeze.forMs}', name: freeze }] }
  drip: { steps: [{ get: '/drip/drip?first=${drip.firstMs}&gap=${drip.gapMs}&events=${drip.events}', name: drip }] }
  jobs:
    steps:
      - post: /jobs/jobs?shortest=${jobs.shortestMs}&longest=${jobs.longestMs}&stuck=${jobs.stuckShare}&seed=5
        name: submit
        capture: { id: $.id }
      - await: /jobs/jobs/\${id}
        name: job
        every: ${jobs.everyMs}ms
        timeout: ${jobs.timeoutMs}ms
        until: $.state == "done"
        success: $.state == "done"
  cap: { steps: [{ get: '/worker/cap?servers=${cap.servers}&service=${cap.serviceMs}', name: cap }] }
  collapse: { steps: [{ get: '/worker/collapse?servers=${collapse.servers}&service=${collapse.serviceMs}&knee=${collapse.knee}', name: collapse }] }
  closed: { steps: [{ get: '/freeze/closed?at=${closed.freezeAtMs}&for=${freeze.forMs}&service=${closed.serviceMs}', name: closed }] }
  unfinished:
    steps: [{ get: '/freeze/unfinished?at=${unfinished.freezeAtMs}&for=60000', name: unfinished }]
  exact: { steps: [{ get: '/markov/exact?${queueQuery(queues.mm1)}', name: exact }] }
phases:
  mixed:
    scenarios: ${JSON.stringify(mixedRates)}
    rate: ${total}/s
    for: ${mixedSeconds}s
    # Each scenario has its share of them: enough for the requests that wait for the end of the freeze.
    maxUsers: 2000
  cap:
    scenarios: [cap]
    rate: ${cap.ratePerSecond}/s
    for: ${cap.lengthMs}ms
    maxUsers: ${cap.users}
  collapse:
    scenarios: [collapse]
    rate: ${collapse.ratePerSecond}/s
    for: ${collapse.lengthMs}ms
    maxUsers: ${collapse.users}
  closed: { scenarios: [closed], users: ${closed.users}, for: ${closed.lengthMs}ms }
  unfinished:
    scenarios: [unfinished]
    rate: ${unfinished.ratePerSecond}/s
    for: ${unfinished.lengthMs}ms
    drain: ${unfinished.drainMs}ms
  exact:
    scenarios: [exact]
    rate: ${exact.ratePerSecond}/s
    for: ${exact.lengthMs}ms
    warmup: ${exact.warmupMs}ms
goals:
  - success(outcome) in mixed >= 50%
  - errors(limited) in mixed < 90%
  - success(jobs) in mixed >= 50%
  - p95(mm1) in mixed < 30s
`;
}
