// Measures ourselves against others, as ratios of runs side by side: npm run bench [NAME…]
// The figures mean something on a machine that does nothing else; each prints the load average it met.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './constants.mjs';

const names = readdirSync(path.join(root, 'bench'))
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length));
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !names.includes(name));

if (unknown === undefined) {
  for (const name of wanted.length > 0 ? wanted : names) {
    console.log(`\n${name}`);
    const { status } = spawnSync(process.execPath, [path.join(root, 'bench', `${name}.mjs`)], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = 1;
  }
} else {
  console.error(`There is no benchmark ${unknown}; there is ${names.join(', ')}.`);
  process.exitCode = 2;
}
