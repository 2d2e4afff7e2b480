import { createVSIX } from '@vscode/vsce';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './constants.mjs';

/** What every package carries. */
const common = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'package.nls.json',
  'package.nls.de.json',
  'l10n',
  'dist/web-extension.cjs',
  'dist/web-server.js',
  'dist/schema',
  'media',
  'syntaxes',
];

/** What the package of an editor with a machine carries, when it exists; everything else of the repository stays out. */
const carried = [
  ...common,
  'dist/extension.cjs',
  'dist/heat.cjs',
  'dist/language-client.cjs',
  'dist/iterations.cjs',
  'dist/plan-reading.cjs',
  'dist/profile-worker.cjs',
  'dist/report-worker.cjs',
  'dist/server.cjs',
  'dist/cli.cjs',
  'dist/supervisor.cjs',
  'dist/python-hook',
  'dist/locust-listener',
  'dist/webviews',
  'dist/k6',
  // What problems lead to.
  'docs/problems.md',
  // k6 with our output is AGPL-3.0: its text and its source travel with the binary.
  'engines/k6/output',
];

/** What that of an editor which is only a page in a browser carries: of the panels, the one that needs no run. */
const carriedByWeb = [...common, 'dist/webviews/preview.js', 'dist/webviews/preview.css'];

const leftOut = /__pycache__|\.(map|test\.ts|vsix)$|_test\.go$|\/testdata\//;

/** The platform in the words of the marketplace; the package holds a binary, so it has one. */
const thisMachine = `${process.platform}-${process.arch}`;

/**
 * Where a package is put.
 *
 * @param target `web`, or by default this machine.
 */
export async function packagePath(target = thisMachine) {
  const { name, version } = await readManifest();
  return path.join(root, `dist/${name}-${version}-${target}.vsix`);
}

async function readManifest() {
  return JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
}

/**
 * Packs dist/ and what belongs to it into dist/<name>.vsix for a target; answers its path.
 * The files are staged in a folder of their own, so that the package holds what is listed
 * above and nothing that happens to lie about in the working tree.
 */
export async function packageExtension(target = thisMachine) {
  const isWeb = target === 'web';
  const stage = path.join(root, `dist/stage-${process.pid}`);
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  for (const name of (isWeb ? carriedByWeb : carried).filter((name) => existsSync(path.join(root, name)))) {
    await cp(path.join(root, name), path.join(stage, name), {
      recursive: true,
      filter: (source) => !leftOut.test(source),
    });
  }
  const {
    devDependencies: _dev,
    dependencies: _bundled,
    scripts: _scripts,
    knip: _knip,
    ...rest
  } = await readManifest();
  const manifest = isWeb ? withoutMachine(rest) : rest;
  await writeFile(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const written = await packagePath(target);
  await createVSIX({
    cwd: stage,
    packagePath: written,
    target,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
    skipLicense: true,
  });
  await rm(stage, { recursive: true, force: true });
  return written;
}

/** Without a program for a host of extensions that is a process, and so without a say in where it runs. */
function withoutMachine({ main: _main, extensionKind: _kind, ...manifest }) {
  return manifest;
}
