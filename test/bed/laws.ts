/** What the laws of the service come to, in closed form. Times are in the unit of the rates. */

export interface MarkovQueue {
  readonly arrivalRate: number;
  /** Of one server. */
  readonly serviceRate: number;
  readonly servers: number;
}

/** The chance that an arrival finds every server at work (Erlang C). One server: the utilisation. */
export function waitingShare({ arrivalRate, serviceRate, servers }: MarkovQueue): number {
  const offered = arrivalRate / serviceRate;
  if (offered >= servers) return 1;
  // Erlang B by its recursion, which neither overflows nor loses digits as factorials do.
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** The mean time from arrival to departure. */
export function meanResponse(queue: MarkovQueue): number {
  const spare = queue.servers * queue.serviceRate - queue.arrivalRate;
  return 1 / queue.serviceRate + waitingShare(queue) / spare;
}

/**
 * The standard error of the mean response time of M/M/1 over so many customers in a row, as a share of it: neighbours
 * resemble each other (Daley 1968, for the waiting time, which has nearly all of the variance).
 */
export function meanError({ arrivalRate, serviceRate }: MarkovQueue, customers: number): number {
  const load = arrivalRate / serviceRate;
  const variance = (load * (2 + 5 * load - 4 * load ** 2 + load ** 3)) / (1 - load) ** 4;
  return Math.sqrt(variance / customers) * (1 - load);
}

/**
 * The mean response time of one server with exponential times of service behind evenly spaced arrivals, D/M/1: an
 * arrival finds n others with a chance of σ^n, where σ = e^(-(1 - σ) μ / λ).
 */
export function meanResponseOfEven({ arrivalRate, serviceRate }: MarkovQueue): number {
  let found = 0.5;
  for (let i = 0; i < 200; i++) found = Math.exp((-(1 - found) * serviceRate) / arrivalRate);
  return 1 / (serviceRate * (1 - found));
}

/**
 * The share of customers whose response time exceeds `time`: service alone for those who find a free server, and for
 * the others an exponential wait with rate `spare` before it.
 */
export function responseBeyond(queue: MarkovQueue, time: number): number {
  const { arrivalRate, serviceRate, servers } = queue;
  const spare = servers * serviceRate - arrivalRate;
  const waiting = waitingShare(queue);
  const served = Math.exp(-serviceRate * time);
  // The two rates are equal where (c - 1) μ = λ; the sum of two such times has the Erlang law of two stages.
  const both =
    Math.abs(spare - serviceRate) < 1e-9 * serviceRate
      ? (1 + serviceRate * time) * served
      : (spare * served - serviceRate * Math.exp(-spare * time)) / (spare - serviceRate);
  return (1 - waiting) * served + waiting * both;
}

/**
 * The share of answers that take longer than `time` where so many users ask anew as soon as they are answered: each finds
 * all others in the station (arrival theorem), so that as many as are beyond the servers have to leave before its service
 * begins, one after the other at the rate of all servers.
 */
export function crowdedBeyond({ users, serviceRate, servers }: Crowd, time: number): number {
  const served = Math.exp(-serviceRate * time);
  const leave = users - servers;
  if (leave <= 0) return served;
  const all = servers * serviceRate;
  const waits = erlangBeyond(leave, all * time);
  // One server: the service is one more of the same stages.
  if (servers === 1) return erlangBeyond(leave + 1, all * time);
  const spare = all - serviceRate;
  return waits + served * (all / spare) ** leave * (1 - erlangBeyond(leave, spare * time));
}

export interface Crowd {
  readonly users: number;
  /** Of one server. */
  readonly serviceRate: number;
  readonly servers: number;
}

/** The share of sums of so many exponential times of rate 1 that exceed `time`: fewer than `stages` of a Poisson law. */
function erlangBeyond(stages: number, time: number): number {
  let term = Math.exp(-time);
  let sum = 0;
  for (let n = 0; n < stages; n++) {
    sum += term;
    term *= time / (n + 1);
  }
  return sum;
}

/** The quantile `q` of the response time, by halving: the share beyond falls without a break. */
export function responseQuantile(queue: MarkovQueue, q: number): number {
  let [low, high] = [0, meanResponse(queue)];
  while (responseBeyond(queue, high) > 1 - q) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (responseBeyond(queue, middle) > 1 - q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The density of the response time at a quantile: what the standard error of that quantile depends on. */
function responseDensity(queue: MarkovQueue, time: number): number {
  const step = 1e-5 * time;
  return (responseBeyond(queue, time - step) - responseBeyond(queue, time + step)) / (2 * step);
}

/** For how many customers M/M/c remembers its backlog: the relaxation time, 2 / (1 − √ρ)². */
function memoryOf({ arrivalRate, serviceRate, servers }: MarkovQueue): number {
  return 2 / (1 - Math.sqrt(arrivalRate / (servers * serviceRate))) ** 2;
}

/**
 * The standard error of the quantile `q` over `samples` customers of one queue, of which each `every`-th was taken.
 *
 * Independent samples would give √(q (1 − q) / n) / f(t). Neighbours resemble each other: as many samples as the queue
 * has memory are worth one at the worst. With several servers most of a response is service, which nobody remembers,
 * so this is an upper bound.
 */
export function quantileError(queue: MarkovQueue, q: number, samples: number, every = 1): number {
  const time = responseQuantile(queue, q);
  const worth = samples / Math.max(1, memoryOf(queue) / every);
  return Math.sqrt((q * (1 - q)) / worth) / responseDensity(queue, time);
}

/** What a service of `servers` with a fixed time of service delivers per second at most. */
export function hardCap(servers: number, serviceMs: number): number {
  return (servers * 1000) / serviceMs;
}

/**
 * The latencies, in milliseconds, of arrivals that are evenly spaced while a service freezes: each that comes during
 * the freeze waits for its end. Service takes no time.
 */
export function frozenLatencies(load: {
  readonly ratePerSecond: number;
  readonly lengthMs: number;
  readonly freezeAtMs: number;
  readonly freezeForMs: number;
}): number[] {
  const endMs = load.freezeAtMs + load.freezeForMs;
  return Array.from({ length: Math.round((load.ratePerSecond * load.lengthMs) / 1000) }, (_, index) => {
    const at = (index * 1000) / load.ratePerSecond;
    return at >= load.freezeAtMs && at < endMs ? endMs - at : 0;
  });
}

/** The smallest value that at least a share `q` of all does not exceed: the rank rule of the histograms. */
export function exactQuantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('no values have no quantile');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? NaN;
}
