/** Tests with a service of their own, so that some of them may be under way at the same time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test, type TestAPI } from 'vitest';
import { runByCli, type FolderRun } from './run-plan';
import { startBed, type Bed } from './start-bed';

const root = path.resolve(import.meta.dirname, '../..');

interface Given {
  readonly bed: Bed;
  /** Runs a phase of the plan by the command line. */
  readonly run: (phase: string) => Promise<FolderRun>;
}

/** @param more options of the command line. */
export function testWithBed(planText: (url: string) => string, more: readonly string[] = []): TestAPI<Given> {
  return test.extend<Given>({
    // eslint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs.
    bed: async ({}, use) => {
      const bed = await startBed();
      await use(bed);
      await bed.stop();
    },
    run: async ({ bed }, use) => {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-bed-'));
      const planFile = path.join(folder, 'bed.bench.yaml');
      await writeFile(planFile, planText(bed.url));
      await use((phase) => runByCli(root, planFile, phase, more));
      await rm(folder, { recursive: true, force: true });
    },
  });
}
