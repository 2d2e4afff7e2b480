/** Where each problem is explained: in the reference that lies beside the program, in the line of its heading. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PageOf } from '../service/diagnostics';

/** @param file is read when the first problem is told; without it, problems lead nowhere. */
export function problemPages(file = path.join(__dirname, '../docs/problems.md')): PageOf {
  let pages: ReadonlyMap<string, string> | undefined;
  return (code) => (pages ??= readPages(file)).get(code);
}

function readPages(file: string): ReadonlyMap<string, string> {
  try {
    const { href } = pathToFileURL(file);
    const lines = readFileSync(file, 'utf8').split('\n').entries();
    return new Map(
      [...lines].flatMap(([index, line]) => {
        const code = /^## ([\w-]+)$/.exec(line.trimEnd())?.[1];
        return code === undefined ? [] : [[code, `${href}#L${index + 1}`] as const];
      }),
    );
  } catch {
    // The program was taken out of its package: problems are told all the same.
    return new Map();
  }
}
