// Lints and type-checks the Python of the demo system, of the profiling hook and of the listener in Locust, and runs the
// tests of the latter: node scripts/check-python.mjs
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './constants.mjs';
import { checkRequirements, demoRequirements, ensurePython, toolRequirements } from './python-env.mjs';
import { run } from './steps.mjs';

const tools = await ensurePython([checkRequirements]);
const demo = await ensurePython([demoRequirements]);
// Each has its rules in a pyproject.toml of its own.
const folders = {
  'examples/agents': demo,
  'engines/cprofile': demo,
  'engines/locust': await ensurePython([toolRequirements]),
};
// Caches stay out of the example, whose folder people open.
const cache = path.join(root, 'dist/python-checks');
for (const [folder, python] of Object.entries(folders)) {
  const checks = [
    [tools, '-m', 'ruff', 'check', '.'],
    [tools, '-m', 'ruff', 'format', '--check', '.'],
    [tools, '-m', 'mypy', '--python-executable', python, '.'],
    ...(existsSync(path.join(root, folder, 'tests'))
      ? [[python, '-B', '-m', 'unittest', 'discover', '--quiet', '--start-directory', 'tests']]
      : []),
  ];
  const env = {
    ...process.env,
    RUFF_CACHE_DIR: path.join(cache, 'ruff'),
    MYPY_CACHE_DIR: path.join(cache, 'mypy', path.basename(folder)),
  };
  for (const [program, ...words] of checks) {
    const { code, output } = await run(program, words, { cwd: path.join(root, folder), env });
    if (code === 0) continue;
    console.log(output);
    process.exitCode = 1;
  }
}
