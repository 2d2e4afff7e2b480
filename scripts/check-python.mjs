// Lints and type-checks the Python of the demo system: node scripts/check-python.mjs
import path from 'node:path';
import { root } from './constants.mjs';
import { checkRequirements, demoRequirements, ensurePython } from './python-env.mjs';
import { run } from './steps.mjs';

const cwd = path.join(root, 'examples/agents');
const tools = await ensurePython([checkRequirements]);
const demo = await ensurePython([demoRequirements]);
// Caches stay out of the example, whose folder people open.
const cache = path.join(root, 'dist/python-checks');
const env = {
  ...process.env,
  RUFF_CACHE_DIR: path.join(cache, 'ruff'),
  MYPY_CACHE_DIR: path.join(cache, 'mypy'),
};
const checks = [
  ['-m', 'ruff', 'check', '.'],
  ['-m', 'ruff', 'format', '--check', '.'],
  ['-m', 'mypy', '--python-executable', demo, '.'],
];
for (const words of checks) {
  const { code, output } = await run(tools, words, { cwd, env });
  if (code === 0) continue;
  console.log(output);
  process.exitCode = 1;
}
