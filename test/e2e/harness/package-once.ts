import type { TestProject } from 'vitest/node';
import { build } from '../../../scripts/build.mjs';
import { packageExtension } from '../../../scripts/package.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the package that was built from the sources under test. */
    vsix: string;
    /** That of the package for an editor which is only a page in a browser. */
    webVsix: string;
  }
}

/** Builds the packages that the end-to-end tests install. */
export async function setup(project: TestProject): Promise<void> {
  await build({ production: true });
  project.provide('vsix', await packageExtension());
  project.provide('webVsix', await packageExtension('web'));
}
