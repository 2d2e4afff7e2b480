/** Services whose capacity is known: as a path of the service with known laws, and as arithmetic for simulations. */
import { exactQuantile, hardCap } from './laws';
import { createStation, exponential, seededRandom } from './queue.mjs';

/** The goal that all of them are asked for, on p95. */
export const limitMs = 150;

export interface KnownService {
  readonly name: string;
  /** Path of a law of the service. */
  readonly law: string;
  /** The highest rate that it sustains within the goal, per second. */
  readonly truth: number;
  /** A service of its own: it tells when an arrival is done, in milliseconds. */
  readonly make: (seed: number) => (arrivalMs: number) => number;
}

const servers = 8;
const serviceMs = 40;
const drawnMs = 30;

/** Twice as many as are served at once: with just as many, no arrival could ever be a moment early. */
const knee = 2 * servers;

/** The largest rate of even arrivals at which p95 stays within the goal, by simulating the station itself. */
function capacityOfStation(): number {
  const p95 = (rate: number): number => {
    const admit = drawn(77);
    const times = Array.from({ length: 100_000 }, (_, i) => {
      const at = (i * 1000) / rate;
      return admit(at) - at;
    });
    return exactQuantile(times, 0.95);
  };
  let [low, high] = [0, hardCap(servers, drawnMs)];
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    if (p95(middle) < limitMs) low = middle;
    else high = middle;
  }
  return low;
}

function drawn(seed: number): (arrivalMs: number) => number {
  const random = seededRandom(seed);
  const station = createStation(servers);
  return (at) => station.admit(at, exponential(1 / drawnMs, random));
}

export const knownServices: readonly KnownService[] = [
  {
    name: 'hard cap',
    law: `/worker/cap?servers=${servers}&service=${serviceMs}`,
    truth: hardCap(servers, serviceMs),
    make: () => {
      const station = createStation(servers);
      return (at) => station.admit(at, serviceMs);
    },
  },
  {
    name: 'exponential service',
    law: `/queue/drawn?servers=${servers}&mu=${1000 / drawnMs}&seed=5`,
    truth: capacityOfStation(),
    make: drawn,
  },
  // Beyond the knee each takes longer, so that more load is less throughput.
  {
    name: 'collapse',
    law: `/worker/collapse?servers=${servers}&service=${serviceMs}&knee=${knee}`,
    truth: hardCap(servers, serviceMs),
    make: () => {
      const station = createStation(servers);
      return (at) => station.admit(at, (inStation: number) => serviceMs * Math.max(1, inStation / knee));
    },
  },
];
