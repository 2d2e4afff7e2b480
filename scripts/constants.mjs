import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder of the project. */
export const root = path.resolve(import.meta.dirname, '..');

/**
 * The constants every bundle and every test is compiled with, as JavaScript expressions.
 * `__K6_MANIFEST__` is a string: the JSON text of dist/k6/manifest.json, or the text "null"
 * when k6 has not been built. A bundle carries the hash so that a swapped binary is noticed.
 */
export function constants() {
  const manifest = path.join(root, 'dist/k6/manifest.json');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return {
    __K6_MANIFEST__: JSON.stringify(existsSync(manifest) ? readFileSync(manifest, 'utf8') : 'null'),
    __BENCHWRIGHT_VERSION__: JSON.stringify(version),
  };
}
