import type { TestProject } from 'vitest/node';
import { build } from '../../../scripts/build.mjs';
import { packageExtension, packagePath } from '../../../scripts/package.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the package that was built from the sources under test. */
    vsix: string;
    /** That of the package for an editor which is only a page in a browser. */
    webVsix: string;
  }
}

/** Builds the packages that the end-to-end tests install, unless the whole suite has just built them. */
export async function setup(project: TestProject): Promise<void> {
  const areBuilt = process.env.BENCHWRIGHT_PACKAGES === 'built';
  if (!areBuilt) await build({ production: true });
  const packaged = areBuilt ? packagePath : packageExtension;
  project.provide('vsix', await packaged());
  project.provide('webVsix', await packaged('web'));
}
