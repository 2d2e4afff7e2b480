/** The pinned runs that goals on a baseline of a phase are judged against. */
import path from 'node:path';
import type { Baseline } from '../core/measure/goals';
import { PhaseTotals } from '../core/measure/phase-totals';
import { differencesOf, type RunTraits } from '../core/measure/run-traits';
import { parseGoal } from '../core/plan/expression/goal';
import type { TimeWindow } from '../core/plan/load';
import { isSameScope, type PinnedBaseline } from '../core/run/baselines';
import type { Run } from '../core/run/run';
import { baselinesFileOf, readBaselines, runDirOf, scopeOf } from './baselines-file';
import { fileNames } from './layout';
import { foldStream, readEntry } from './open-run';
import { readTraits } from './read-traits';

export interface BaselineQuestion {
  /** The folder of the run that is judged; its plan is written by now. */
  readonly dir: string;
  readonly planFile: string;
  readonly environment: string | null;
  readonly measured: Pick<Run, 'machine' | 'tools'>;
  readonly phase: string;
  readonly window: TimeWindow;
  readonly goals: readonly string[];
}

/** @returns `undefined` where no goal asks for a baseline. It never throws for what is on the disk. */
export async function findBaseline(question: BaselineQuestion): Promise<Baseline | undefined> {
  const { dir, planFile, environment, phase, goals } = question;
  if (!goals.some((text) => parseGoal(text).goal?.limit.kind === 'baseline')) return undefined;
  const file = baselinesFileOf(dir, planFile);
  const reading = await readBaselines(file);
  if (!reading.ok) return none(reading.message);
  const scope = scopeOf(file, planFile, environment, phase);
  const pinned = reading.baselines.baselines.find((one) => isSameScope(one, scope));
  if (pinned === undefined) {
    const where = environment === null ? phase : `${phase} in the environment ${environment}`;
    return none(`no baseline is pinned for ${where}: pin a run with “benchwright baseline pin RUN”`);
  }
  const own = await readTraits(dir, phase, question.measured);
  if (!own.ok) return none(`this run cannot be compared: ${own.message}`);
  return readPinned(file, pinned, own.traits, question);
}

async function readPinned(
  file: string,
  { runs }: PinnedBaseline,
  traits: RunTraits,
  { phase, window }: BaselineQuestion,
): Promise<Baseline> {
  const totals: PhaseTotals[] = [];
  for (const reference of runs) {
    const dir = runDirOf(file, reference);
    const before = await readPhase(dir, phase, window, traits);
    if (typeof before === 'string') return none(`the baseline ${path.basename(dir)} ${before}`);
    totals.push(before);
  }
  return { kind: 'runs', runs: totals };
}

/** The figures of a pinned run, or why they are none. */
async function readPhase(
  dir: string,
  phase: string,
  window: TimeWindow,
  traits: RunTraits,
): Promise<PhaseTotals | string> {
  const { run } = await readEntry(dir);
  if (run === undefined) return 'is not there any more, or cannot be read';
  const before = await readTraits(dir, phase, run);
  if (!before.ok) return `cannot be compared: ${before.message}`;
  const differences = differencesOf(before.traits, traits);
  if (differences.length > 0) return `cannot be compared: it differs in ${differences.join(', ')}`;
  const totals = new PhaseTotals(phase, window, { cpus: run.machine.cpus });
  let records = 0;
  const problems = await foldStream(path.join(dir, fileNames.stream), (record) => {
    records += 1;
    totals.add(record);
  });
  const [problem] = problems;
  if (problem !== undefined) return `is damaged: ${problem.message}`;
  return records < run.records ? `is damaged: ${records} of ${run.records} records are left` : totals;
}

function none(reason: string): Baseline {
  return { kind: 'none', reason };
}
