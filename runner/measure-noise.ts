/** The noise between runs of one and the same build, kept for later comparisons. */
import { noiseFloor } from '../core/measure/noise-floor';
import { seededRandom } from '../core/measure/random';
import { figureName, figuresOf } from '../core/measure/run-figures';
import { withNoise, type MeasuredNoise } from '../core/run/baselines';
import type { Run } from '../core/run/run';
import { baselinesFileOf, changeBaselines, scopeOf } from './baselines-file';

export type NoiseReading =
  | { readonly ok: true; readonly file: string; readonly noise: readonly MeasuredNoise[] }
  | { readonly ok: false; readonly message: string };

/**
 * Keeps how far these runs lie apart, for each phase that all of them ran.
 *
 * @param runs of one plan, environment and build, with the folder of one of them.
 * @throws the error of the disk where the file cannot be written.
 */
export async function keepNoise(dir: string, runs: readonly Run[], nowMs: number): Promise<NoiseReading> {
  const [first] = runs;
  if (first === undefined) return { ok: false, message: 'there is no run' };
  const unfit = runs.find(({ validity }) => validity.state === 'invalid');
  if (unfit !== undefined)
    return {
      ok: false,
      message: `the figures of ${unfit.id} are invalid: they show no noise of the service`,
    };
  const file = baselinesFileOf(dir, first.plan.file);
  const noise = first.phases.map(({ name }): MeasuredNoise => ({
    ...scopeOf(file, first.plan.file, first.environment, name),
    runs: runs.length,
    measuredMs: nowMs,
    floors: floorsOf(runs, name),
  }));
  const written = await changeBaselines(file, (all) => noise.reduce(withNoise, all));
  return written.ok ? { ok: true, file, noise } : written;
}

function floorsOf(runs: readonly Run[], phase: string): Record<string, number> {
  const results = runs.flatMap((run) => run.phases.filter(({ name }) => name === phase));
  const figures = figuresOf({ phase, baseline: results, candidate: [], isRateGiven: false });
  const random = seededRandom(1);
  const floors: Record<string, number> = {};
  for (const figure of figures) {
    const values = figure.baseline.filter((value) => value !== null);
    const floor = values.length === runs.length ? noiseFloor(values, random) : undefined;
    if (floor !== undefined) floors[figureName(figure)] = floor;
  }
  return floors;
}
