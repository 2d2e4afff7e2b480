/** Finds the tools that make the loads of a run. */
import path from 'node:path';
import { locateK6, type K6Binary } from '../engines/k6/binary';
import { locateLocust, type LocustPython } from '../engines/locust/locate';
import { workspaceOf } from './layout';
import type { Refusal } from './refusal';
import type { RunPlanOptions } from './run-options';

type LocatedTools =
  | { readonly ok: true; readonly k6: K6Binary | undefined; readonly locust: LocustPython | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

/** @param needed which of them the phases of the run are made by; others are not looked for. */
export async function locateTools(
  options: Pick<RunPlanOptions, 'planFile' | 'variables' | 'k6Folder' | 'pythonFile'>,
  needed: { readonly k6: boolean; readonly locust: boolean },
): Promise<LocatedTools> {
  const k6 = needed.k6 ? await locateK6(options.k6Folder) : undefined;
  if (k6?.ok === false) return missing(k6.problem);
  const locust = needed.locust
    ? await locateLocust({
        chosen: options.pythonFile,
        folders: foldersOf(options.planFile),
        variables: options.variables,
      })
    : undefined;
  if (locust?.ok === false) return missing(locust.problem);
  return { ok: true, k6: k6?.k6, locust: locust?.locust };
}

function missing({ message, remedy }: Pick<Refusal, 'message' | 'remedy'>): LocatedTools {
  return { ok: false, refusal: { code: 'tool-missing', message, remedy } };
}

/** From the folder of the plan up to that of its workspace. */
function foldersOf(planFile: string): readonly string[] {
  const top = workspaceOf(planFile);
  const folders = [path.dirname(path.resolve(planFile))];
  for (let last = folders[0] ?? top; last !== top && last !== path.dirname(last); last = path.dirname(last))
    folders.push(path.dirname(last));
  return folders;
}
