/** The source around hot lines, where the file is there and has not changed since the run began. */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SourceExcerpt } from '../core/report/report';
import type { Run } from '../core/run/run';

/** Lines above and below the hot one. */
const around = 3;

/** Source that people wrote is smaller; a larger file is generated. */
const maxBytes = 1024 * 1024;

export async function readExcerpts(run: Run): Promise<SourceExcerpt[]> {
  const hot = run.phases.flatMap(({ profiles = [] }) => profiles.flatMap(({ top }) => top));
  const excerpts: SourceExcerpt[] = [];
  for (const { file, line } of hot) {
    const isKnown = excerpts.some((one) => one.file === file && one.line === line);
    const source = isKnown || line < 1 ? undefined : await readUnchanged(run, file);
    if (source !== undefined) excerpts.push(...excerptOf(file, line, source));
  }
  return excerpts;
}

interface Source {
  readonly absoluteFile: string;
  readonly text: string;
}

/**
 * Files below the folder of the plan only: the result of a run may come from elsewhere, and must not draw other files of
 * this machine into a report that is passed on.
 */
async function readUnchanged({ plan, startedMs }: Run, file: string): Promise<Source | undefined> {
  try {
    const folder = await realpath(path.dirname(plan.file));
    const found = await realpath(path.resolve(folder, file));
    if (path.isAbsolute(file) || !found.startsWith(folder + path.sep)) return undefined;
    const { mtimeMs, size } = await stat(found);
    if (mtimeMs >= startedMs || size > maxBytes) return undefined;
    return { absoluteFile: found, text: await readFile(found, 'utf8') };
  } catch {
    // A file that is not here any more has no excerpt; its name and line stand in the report all the same.
    return undefined;
  }
}

function excerptOf(file: string, line: number, { absoluteFile, text }: Source): SourceExcerpt[] {
  const all = text.split(/\r?\n/);
  if (line > all.length) return [];
  const first = Math.max(1, line - around);
  const lines = all
    .slice(first - 1, line + around)
    .map((content, at) => ({ number: first + at, text: content, isHot: first + at === line }));
  while (lines.at(-1)?.text.trim() === '') lines.pop();
  while (lines[0]?.text.trim() === '') lines.shift();
  return [{ file, line, absoluteFile, lines }];
}
