/** A plan that a command is given by its file. */
import { readFile } from 'node:fs/promises';
import type { PlanAnalysis } from '../core/plan/analyse';
import { analysePlanFile } from '../runner/analyse-plan-file';
import { whyUnreadable } from '../runner/file-words';

export type PlanReading =
  | { readonly ok: true; readonly analysis: PlanAnalysis }
  /** `message` says why the file cannot be read, without its name. */
  | { readonly ok: false; readonly message: string };

export async function readPlan(file: string, environment: string | undefined): Promise<PlanReading> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return { ok: false, message: whyUnreadable(error) };
  }
  return { ok: true, analysis: analysePlanFile(text, file, environment) };
}
