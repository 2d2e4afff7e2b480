import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { build } from '../../../scripts/build.mjs';
import { installExtension, prepareEditor } from '../../../scripts/editor.mjs';
import { packageExtension } from '../../../scripts/package.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the package that was built from the sources under test. */
    vsix: string;
    /** The folder in which it is installed, for all editors. */
    extensions: string;
  }
}

let folder = '';

/** Builds the package that all end-to-end tests look at, and installs it. */
export async function setup(project: TestProject): Promise<void> {
  await build({ production: true });
  const vsix = await packageExtension();
  folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-extensions-'));
  await prepareEditor({ folder });
  project.provide('vsix', vsix);
  project.provide('extensions', await installExtension({ folder, vsix }));
}

export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
