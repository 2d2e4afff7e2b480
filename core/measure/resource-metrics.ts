/** The resources that every collector names alike, so that they can be drawn and judged without knowing where from. */

export type ResourceUnit = 'cores' | 'bytes' | 'per-second' | 'ms' | 'count' | 'share' | 'own';

const units: ReadonlyMap<string, ResourceUnit> = new Map([
  /** CPU time per time: 1 is one full core. */
  ['cpu', 'cores'],
  /** Share of the time in which its first thread was ready to run and had to wait for a core. */
  ['waiting', 'share'],
  /** Resident memory; of a container, its working set. */
  ['memory', 'bytes'],
  ['threads', 'count'],
  /** Open file descriptors. */
  ['files', 'count'],
  /** Requests that the component itself counted. */
  ['requests', 'per-second'],
  /** Share of its periods in which a quota of CPU held the component back. */
  ['throttled', 'share'],
  /** Of the generator: what everything on its machine uses together. */
  ['machine', 'cores'],
  /** Of the generator: open sockets. */
  ['sockets', 'count'],
  /** Of the generator: the longest time that the runner's event loop was late. */
  ['lag', 'ms'],
]);

/** `own` for a metric of the plan's, whose unit nobody told. */
export function resourceUnit(metric: string): ResourceUnit {
  return units.get(metric) ?? 'own';
}
