/** What a run folder says of how a phase was measured, to tell whether two runs may be compared. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { isRateGiven, phaseTraits, type RunTraits } from '../core/measure/run-traits';
import type { Run } from '../core/run/run';
import { fileNames } from './layout';

const resolvedSchema = z.object({
  targets: z.record(z.string(), z.unknown()),
  scenarios: z.record(z.string(), z.unknown()),
  phases: z.record(z.string(), z.unknown()),
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
    const data = await hashOfRows(path.join(dir, fileNames.phases, phase, 'data'));
    const { machine, tools } = measured;
    const traits = { ...own, data, machine, generator: generatorOf(tools) };
    return { ok: true, traits, isRateGiven: isRateGiven(plan, phase) };
  } catch (error) {
    // Whatever is wrong with the folder, it cannot be compared with.
    return { ok: false, message: `its plan cannot be read: ${(error as Error).message}` };
  }
}

/** The same for the same rows in the same files; empty where the phase has no data. */
async function hashOfRows(folder: string): Promise<string> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  const hash = createHash('sha256');
  for (const name of names.sort()) hash.update(`${name}\0`).update(await readFile(path.join(folder, name)));
  return hash.digest('hex');
}

/** The tool that made the load, with its version. A run that has both is told by both. */
function generatorOf(tools: Run['tools']): string {
  return ['k6', 'locust']
    .flatMap((tool) => (tools[tool] === undefined ? [] : [`${tool} ${tools[tool]}`]))
    .join(', ');
}
