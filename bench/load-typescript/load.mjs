/** Bundles a module of the project, so that a benchmark runs the code that is shipped and not a copy of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** @param entry below the project, such as `./test/tables/statistics`. @returns what the module exports. */
export async function loadTypeScript(entry) {
  const folder = await mkdtemp(path.join(tmpdir(), 'benchwright-bundle-'));
  try {
    const outfile = path.join(folder, 'bundle.cjs');
    await build({
      stdin: { contents: `export * from '${entry}';`, resolveDir: root },
      ...{ bundle: true, format: 'cjs', platform: 'node', outfile, logLevel: 'error' },
      define: { 'import.meta.dirname': JSON.stringify(path.join(root, 'test/bed')) },
    });
    return createRequire(import.meta.url)(outfile);
  } finally {
    await rm(folder, { recursive: true });
  }
}
