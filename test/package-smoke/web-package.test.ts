/** The package for an editor that is only a page in a browser. */
import { beforeAll, expect, inject, test } from 'vitest';
import { readZip, type ZipEntry } from './read-zip';

const expected = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package(\.nls(\.[a-z-]+)?)?\.json|readme\.md|changelog\.md|LICENSE(\.txt)?|NOTICE(\.txt)?)$/i,
  /^extension\/l10n\/bundle\.l10n\.[a-z-]+\.json$/,
  /^extension\/dist\/(web-extension\.cjs|web-server\.js|webviews\/preview\.(js|css)|schema\/plan\.schema\.json)$/,
  /^extension\/media\/[a-z0-9/-]+\.(svg|png|md)$/,
  /^extension\/syntaxes\/[a-z.-]+\.json$/i,
];

let entries: readonly ZipEntry[];

beforeAll(async () => {
  entries = await readZip(inject('webVsix'));
});

function textOf(name: string): string {
  const entry = entries.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`the package has no ${name}`);
  return entry.text();
}

test('it holds what a browser runs, and nothing that needs a machine', () => {
  const strays = entries.map(({ name }) => name).filter((name) => !expected.some((good) => good.test(name)));
  expect(strays).toEqual([]);
});

test('it says that it is for the web, and has no program for a machine', () => {
  expect(textOf('extension.vsixmanifest')).toContain('TargetPlatform="web"');
  const manifest = JSON.parse(textOf('extension/package.json')) as Record<string, unknown>;
  expect(manifest).not.toHaveProperty('main');
  expect(manifest).toHaveProperty('browser', './dist/web-extension.cjs');
});

test('every file that its manifest names is in it', () => {
  const named = [...textOf('extension/package.json').matchAll(/"\.\/([^"*]+\.\w+)"/g)].map(
    ([, name]) => name!,
  );
  expect(named).toContain('dist/web-extension.cjs');
  const names = entries.map(({ name }) => name);
  for (const name of named) expect(names).toContain(`extension/${name}`);
});

test('it stays small: a page loads it each time', () => {
  const sum = entries.reduce((total, { compressedBytes }) => total + compressedBytes, 0);
  expect(sum).toBeLessThan(1_000_000);
});
