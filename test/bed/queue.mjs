/** Queues as arithmetic: no clock and no timer, so that the service and the tests of the laws run the same code. */

/** Numbers evenly spread from 0 up to but without 1, the same for the same seed (mulberry32). */
export function seededRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A time with an exponential law. @param rate per unit of time. */
export function exponential(rate, random) {
  return -Math.log(1 - random()) / rate;
}

/**
 * Servers behind one queue, first come, first served.
 *
 * @param servers how many work at once.
 * @returns `admit(arrival, service)`: when the work of an arrival is done. Arrivals come in the order of time; `service`
 * is a length of time, or a function of how many are in the station, with the one that just came.
 */
export function createStation(servers) {
  const free = new Array(servers).fill(-Infinity);
  let departures = [];
  return {
    admit(arrival, service) {
      departures = departures.filter((departure) => departure > arrival);
      const length = typeof service === 'function' ? service(departures.length + 1) : service;
      const next = free.indexOf(Math.min(...free));
      const departure = Math.max(arrival, free[next]) + length;
      free[next] = departure;
      departures.push(departure);
      return departure;
    },
  };
}

/**
 * Response times of an M/M/c queue that runs in its own time: its Poisson arrivals are drawn, not those of a caller,
 * so the law holds whatever rhythm somebody asks in.
 *
 * @param arrivalRate and `serviceRate` (of one server) per unit of time.
 * @param every only each so many-th customer is told: neighbours resemble each other, and far ones do not.
 * @returns a function that gives the response time of one customer after the other.
 */
export function createMarkovQueue({ arrivalRate, serviceRate, servers, seed, every = 1 }) {
  const random = seededRandom(seed);
  const station = createStation(servers);
  let arrival = 0;
  const next = () => {
    arrival += exponential(arrivalRate, random);
    return station.admit(arrival, exponential(serviceRate, random)) - arrival;
  };
  return () => {
    for (let untold = 1; untold < every; untold++) next();
    return next();
  };
}
