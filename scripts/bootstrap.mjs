// Makes a fresh clone ready: node scripts/bootstrap.mjs
// Nothing here imports a package, for the packages are the first thing to install.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBrowser } from './browser.mjs';
import { installCodeServer } from './code-server.mjs';
import { root } from './constants.mjs';
import { ensurePrometheus } from './prometheus.mjs';
import { must, onPath, skipped, step, StepFailure, tail } from './steps.mjs';

const inRoot = { cwd: root };
const readJson = (name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));

/** True when node_modules holds just what package-lock.json asks for. */
export function arePackagesInstalled() {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || present[name]?.version === version,
  );
}

/** Installs the npm packages; none of their install scripts is needed, so none runs. */
export async function installPackages() {
  if (arePackagesInstalled()) return skipped('already there');
  await must(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    inRoot,
    'check that npm reaches its registry: npm ping',
  );
}

/** Builds k6 with our output, unless it is there already. */
async function buildK6() {
  if (onPath('go') === undefined && !existsSync(path.join(root, 'dist/k6/manifest.json')))
    throw new StepFailure(
      'go is not on PATH',
      'Go 1.26 builds k6 from source; a released package of Benchwright comes with k6 inside',
    );
  return lastLine(await must('node', ['scripts/build-k6.mjs'], inRoot, 'see the output above'));
}

/** Makes the Python environments of the demo system and of the tools: py-spy is found in the latter. */
export async function makePythonEnvironment() {
  const { ensurePython, toolRequirements } = await import('./python-env.mjs');
  await ensurePython([toolRequirements]);
  return ensurePython();
}

/** Bundles all programs; `packaged` makes the VSIX as well. */
async function bundle({ packaged = false } = {}) {
  const flags = packaged ? ['--package'] : [];
  return lastLine(await must('node', ['scripts/build.mjs', ...flags], inRoot, 'mend the error above'));
}

const packages = { name: 'npm packages', work: installPackages };
const k6 = { name: 'k6', work: buildK6 };
const bundles = { name: 'bundles and VSIX', work: () => bundle({ packaged: true }) };

/** What the tests need beside it; in order, for two of them are installed by the same tool of the system. */
const testTools = [
  { name: 'Python environment', work: makePythonEnvironment },
  { name: 'Prometheus', work: ensurePrometheus },
  { name: 'browser', work: ensureBrowser },
  { name: 'editor (code-server)', work: installCodeServer },
];

/** Builds what we are, and fetches `tools` meanwhile; answers how many steps passed and failed. */
export async function bootstrap(tools = testTools) {
  // Whoever is told of a failure may end the process, and is told once nothing is half done any more.
  const ends = await Promise.allSettled([[packages], [k6], tools].map(failuresIn));
  for (const { status, reason } of ends) if (status === 'rejected') throw reason;
  const failed = ends.reduce((sum, { value }) => sum + value, await failuresIn([bundles]));
  return { passed: 3 + tools.length - failed, failed };
}

/** Only the packages are vital to the rest. */
async function failuresIn(steps) {
  let failed = 0;
  for (const { name, work } of steps) {
    try {
      await step(name, work);
    } catch (failure) {
      failed += 1;
      if (!failure.wasPrinted || work === installPackages) throw failure;
    }
  }
  return failed;
}

function lastLine(output) {
  return tail(output, 1).slice(0, 120);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await bootstrap().catch(() => ({ failed: 1 }));
  process.exitCode = failed === 0 ? 0 : 1;
}
