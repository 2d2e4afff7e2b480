/**
 * How often our statistics are right, in simulations whose truth is known: knees, intervals, comparisons, steady states.
 *
 *     node bench/statistics.mjs
 *
 * Every seed is fixed: the figures are the same on every machine, however busy it is. Takes about a minute.
 */
import { loadTypeScript } from './load-typescript/load.mjs';

const { statisticsTables, isMet, printClaims } = await loadTypeScript('./test/tables/statistics');
let missed = 0;
let all = 0;
for (const table of statisticsTables()) {
  console.log(`\n${printClaims(table)}`);
  const goals = table.claims.filter(({ goal }) => goal !== undefined);
  all += goals.length;
  missed += goals.filter((claim) => !isMet(claim)).length;
}
console.log(`\n${all - missed} of ${all} goals are met`);
process.exitCode = missed === 0 ? 0 : 1;
