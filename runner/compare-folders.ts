/** Compares runs by their folders. */
import path from 'node:path';
import { PhaseBlocks, comparePair, type PairedPhase } from '../core/measure/compare-pair';
import {
  comparePhases,
  whyUnfit,
  type ComparedPhase,
  type PhaseComparison,
} from '../core/measure/compare-phases';
import { seededRandom } from '../core/measure/random';
import { differencesOf, type Intended } from '../core/measure/run-traits';
import { isSameScope } from '../core/run/baselines';
import type { PhaseResult, Run } from '../core/run/run';
import { baselinesFileOf, readBaselines, scopeOf } from './baselines-file';
import { fileNames } from './layout';
import { foldStream, readEntry } from './open-run';
import { readTraits, type TraitsReading } from './read-traits';

export type Comparison =
  | {
      readonly kind: 'compared';
      /** Whether there is one run a side: what is said then is about these two runs only. */
      readonly isWithinRuns: boolean;
      readonly phases: readonly PhaseComparison[];
    }
  | { readonly kind: 'refused'; readonly message: string };

interface KeptRun {
  readonly dir: string;
  readonly run: Run;
}

/** The same runs always give the same answer. */
const seed = 1;

export interface FolderOptions {
  /** The phases to compare; all that a run has where none is given. */
  readonly phases?: readonly string[];
  /** What differs on purpose. */
  readonly intended?: readonly Intended[];
}

/** @returns what differs, or why the folders are none that can be compared. */
export async function compareFolders(
  baselineDirs: readonly string[],
  candidateDirs: readonly string[],
  { phases: wanted = [], intended = [] }: FolderOptions = {},
): Promise<Comparison> {
  const baseline = await readRuns(baselineDirs);
  if (typeof baseline === 'string') return { kind: 'refused', message: baseline };
  const candidate = await readRuns(candidateDirs);
  if (typeof candidate === 'string') return { kind: 'refused', message: candidate };
  const twice = baseline.find(({ dir }) => candidate.some((other) => other.dir === dir));
  if (twice !== undefined) return { kind: 'refused', message: `${twice.run.id} is on both sides` };
  const names = new Set([...baseline, ...candidate].flatMap(({ run }) => run.phases.map(({ name }) => name)));
  const missing = wanted.find((name) => !names.has(name));
  if (missing !== undefined) return { kind: 'refused', message: `no run has a phase ${missing}` };
  const chosen = wanted.length > 0 ? wanted : [...names];
  const phases: ComparedPhase[] = [];
  for (const name of chosen) phases.push(await readyPhase(name, baseline, candidate, intended));
  return judge(phases, baseline, candidate);
}

async function judge(
  phases: readonly ComparedPhase[],
  baseline: readonly KeptRun[],
  candidate: readonly KeptRun[],
): Promise<Comparison> {
  const random = seededRandom(seed);
  const [before, after] = [baseline[0], candidate[0]];
  const isWithinRuns = baseline.length === 1 && candidate.length === 1;
  if (!isWithinRuns || before === undefined || after === undefined)
    return { kind: 'compared', isWithinRuns: false, phases: comparePhases(phases, random) };
  const pairs: PairedPhase[] = [];
  for (const phase of phases) pairs.push(await withBlocks(phase, before, after));
  return { kind: 'compared', isWithinRuns, phases: comparePair(pairs, random) };
}

async function readRuns(dirs: readonly string[]): Promise<readonly KeptRun[] | string> {
  const runs: KeptRun[] = [];
  for (const given of dirs) {
    const dir = path.resolve(given);
    const { run, state, problems } = await readEntry(dir);
    if (run === undefined)
      return `${given} has no result: ${problems[0]?.message ?? (state === 'running' ? 'it still goes on' : 'it is no run, or was interrupted')}`;
    if (runs.some((other) => other.dir === dir)) return `${given} is named twice`;
    runs.push({ dir, run });
  }
  return runs;
}

/** A phase with all that decides whether it can be compared. */
async function readyPhase(
  phase: string,
  baseline: readonly KeptRun[],
  candidate: readonly KeptRun[],
  intended: readonly Intended[],
): Promise<ComparedPhase> {
  const results = (side: readonly KeptRun[]): PhaseResult[] =>
    side.flatMap(({ run }) => run.phases.filter(({ name }) => name === phase));
  const all = [...baseline, ...candidate];
  const unfit = all
    .map(({ run }) =>
      whyUnfit(
        run.id,
        run.phases.find(({ name }) => name === phase),
      ),
    )
    .find((why) => why !== undefined);
  const readings: TraitsReading[] = [];
  for (const { dir, run } of all) readings.push(await readTraits(dir, phase, run));
  const [first] = readings;
  return {
    phase,
    baseline: results(baseline),
    candidate: results(candidate),
    isRateGiven: first?.ok === true && first.isRateGiven,
    obstacle: unfit ?? whyDifferent(all, baseline.length, readings, intended),
    floors: await floorsOf(baseline[0], phase),
  };
}

/** Every run must be like the first; only what is compared on purpose may differ, and only between the sides. */
function whyDifferent(
  runs: readonly KeptRun[],
  baselineCount: number,
  readings: readonly TraitsReading[],
  intended: readonly Intended[],
): string | undefined {
  const [first] = readings;
  for (const [i, reading] of readings.entries()) {
    const id = runs[i]?.run.id ?? '';
    if (!reading.ok) return `${id} cannot be compared: ${reading.message}`;
    if (first?.ok !== true) continue;
    const differences = differencesOf(first.traits, reading.traits, i < baselineCount ? [] : intended);
    if (differences.length > 0)
      return `${id} and ${runs[0]?.run.id ?? ''} differ in ${differences.join(', ')}`;
  }
  return undefined;
}

/** The noise between runs of one build, where somebody has measured it. */
async function floorsOf(kept: KeptRun | undefined, phase: string): Promise<Readonly<Record<string, number>>> {
  if (kept === undefined) return {};
  const { dir, run } = kept;
  const file = baselinesFileOf(dir, run.plan.file);
  const reading = await readBaselines(file);
  if (!reading.ok) return {};
  const scope = scopeOf(file, run.plan.file, run.environment, phase);
  return reading.baselines.noise.find((one) => isSameScope(one, scope))?.floors ?? {};
}

async function withBlocks(phase: ComparedPhase, before: KeptRun, after: KeptRun): Promise<PairedPhase> {
  const read = async ({ dir }: KeptRun, result: PhaseResult | undefined): Promise<PhaseBlocks> => {
    const blocks = new PhaseBlocks(phase.phase, result?.window ?? { fromMs: 0, toMs: 0 });
    const isNeeded = phase.obstacle === undefined && blocks.blocks.length > 0;
    if (isNeeded) {
      await foldStream(path.join(dir, fileNames.stream), (record) => {
        blocks.add(record);
      });
    }
    return blocks;
  };
  return {
    ...phase,
    blocks: {
      baseline: await read(before, phase.baseline[0]),
      candidate: await read(after, phase.candidate[0]),
    },
  };
}
