import path from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { readZip, type ZipEntry } from './read-zip';

const root = path.resolve(import.meta.dirname, '../..');

/** Everything a package may hold; whatever else turns up has slipped in. */
const expected = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package(\.nls(\.[a-z-]+)?)?\.json|readme\.md|changelog\.md|LICENSE(\.txt)?|NOTICE(\.txt)?)$/i,
  /^extension\/l10n\/bundle\.l10n\.[a-z-]+\.json$/,
  /^extension\/dist\/(extension|heat|iterations|language-client|plan-reading|profile-worker|report-worker|server|cli|supervisor|web-extension)\.cjs$/,
  /^extension\/dist\/web-server\.js$/,
  /^extension\/dist\/webviews\/[a-z-]+\.(js|css)$/,
  /^extension\/dist\/k6\/(k6|k6\.exe|manifest\.json|LICENSE)$/,
  /^extension\/dist\/python-hook\/(benchwright_profile|sitecustomize)\.py$/,
  /^extension\/dist\/locust-listener\/(__main__|benchwright_locust\/[a-z_]+)\.py$/,
  /^extension\/dist\/schema\/[a-z.-]+\.json$/,
  /^extension\/docs\/problems\.md$/,
  /^extension\/engines\/k6\/output\/([a-z0-9/_-]+\.go|go\.mod|go\.sum|LICENSE|README\.md)$/,
  /^extension\/media\/[a-z0-9/-]+\.(svg|png|md)$/,
  /^extension\/syntaxes\/[a-z.-]+\.json$/i,
];

let entries: readonly ZipEntry[];

beforeAll(async () => {
  entries = await readZip(inject('vsix'));
});

function find(name: string): ZipEntry {
  const entry = entries.find((one) => one.name === `extension/${name}`);
  if (entry === undefined) throw new Error(`the package has no ${name}`);
  return entry;
}

test('the package holds nothing but what is meant to be in it', () => {
  const strays = entries.map(({ name }) => name).filter((name) => !expected.some((good) => good.test(name)));
  expect(strays).toEqual([]);
});

test.each([
  'extension.cjs',
  'iterations.cjs',
  'language-client.cjs',
  'heat.cjs',
  'plan-reading.cjs',
  'server.cjs',
  'web-extension.cjs',
  'web-server.js',
  'cli.cjs',
  'supervisor.cjs',
  'profile-worker.cjs',
  'report-worker.cjs',
  'webviews/report.js',
  'webviews/report.css',
  'webviews/live.js',
  'webviews/live.css',
  'webviews/preview.js',
  'webviews/preview.css',
  'python-hook/benchwright_profile.py',
  'python-hook/sitecustomize.py',
  'locust-listener/benchwright_locust/start.py',
])('the package holds dist/%s', (name) => {
  expect(find(`dist/${name}`).bytes).toBeGreaterThan(200);
});

test('k6 is in the package, may be executed, and has its hash beside it', () => {
  const k6 = find('dist/k6/k6');
  expect(k6.mode & 0o111).toBe(0o111);
  expect(JSON.parse(find('dist/k6/manifest.json').text())).toMatchObject({
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test('the translations of messages are where the manifest says', () => {
  const { l10n } = JSON.parse(find('package.json').text()) as { l10n: string };
  const bundle = JSON.parse(find(path.posix.join(l10n, 'bundle.l10n.de.json')).text()) as object;
  expect(Object.keys(bundle).length).toBeGreaterThan(300);
});

test('both licences and the source of our k6 travel with it', () => {
  expect(find('LICENSE.txt').text()).toContain('Apache License');
  expect(find('engines/k6/output/LICENSE').text()).toContain('GNU AFFERO GENERAL PUBLIC LICENSE');
  expect(find('NOTICE').text()).toContain('Affero General Public License');
  expect(find('engines/k6/output/go.mod').text()).toContain('go.k6.io/k6');
});

test('every file that the manifest names is in the package', () => {
  const manifest = find('package.json').text();
  const named = [...manifest.matchAll(/"\.\/([^"*]+\.\w+)"/g)].map(([, name]) => name!);
  expect(named).toContain('dist/extension.cjs');
  for (const name of named) find(name);
});

test('the package stays small', () => {
  const withoutK6 = entries.filter(({ name }) => !name.includes('/dist/k6/'));
  const sum = withoutK6.reduce((total, { compressedBytes }) => total + compressedBytes, 0);
  expect(sum).toBeLessThan(2_000_000);
  // The editor reads all of it at its start.
  expect(find('dist/extension.cjs').bytes).toBeLessThan(300_000);
});

test('no bundle names a folder of the machine that built it', () => {
  const bundles = entries.filter(({ name }) => /dist\/.*\.(cjs|js)$/.test(name));
  expect(bundles.length).toBeGreaterThan(0);
  for (const bundle of bundles) expect(bundle.text().includes(root), bundle.name).toBe(false);
});
