import { defineConfig } from 'vitest/config';
import { constants } from './scripts/constants.mjs';

const rooms = '{core,protocol,engines,runner,server,client,webviews,cli}';
// One object for each project: vitest takes the constants out of the one that it is given.
const shared = () => ({ define: constants(), root: import.meta.dirname });

// Real tools on a machine that others use too are late now and then. A repeated test is named in the end.
const retries = process.env.CI === undefined ? 0 : 1;

/** Tests whose figures need the machine for themselves. */
const measured =
  'test/integration/{arrivals,compare,drain,generators,locust,locust-published,prometheus-agree,resources-agree,saturation,search,search-users,streamed-calls,streams,sums,truth}.test.ts';

/** Real tools, real ports: a test may take as long as its plan says. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000, retry: retries };

export default defineConfig({
  test: {
    // A golden file that was never committed is a failure here as on CI; `vitest -u` writes it.
    update: 'none',
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
          globalSetup: ['test/e2e/harness/package-once.ts'],
          expect: { poll: { timeout: 20_000, interval: 100 } },
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          retry: retries,
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
