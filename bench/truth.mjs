/**
 * How near the figures of a run come to a truth that is known: a service with known laws is loaded through the whole
 * path, from plan to run folder, and each figure is printed beside the truth. Needs a build (`npm run build`) and k6.
 *
 *     node bench/truth.mjs [--seconds 60]
 *
 * Takes half a minute longer than `--seconds`. Longer runs have more samples, so closed forms are met more closely.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadTypeScript } from './load-typescript/load.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const root = resolve(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'benchwright-truth-'));
try {
  const { gatherEvidence, truthRows, isRight, printRows } = await loadTypeScript('./test/tables/truth');
  const before = loadavg()[0];
  const evidence = await gatherEvidence(root, folder, { mixedSeconds: Number(values.seconds) });
  const rows = truthRows(evidence);
  console.log(printRows(rows));
  const wrong = rows.filter((row) => !isRight(row)).length;
  console.log(`${rows.length - wrong} of ${rows.length} figures are right`);
  console.log(`load average ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`);
  for (const name of ['mixed', 'cap', 'collapse', 'closed', 'unfinished']) {
    const { verdict, reason, validity } = evidence[name].phase;
    const told = validity.evidence.map(({ message }) => message).join('; ');
    console.log(`${name}: ${verdict}, ${reason}. ${validity.state}: ${told}`);
  }
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
