/**
 * 100,000 random edits of plans in one process of the language server each, with everything asked of them in between: each
 * request is answered, memory and time stay level, and now and then the state is held against that of a fresh server.
 *
 *     node bench/random-edits.mjs
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { planOf } from './language/plans.mjs';
import { loadTypeScript } from './load-typescript/load.mjs';

const { editRandomly } = await loadTypeScript('./test/tables/random-edits');
const example = await readFile(new URL('../examples/agents/agents.bench.yaml', import.meta.url), 'utf8');

console.log(`load average ${loadavg()[0].toFixed(1)}, node ${process.version}`);
console.log(
  'plan         edits     requests   like fresh   bundle, first and last quarter   memory, early and late',
);
await run('the example', example, 100_000);
await run('1,000 lines', planOf(1000), 10_000);

async function run(name, text, edits) {
  const course = await editRandomly(text, { edits, compare: 25, seed: 1 });
  const { earlyMs, lateMs, earlyMb, lateMb } = course;
  const counts = [course.edits, course.requests, course.compared].map((count) =>
    count.toLocaleString('en-US'),
  );
  const speed = `${earlyMs.toFixed(1)} and ${lateMs.toFixed(1)} ms`;
  const memory = earlyMb === undefined ? 'unknown' : `${earlyMb.toFixed(0)} and ${lateMb.toFixed(0)} MB`;
  console.log(
    `${name.padEnd(13)}${counts[0].padEnd(10)}${counts[1].padEnd(11)}${counts[2].padEnd(13)}${speed.padEnd(33)}${memory}`,
  );
  if (lateMs > earlyMs * 2 || lateMb > earlyMb * 1.5 + 20) process.exitCode = 1;
}
