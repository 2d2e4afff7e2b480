import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { constants } from './scripts/constants.mjs';

const rooms = '{core,protocol,engines,runner,server,client,webviews,cli}';
// One object for each project: vitest takes the constants out of the one that it is given.
const shared = () => ({ define: constants(), root: import.meta.dirname });

// Real tools on a machine that others use too are late now and then. A repeated test is named in the end.
const retries = process.env.CI === undefined ? 0 : 1;

/** Tests whose figures need the machine for themselves. */
const measured =
  'test/integration/{arrivals,compare,drain,generators,locust,locust-published,prometheus-agree,resources-agree,saturation,search,search-users,streamed-calls,streams,sums,truth}.test.ts';

/** Two load the demo system for a minute or more, and one builds the programs anew that the others run. */
const alone = 'test/e2e/{optimise,run,start}.test.ts';

/** Begin first, for whatever is long and begins last is waited for by itself. */
const first = /\/steady\.test\.ts$/;

/** Within a project; the projects stay in their order. */
class ByLength extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const place = ({ project, moduleId }) => 2 * projects.indexOf(project) + (first.test(moduleId) ? 0 : 1);
    return sorted.sort((one, other) => place(one) - place(other));
  }
}

/** Real tools, real ports: a test may take as long as its plan says. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000, retry: retries };

const inEditor = {
  globalSetup: ['test/e2e/harness/package-once.ts'],
  expect: { poll: { timeout: 20_000, interval: 100 } },
  testTimeout: 240_000,
  hookTimeout: 240_000,
  retry: retries,
};

export default defineConfig({
  test: {
    // A golden file that was never committed is a failure here as on CI; `vitest -u` writes it.
    update: 'none',
    sequence: { sequencer: ByLength },
    projects: [
      {
        ...shared(),
        test: {
          name: 'unit',
          include: [`${rooms}/**/*.test.ts`],
          // None of them changes what another one sees, so that modules are loaded once and not for each file.
          isolate: false,
          // Some simulate thousands of runs, on a machine that does other things too.
          testTimeout: 30_000,
        },
      },
      {
        ...shared(),
        test: {
          name: 'integration',
          include: ['test/{integration,views,wire}/**/*.test.ts'],
          exclude: [measured],
          // Most of their time is waiting for loads that ask for little.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          ...patient,
        },
      },
      {
        ...shared(),
        test: {
          name: 'measured',
          include: [measured],
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          ...patient,
        },
      },
      {
        ...shared(),
        test: {
          name: 'e2e',
          include: ['test/{package-smoke,e2e}/**/*.test.ts'],
          exclude: [alone],
          // Half of their time is waiting for an editor.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          ...inEditor,
        },
      },
      {
        ...shared(),
        test: {
          name: 'e2e-alone',
          include: [alone],
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
          ...inEditor,
        },
      },
      {
        // Not a test: node scripts/screenshots.mjs makes the pictures of the README anew with it.
        ...shared(),
        test: {
          name: 'screenshots',
          include: ['test/screenshots/**/*.shots.ts'],
          globalSetup: ['test/e2e/harness/package-once.ts'],
          expect: { poll: { timeout: 30_000, interval: 100 } },
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
