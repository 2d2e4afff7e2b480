// The static checks and the unit tests: npm run check
// Each is one process; two run at a time, the long ones first.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { arePackagesInstalled, installPackages } from './bootstrap.mjs';
import { root } from './constants.mjs';
import { onPath, run, seconds, step, tail } from './steps.mjs';

const rooms = ['core', 'protocol', 'engines', 'runner', 'server', 'client', 'webviews', 'cli'];
const goModule = path.join(root, 'engines/k6/output');
/** The same settings as the build of k6, which compiles the same packages: so all share what Go keeps of them. */
export const goOptions = {
  cwd: goModule,
  env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -trimpath' },
};

const npx = (...words) => [path.join(root, 'node_modules/.bin', words[0]), words.slice(1)];
const isThere = (name) => existsSync(path.join(root, name));

// A file that was fine is fine until its text changes, and is not looked at again.
const formatCache = ['--cache', '--cache-strategy', 'content'];

const types = { name: 'types', command: npx('tsc', '-b') };
const lint = { name: 'lint', command: ['node', ['scripts/lint.mjs']] };

/** What is checked without running our own programs, apart from types and lint. */
const otherChecks = [
  {
    name: 'format',
    command: npx('prettier', '--check', '--log-level', 'warn', ...formatCache, '.'),
  },
  {
    name: 'rooms',
    command: npx('depcruise', '--config', '.dependency-cruiser.cjs', ...rooms.filter(isThere)),
  },
  { name: 'unused', command: npx('knip', '--no-progress') },
  {
    name: 'docs',
    missing: () => (isThere('scripts/generate-docs.mjs') ? undefined : 'nothing is generated yet'),
    command: ['node', ['scripts/generate-docs.mjs', '--check']],
  },
  {
    name: 'gofmt',
    missing: goIsMissing,
    command: ['gofmt', ['-l', '.']],
    options: goOptions,
    // gofmt ends with 0 and lists the files it would change.
    isFine: ({ code, output }) => code === 0 && output.trim() === '',
  },
  { name: 'python', command: ['node', ['scripts/check-python.mjs']] },
  { name: 'go vet', missing: goIsMissing, command: ['go', ['vet', './...']], options: goOptions },
];

/** The static checks as pieces of work, the longest first. What lint may leave out is known from the types. */
export function staticWorks(result) {
  const inTurn =
    (...checks) =>
    async () => {
      for (const check of checks) await runCheck(check, result);
    };
  return [inTurn(types, lint), ...otherChecks.map((check) => inTurn(check))];
}

const unitTests = {
  name: 'unit tests',
  command: npx('vitest', 'run', '--project', 'unit', '--reporter=dot'),
};

/** Why the Go checks cannot run, or undefined. */
export function goIsMissing() {
  if (!existsSync(path.join(goModule, 'go.mod'))) return 'no Go module';
  return onPath('go') === undefined ? 'Go is not installed' : undefined;
}

/** Does pieces of work two at a time, in their order. */
export async function twoAtATime(works) {
  const waiting = [...works];
  const worker = async () => {
    for (let work = waiting.shift(); work; work = waiting.shift()) await work();
  };
  await Promise.all([worker(), worker()]);
}

export const noChecks = () => ({ passed: 0, failed: 0, first: undefined });

/** Runs a check, prints a line for it, and adds it to the counts and the first failure of `result`. */
async function runCheck(check, result) {
  const started = performance.now();
  const reason = check.missing?.();
  if (reason !== undefined) {
    console.log(`- ${check.name.padEnd(22)} ${' '.repeat(7)}  ${reason}`);
    return;
  }
  const [command, args] = check.command;
  const outcome = await run(command, args, { cwd: root, ...check.options });
  const isFine = check.isFine?.(outcome) ?? outcome.code === 0;
  console.log(`${isFine ? '✓' : '✗'} ${check.name.padEnd(22)} ${seconds(started).padStart(7)}`);
  if (isFine) result.passed += 1;
  else {
    result.failed += 1;
    result.first ??= { name: check.name, output: outcome.output };
  }
}

async function main() {
  const started = performance.now();
  if (!arePackagesInstalled()) await step('npm packages', installPackages);
  const result = noChecks();
  await twoAtATime([() => runCheck(unitTests, result), ...staticWorks(result)]);
  const { passed, failed, first } = result;
  if (first !== undefined) console.log(`\n${first.name}:\n${tail(first.output, 80)}\n`);
  console.log(`${passed} checks passed, ${failed} failed in ${seconds(started)}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main().catch((failure) => {
    if (!failure.wasPrinted) console.error(failure);
    process.exitCode = 1;
  });
}
