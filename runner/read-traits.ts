/** What a run folder says of how a phase was measured, to tell whether two runs may be compared. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { generatorOf, isRateGiven, phaseTraits, type RunTraits } from '../core/measure/run-traits';
import type { Run } from '../core/run/run';
import { fileNames, filesFolder } from './layout';

const resolvedSchema = z.object({
  targets: z.record(z.string(), z.unknown()),
  scenarios: z.record(z.string(), z.unknown()),
  phases: z.record(z.string(), z.unknown()),
  kubernetes: z.optional(z.unknown()),
});

export type TraitsReading =
  | { readonly ok: true; readonly traits: RunTraits; readonly isRateGiven: boolean }
  | { readonly ok: false; readonly message: string };

/** @param measured what `run.json` says, or will say. */
export async function readTraits(
  dir: string,
  phase: string,
  measured: Pick<Run, 'machine' | 'tools'>,
): Promise<TraitsReading> {
  try {
    const text = await readFile(path.join(dir, fileNames.resolved), 'utf8');
    const { data: plan } = resolvedSchema.safeParse(JSON.parse(text));
    if (plan === undefined) return { ok: false, message: `its ${fileNames.resolved} is not as expected` };
    const own = phaseTraits(plan, phase);
    if (own === undefined) return { ok: false, message: `it has no phase ${phase}` };
    const folder = path.join(dir, fileNames.phases, phase);
    const files = await hashOf(path.join(folder, filesFolder));
    const data = await hashOf(path.join(folder, 'data'));
    const { machine, tools } = measured;
    const generator = generatorOf(plan, phase, tools);
    const traits = { ...own, requests: `${own.requests} ${files}`, data, machine, generator };
    return { ok: true, traits, isRateGiven: isRateGiven(plan, phase) };
  } catch (error) {
    // Whatever is wrong with the folder, it cannot be compared with.
    return { ok: false, message: `its plan cannot be read: ${(error as Error).message}` };
  }
}

/** The same for the same contents of the same names; empty where the phase has none. */
async function hashOf(folder: string): Promise<string> {
  let files: string[];
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  const hash = createHash('sha256');
  for (const name of files.sort()) hash.update(`${name}\0`).update(await readFile(path.join(folder, name)));
  return hash.digest('hex');
}
