/** A plan with the files that it includes, read from the disk. */
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { analysePlan, type PlanAnalysis } from '../core/plan/analyse';
import type { ApiReading, ReadApi } from '../core/plan/api-source';
import type { IncludeReading } from '../core/plan/sources';
import { whyUnreadable } from './file-words';
import { workspaceOf } from './layout';
import { columnsOfFile, readApiFile } from './read-named-files';

/** @param planFile names the plan in `files` of the answer; files it includes are named by their paths from here. */
export function analysePlanFile(
  text: string,
  planFile: string,
  environment: string | undefined,
): PlanAnalysis {
  const root = real(workspaceOf(planFile));
  return analysePlan(text, {
    id: planFile,
    readInclude: (from, included) => readBelow(root, planFile, from, included),
    readApi: apisBelow(root, planFile),
    readColumns: (file) => columnsOfFile(planFile, file),
    ...(environment !== undefined && { environment }),
  });
}

/** Files of the workspace, each read once; what only a service has is not asked for. */
function apisBelow(root: string, planFile: string): ReadApi {
  const known = new Map<string, ApiReading>();
  return (source) => {
    if (source.kind === 'address') return undefined;
    const file = real(path.resolve(path.dirname(real(planFile)), source.path));
    const relative = path.relative(root, file);
    const isOutside = relative.startsWith('..') || path.isAbsolute(relative);
    const reading =
      known.get(file) ?? (isOutside ? { ok: false, reason: `lies outside of ${root}` } : readApiFile(file));
    known.set(file, reading);
    return reading;
  };
}

/** Links are followed first, so that none leads out of the workspace. */
function readBelow(root: string, planFile: string, from: string, included: string): IncludeReading {
  const wanted = path.resolve(path.dirname(real(from)), included);
  try {
    const file = realpathSync(wanted);
    const relative = path.relative(root, file);
    if (relative.startsWith('..') || path.isAbsolute(relative))
      return { ok: false, reason: `it lies outside of ${root}` };
    const id = file === real(planFile) ? planFile : path.relative('', file);
    return { ok: true, id, text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { ok: false, reason: whyUnreadable(error) };
  }
}

/** A file that is not there is where it would be. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}
