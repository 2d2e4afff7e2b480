/**
 * The laws of the service. Each is made once per name, from the query of the first request to it, and then says of every
 * request when it is answered and what with. Times are in milliseconds since the service began.
 */
import { createMarkovQueue, createStation, exponential, seededRandom } from './queue.mjs';

const done = { outcome: 'success' };

/** Reads numbers from a query; a law with a number missing would be another law. */
function numbersOf(query) {
  return (name, fallback) => {
    const text = query.get(name);
    const value = text === null ? fallback : Number(text);
    if (value === undefined || Number.isNaN(value)) throw new RangeError(`the law needs a number: ${name}`);
    return value;
  };
}

/** Response times of an M/M/c queue: `lambda` and `mu` per second, `servers`, `seed`, `every`. */
function markov(number) {
  const next = createMarkovQueue({
    arrivalRate: number('lambda') / 1000,
    serviceRate: number('mu') / 1000,
    servers: number('servers', 1),
    seed: number('seed', 1),
    every: number('every', 1),
  });
  return (now) => {
    const drawn = next();
    return { at: now + drawn, drawn };
  };
}

/**
 * A real queue behind the arrivals of the caller: `servers`, with times of service that have an exponential law with
 * the rate `mu` per second. Only where they come at random is it M/M/c.
 */
function queue(number) {
  const station = createStation(number('servers', 1));
  const random = seededRandom(number('seed', 1));
  const mu = number('mu') / 1000;
  return (now) => {
    const at = station.admit(now, exponential(mu, random));
    return { at, drawn: at - now };
  };
}

/** A hard cap: `servers` that take `service` each. Beyond `knee` in the station, if given, each takes longer. */
function worker(number) {
  const station = createStation(number('servers'));
  const service = number('service');
  const knee = number('knee', Infinity);
  const lengthOf = (inStation) => (inStation <= knee ? service : service * (inStation / knee));
  return (now) => ({ at: station.admit(now, lengthOf) });
}

/** Answers after `service`, but nothing from `at` after the first request on, for `for`. */
function freeze(number) {
  const service = number('service', 0);
  let start;
  return (now) => {
    start ??= now + number('at');
    const end = start + number('for');
    const due = now + service;
    return { at: due >= start && due < end ? end : due };
  };
}

/** At most `rate` per second are served, after `service`; the others get 429 after `refuse`. */
function limit(number) {
  const spacing = 1000 / number('rate');
  let next = -Infinity;
  return (now) => {
    if (now < next)
      return { at: now + number('refuse', 0), status: 429, body: { error: 'too many requests' } };
    // Counted from the time it was due, so that a request that comes a little late does not lower the rate.
    next = now - next < spacing ? next + spacing : now + spacing;
    return { at: now + number('service', 0) };
  };
}

/** Always 200, but a `share` of the answers says that the task failed. */
function outcome(number) {
  const random = seededRandom(number('seed', 1));
  return (now) => {
    const isError = random() < number('share');
    const body = isError ? { outcome: 'error', message: 'the engine gave up' } : done;
    return { at: now + number('service', 0), body, mark: isError ? 'error' : 'success' };
  };
}

/** Server-sent events: the first after `first`, then `events - 1` more, `gap` apart. */
function drip(number) {
  const gap = number('gap');
  return (now) => ({ at: now + number('first'), events: number('events'), gap });
}

/** Jobs: a POST submits one, a GET tells its state. They last `shortest` to `longest`, evenly; a share is `stuck`. */
function jobs(number) {
  const random = seededRandom(number('seed', 1));
  const all = [];
  const submit = (now) => {
    const isStuck = random() < number('stuck', 0);
    const length = number('shortest') + random() * (number('longest') - number('shortest'));
    all.push({ end: isStuck ? Infinity : now + length, length });
    return { at: now, body: { id: String(all.length - 1) }, mark: isStuck ? 'stuck' : 'job', drawn: length };
  };
  return (now, { method, rest }) => {
    if (method === 'POST') return submit(now);
    const job = all[Number(rest)];
    if (job === undefined) return { at: now, status: 404, body: { error: 'no such job' }, mark: 'poll' };
    return { at: now, body: { state: now >= job.end ? 'done' : 'running' }, mark: 'poll' };
  };
}

const kinds = { markov, queue, worker, freeze, limit, outcome, drip, jobs };

/** @returns the law of that kind, or undefined. Throws a RangeError where the query lacks a number. */
export function createBehaviour(kind, query) {
  return Object.hasOwn(kinds, kind) ? kinds[kind](numbersOf(query)) : undefined;
}
