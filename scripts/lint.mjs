// Lints all rooms: node scripts/lint.mjs, after node_modules/.bin/tsc -b
// A file that was fine is not looked at again until its text changes, or a type that another file gives it: what the
// compiler wrote of every file for others to see is part of the name under which results are kept.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { root } from './constants.mjs';
import { run } from './steps.mjs';

const folder = path.join(root, 'dist/lint');

/** Of all declarations, and of the packages, whose types are seen as well. */
async function hashTypes() {
  const hash = createHash('sha256').update(await readFile(path.join(root, 'package-lock.json')));
  const names = await readdir(path.join(root, 'out'), { recursive: true });
  for (const name of names.filter((each) => each.endsWith('.d.ts')).sort())
    hash.update(`\0${name}\0`).update(await readFile(path.join(root, 'out', name)));
  return hash.digest('hex').slice(0, 16);
}

const current = `${await hashTypes()}.json`;
const kept = await readdir(folder).catch(() => []);
for (const name of kept) if (name !== current) await rm(path.join(folder, name));
const cache = ['--cache', '--cache-strategy', 'content', '--cache-location', path.join(folder, current)];
const { code, output } = await run(
  path.join(root, 'node_modules/.bin/eslint'),
  ['--max-warnings', '0', ...cache, '.'],
  { cwd: root },
);
console.log(output);
process.exitCode = code === 0 ? 0 : 1;
