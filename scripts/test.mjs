// Everything: npm test. Ends with the line "N passed, N failed".
import { mkdir, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { arePackagesInstalled, bootstrap } from './bootstrap.mjs';
import { goIsMissing, goOptions, noChecks, staticWorks, twoAtATime } from './check.mjs';
import { root } from './constants.mjs';
import { run, seconds, tail } from './steps.mjs';

const results = path.join(root, 'test-results');
const none = { passed: 0, failed: 0 };

/** Runs one vitest project and reads its counts from the JSON report. */
async function vitest(project, variables = {}) {
  const report = path.join(results, `${project}.json`);
  const flags = ['--project', project, '--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const { code, output } = await run(path.join(root, 'node_modules/.bin/vitest'), ['run', ...flags], {
    cwd: root,
    // Most of it is waiting for loads that last as long as their plans say.
    deadlineMs: 40 * 60_000,
    env: { ...process.env, NO_COLOR: '1', ...variables },
  });
  const counts = existsSync(report) ? countVitest(JSON.parse(await readFile(report, 'utf8'))) : none;
  // A file that does not even load has no failed test of its own, yet fails the suite.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return { ...counts, output };
}

function countVitest(report) {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const repeated = tests
    .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
    .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0].split('\n')[0]}`);
  return { passed: report.numPassedTests, failed: report.numFailedTests, repeated };
}

/** Runs the tests of the Go module; every test and subtest counts. */
async function goTests() {
  const reason = goIsMissing();
  if (reason !== undefined) return { passed: 0, failed: 1, output: reason };
  // Without -count Go answers from its cache, which does not notice a change in test/wire.
  const { code, output } = await run('go', ['test', '-json', '-count=1', './...'], goOptions);
  const events = output.split('\n').flatMap(parseJsonLine);
  const count = (action) => events.filter((event) => event.Test && event.Action === action).length;
  const failed = count('fail');
  return {
    passed: count('pass'),
    failed: code !== 0 && failed === 0 ? 1 : failed,
    output: events.length === 0 ? output : events.map((event) => event.Output ?? '').join(''),
  };
}

function parseJsonLine(line) {
  try {
    return [JSON.parse(line)];
  } catch (error) {
    // The compiler's own words come between the events as plain text.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

async function suite(name, work, total) {
  const started = performance.now();
  const { passed, failed, output, repeated = [] } = await work();
  const isFine = failed === 0 && passed > 0;
  const words = passed + failed === 0 ? 'ran no test' : `${passed} passed, ${failed} failed`;
  console.log(`${isFine ? '✓' : '✗'} ${name.padEnd(22)} ${seconds(started).padStart(7)}  ${words}`);
  if (!isFine) console.log(tail(output, 200));
  for (const each of repeated) console.log(`  passed only when it was repeated: ${each}`);
  add(total, { passed, failed: isFine ? failed : Math.max(1, failed) });
}

function add(total, { passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}

async function main() {
  const started = performance.now();
  const total = { ...none };
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  const begun = await bootstrap();
  add(total, begun);
  const variables = begun.failed === 0 ? { BENCHWRIGHT_PACKAGES: 'built' } : {};
  if (arePackagesInstalled()) {
    const checks = noChecks();
    const [typesAndLint, ...others] = staticWorks(checks);
    const unit = () => suite('unit tests', () => vitest('unit'), total);
    // The long ones first, so that neither core waits for the other one in the end.
    await twoAtATime([unit, typesAndLint, () => suite('Go tests', goTests, total), ...others]);
    if (checks.first !== undefined)
      console.log(`\n${checks.first.name}:\n${tail(checks.first.output, 80)}\n`);
    add(total, checks);
    for (const project of ['integration', 'measured', 'e2e', 'e2e-alone'])
      await suite(`${project} tests`, () => vitest(project, variables), total);
  }
  console.log(`in ${seconds(started)}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

await main().catch((failure) => {
  if (!failure.wasPrinted) console.error(failure);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
