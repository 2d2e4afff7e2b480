/** What runs are compared with: pinned runs, and the noise between runs of one build. Kept in `baselines.json`. */
import * as z from 'zod';
import type { Run } from './run';

const scope = {
  /** Path of the plan, relative to the folder that holds `.benchwright`, with `/`. */
  plan: z.string(),
  environment: z.string().nullable(),
  phase: z.string(),
};

const baseline = z.object({
  ...scope,
  /** What people call it, such as a version. */
  name: z.string().optional(),
  /** Folders of the runs: relative to that of this file where they lie below it, with `/`. */
  runs: z.array(z.string()).min(1),
  pinnedMs: z.number(),
});

const noise = z.object({
  ...scope,
  /** How many runs showed it. */
  runs: z.int(),
  measuredMs: z.number(),
  /** By figure, such as `p95(execute: POST /execute)`: the change that the same build reaches by chance, as a share. */
  floors: z.record(z.string(), z.number()),
});

export const baselinesSchema = z.object({
  version: z.literal(1),
  baselines: z.array(baseline),
  noise: z.array(noise),
});

export type Baselines = z.output<typeof baselinesSchema>;
export type PinnedBaseline = Baselines['baselines'][number];
export type MeasuredNoise = Baselines['noise'][number];

/** A plan, an environment and a phase: for each there is one baseline. */
export type Scope = Pick<PinnedBaseline, 'plan' | 'environment' | 'phase'>;

export const noBaselines: Baselines = { version: 1, baselines: [], noise: [] };

export function isSameScope(a: Scope, b: Scope): boolean {
  return a.plan === b.plan && a.environment === b.environment && a.phase === b.phase;
}

/** Pins, in place of what was pinned for the same scope. */
export function withBaselines(all: Baselines, pinned: readonly PinnedBaseline[]): Baselines {
  const kept = all.baselines.filter((old) => !pinned.some((one) => isSameScope(old, one)));
  return { ...all, baselines: [...kept, ...pinned].sort(byScope) };
}

/** Takes runs out of every baseline, and with its last run the baseline. */
export function withoutRuns(all: Baselines, runs: readonly string[]): Baselines {
  const baselines = all.baselines
    .map((one) => ({ ...one, runs: one.runs.filter((run) => !runs.includes(run)) }))
    .filter((one) => one.runs.length > 0);
  return { ...all, baselines };
}

export function withoutName(all: Baselines, name: string): Baselines {
  return { ...all, baselines: all.baselines.filter((one) => one.name !== name) };
}

export function withNoise(all: Baselines, measured: MeasuredNoise): Baselines {
  const kept = all.noise.filter((old) => !isSameScope(old, measured));
  return { ...all, noise: [...kept, measured].sort(byScope) };
}

function byScope(a: Scope, b: Scope): number {
  const [x, y] = [a, b].map(({ plan, environment, phase }) => [plan, environment ?? '', phase].join('\n'));
  return (x ?? '') < (y ?? '') ? -1 : 1;
}

/**
 * Why a run must not be what others are compared with. A run that passed but for goals that wait for a baseline is
 * good enough: there has to be a first one.
 *
 * @returns `undefined` where it may.
 */
export function whyNoBaseline(run: Run): string | undefined {
  if (run.validity.state === 'invalid') return `its figures are invalid: ${evidenceOf(run)}`;
  if (run.verdict === 'pass' || waitsForBaseline(run)) return undefined;
  return `its verdict is ${run.verdict}: ${run.reason}`;
}

function waitsForBaseline({ verdict, phases }: Run): boolean {
  if (verdict !== 'no-data') return false;
  return phases.every((phase) => {
    const goals = phase.goals.filter(({ state }) => state !== 'held');
    const isOpen = goals.length > 0 && goals.every(({ lacks }) => lacks === 'baseline');
    return (
      phase.verdict === 'pass' || (phase.verdict === 'no-data' && isOpen && phase.requests > phase.failed)
    );
  });
}

function evidenceOf({ validity }: Run): string {
  return validity.evidence.map(({ message }) => message).join('; ');
}
