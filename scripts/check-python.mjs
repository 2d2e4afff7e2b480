// Lints and type-checks the Python of the demo system and of the profiling hook: node scripts/check-python.mjs
import path from 'node:path';
import { root } from './constants.mjs';
import { checkRequirements, demoRequirements, ensurePython } from './python-env.mjs';
import { run } from './steps.mjs';

const tools = await ensurePython([checkRequirements]);
const demo = await ensurePython([demoRequirements]);
// Each has its rules in a pyproject.toml of its own.
const folders = ['examples/agents', 'engines/cprofile'];
// Caches stay out of the example, whose folder people open.
const cache = path.join(root, 'dist/python-checks');
const checks = [
  ['-m', 'ruff', 'check', '.'],
  ['-m', 'ruff', 'format', '--check', '.'],
  ['-m', 'mypy', '--python-executable', demo, '.'],
];
for (const folder of folders) {
  const env = {
    ...process.env,
    RUFF_CACHE_DIR: path.join(cache, 'ruff'),
    MYPY_CACHE_DIR: path.join(cache, 'mypy', path.basename(folder)),
  };
  for (const words of checks) {
    const { code, output } = await run(tools, words, { cwd: path.join(root, folder), env });
    if (code === 0) continue;
    console.log(output);
    process.exitCode = 1;
  }
}
