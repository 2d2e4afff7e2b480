// Bundles every program of the project into dist/.
//   node scripts/build.mjs               development: source maps, readable code
//   node scripts/build.mjs --production  minified, no source maps
//   node scripts/build.mjs --package     production, then the VSIX for this platform, and the one for an editor in a browser
import { build as bundle } from 'esbuild';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, root } from './constants.mjs';

/** In the host of extensions: only what is loaded by `require` can have the editor's interface. */
const inEditor = { external: ['vscode'], supported: { 'dynamic-import': false } };

/** The programs that Node runs. An entry that does not exist yet is left out. */
const nodePrograms = [
  { entry: 'client/extension.ts', outfile: 'dist/extension.cjs', options: inEditor },
  { entry: 'client/language-client.ts', outfile: 'dist/language-client.cjs', options: inEditor },
  { entry: 'client/debug/iterations.ts', outfile: 'dist/iterations.cjs', options: inEditor },
  { entry: 'client/heat/heat.ts', outfile: 'dist/heat.cjs', options: inEditor },
  { entry: 'client/plan-reading.ts', outfile: 'dist/plan-reading.cjs' },
  { entry: 'client/profile/profile-worker.ts', outfile: 'dist/profile-worker.cjs' },
  { entry: 'client/report/report-worker.ts', outfile: 'dist/report-worker.cjs' },
  { entry: 'server/node/main.ts', outfile: 'dist/server.cjs' },
  { entry: 'cli/main.ts', outfile: 'dist/cli.cjs', shebang: true },
  { entry: 'engines/host/supervisor.ts', outfile: 'dist/supervisor.cjs' },
];

/** The programs of an editor that is only a page in a browser: the extension, and the server in a worker. */
const webPrograms = [
  { entry: 'client/web/extension.ts', outfile: 'dist/web-extension.cjs', format: 'cjs', options: inEditor },
  { entry: 'server/web/main.ts', outfile: 'dist/web-server.js', format: 'iife' },
];

/** A dynamic import of what is a bundle of its own loads that bundle, so that an extension activates with little code. */
const loadBundles = {
  name: 'load-bundles',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:heat|iterations|language-client|plan-reading)$/ }, ({ kind, path: file }) =>
      kind === 'dynamic-import' ? { path: `./${path.basename(file)}.cjs`, external: true } : undefined,
    );
  },
};

/**
 * Bundles what exists; answers the files written, relative to the root. One program that does
 * not compile does not keep the others from being built, but fails the build in the end.
 */
export async function build({ production = false } = {}) {
  mkdirSync(path.join(root, 'dist/webviews'), { recursive: true });
  const shared = sharedOptions(production);
  const jobs = [...presentNodePrograms(shared), ...presentWebPrograms(shared), ...presentViews(shared)];
  const results = await Promise.allSettled(jobs.map((job) => bundle(job)));
  const cli = path.join(root, 'dist/cli.cjs');
  if (existsSync(cli)) chmodSync(cli, 0o755);
  // What a Python program loads to be profiled from inside; it is run as it stands.
  cpSync(path.join(root, 'engines/cprofile/hook'), path.join(root, 'dist/python-hook'), {
    recursive: true,
    filter: (source) => !source.includes('__pycache__'),
  });
  // What Locust runs beside a locustfile.
  cpSync(path.join(root, 'engines/locust/listener'), path.join(root, 'dist/locust-listener'), {
    recursive: true,
    filter: (source) => !source.includes('__pycache__'),
  });
  const failed = jobs.filter((_, index) => results[index].status === 'rejected');
  if (failed.length > 0) throw new Error(`could not bundle ${failed.map((job) => job.outfile).join(', ')}`);
  const schema = path.join(root, 'dist/schema');
  mkdirSync(schema, { recursive: true });
  cpSync(path.join(root, 'docs/plan.schema.json'), path.join(schema, 'plan.schema.json'));
  return jobs.map((job) => job.outfile);
}

/** Bundles one program as it is packaged, into another place than the rest. */
export async function buildAsPackaged(entry, outfile) {
  const job = presentNodePrograms(sharedOptions(true)).find(({ entryPoints }) => entryPoints[0] === entry);
  await bundle({ ...job, outfile });
}

function sharedOptions(production) {
  return {
    absWorkingDir: root,
    bundle: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    define: constants(),
  };
}

function presentNodePrograms(shared) {
  return nodePrograms
    .filter(({ entry }) => existsSync(path.join(root, entry)))
    .map(({ entry, outfile, options = {}, shebang = false }) => ({
      ...shared,
      entryPoints: [entry],
      outfile,
      ...options,
      plugins: [loadBundles],
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      // Several dependencies ship a UMD build as "main" that a bundler cannot follow.
      mainFields: ['module', 'main'],
      ...(shebang && { banner: { js: '#!/usr/bin/env node' } }),
    }));
}

/** How esbuild makes each of the programs of a browser; `shared` is laid below. */
export function presentWebPrograms(shared) {
  return webPrograms.map(({ entry, outfile, format, options = {} }) => ({
    ...shared,
    entryPoints: [entry],
    outfile,
    ...options,
    platform: 'browser',
    format,
    target: 'es2022',
    // The same parser, with what it takes from Node brought along.
    alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' },
  }));
}

function presentViews(shared) {
  const views = path.join(root, 'webviews');
  const names = existsSync(views)
    ? readdirSync(views).filter((name) => existsSync(path.join(views, name, 'main.ts')))
    : [];
  return names.flatMap((name) => {
    const inBrowser = { ...shared, platform: 'browser', target: 'es2022' };
    const script = {
      ...inBrowser,
      entryPoints: [`webviews/${name}/main.ts`],
      outfile: `dist/webviews/${name}.js`,
      format: 'iife',
    };
    // A style sheet that no script imports is bundled by itself; an imported one comes with the script.
    const sheet = `webviews/${name}/${name}.css`;
    const imported = readFileSync(path.join(root, script.entryPoints[0]), 'utf8').includes('.css');
    const styles = { ...inBrowser, entryPoints: [sheet], outfile: `dist/webviews/${name}.css` };
    return existsSync(path.join(root, sheet)) && !imported ? [script, styles] : [script];
  });
}

async function main(flags) {
  const started = performance.now();
  const wantsPackage = flags.includes('--package');
  const written = await build({ production: wantsPackage || flags.includes('--production') });
  console.log(`bundled ${written.join(', ') || 'nothing'} in ${Math.round(performance.now() - started)} ms`);
  if (!wantsPackage) return;
  const { packageExtension } = await import('./package.mjs');
  for (const target of ['web', undefined]) console.log(`packaged ${await packageExtension(target)}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
