/**
 * How near the search for the capacity comes to a truth that is known, and how long it takes beside a linear ramp.
 * Needs a build and k6.
 *
 *     node bench/capacity.mjs
 *
 * Takes about a quarter of an hour. k6 and the service share this machine: on a busy one the bounds come out lower. The table of
 * simulated searches does not mind: its time is virtual and its seeds are fixed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadTypeScript } from './load-typescript/load.mjs';

const root = resolve(import.meta.dirname, '..');
const { capacityTable, simulatedCapacityTable, isMet, printClaims, rampFormula } =
  await loadTypeScript('./test/tables/capacity');
const { crowdTable, crowdTableByK6 } = await loadTypeScript('./test/tables/capacity-users');
const simulatedSearches = 300;
const crowdSearches = 100;
const folder = await mkdtemp(join(tmpdir(), 'benchwright-capacity-'));
try {
  const before = loadavg()[0];
  const table = await capacityTable(root, folder);
  const real = await crowdTableByK6(root, folder);
  console.log(`\n${printClaims(table)}\n\n${printClaims(real)}\n`);
  console.log(rampFormula);
  console.log(`load average ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`);
  console.log(`\n${printClaims(simulatedCapacityTable(simulatedSearches))}\n`);
  const crowds = crowdTable(crowdSearches);
  console.log(`${printClaims(crowds)}\n`);
  process.exitCode = [table, real, crowds].flatMap(({ claims }) => claims).every(isMet) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
