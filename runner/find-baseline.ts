/** The pinned runs that goals on a baseline of a phase are judged against. */
import path from 'node:path';
import type { CapacityBaseline } from '../core/measure/capacity-goal';
import type { Baseline } from '../core/measure/goals';
import { PhaseTotals } from '../core/measure/phase-totals';
import { differencesOf, type RunTraits } from '../core/measure/run-traits';
import { parseGoal } from '../core/plan/expression/goal';
import type { TimeWindow } from '../core/plan/load';
import { isSameScope } from '../core/run/baselines';
import type { Capacity, Run } from '../core/run/run';
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
  readonly goals: readonly string[];
}

/** @returns `undefined` where no goal asks for a baseline. It never throws for what is on the disk. */
export async function findBaseline(
  question: BaselineQuestion & { readonly window: TimeWindow },
): Promise<Baseline | undefined> {
  const { phase, window } = question;
  if (!asksForBaseline(question, false)) return undefined;
  const found = await readPinned(question, (dir, run) => readTotals(dir, run, phase, window));
  return found.ok ? { kind: 'runs', runs: found.values } : { kind: 'none', reason: found.message };
}

/** The same for goals on the capacity that a search finds. */
export async function findCapacityBaseline(
  question: BaselineQuestion & { readonly unit: Capacity['unit'] },
): Promise<CapacityBaseline | undefined> {
  if (!asksForBaseline(question, true)) return undefined;
  const found = await readPinned(question, (_, { phases }) => {
    const capacity = phases.find(({ name }) => name === question.phase)?.capacity;
    if (capacity?.lower == null) return 'found no load that holds';
    return capacity.unit === question.unit ? capacity.lower : otherUnit[capacity.unit];
  });
  return found.ok ? { kind: 'runs', lower: found.values } : { kind: 'none', reason: found.message };
}

const otherUnit = {
  users: 'searched by users, and this run by arrivals per second',
  'per-second': 'searched by arrivals per second, and this run by users',
} as const;

function asksForBaseline({ goals }: BaselineQuestion, ofCapacity: boolean): boolean {
  return goals.some((text) => {
    const { goal } = parseGoal(text);
    return goal?.limit.kind === 'baseline' && (goal.metric.kind === 'capacity') === ofCapacity;
  });
}

type Pinned<T> =
  { readonly ok: true; readonly values: readonly T[] } | { readonly ok: false; readonly message: string };

/** @param read what is wanted of a pinned run that may be compared with, or why it cannot be had. */
async function readPinned<T>(
  { dir, planFile, environment, phase, measured }: BaselineQuestion,
  read: (dir: string, run: Run) => Promise<T | string> | T | string,
): Promise<Pinned<T>> {
  const file = baselinesFileOf(dir, planFile);
  const reading = await readBaselines(file);
  if (!reading.ok) return reading;
  const scope = scopeOf(file, planFile, environment, phase);
  const pinned = reading.baselines.baselines.find((one) => isSameScope(one, scope));
  if (pinned === undefined) {
    const where = environment === null ? phase : `${phase} in the environment ${environment}`;
    const message = `no baseline is pinned for ${where}: pin a run with “benchwright baseline pin RUN”`;
    return { ok: false, message };
  }
  const own = await readTraits(dir, phase, measured);
  if (!own.ok) return { ok: false, message: `this run cannot be compared: ${own.message}` };
  const values: T[] = [];
  for (const reference of pinned.runs) {
    const before = runDirOf(file, reference);
    const comparable = await readComparable(before, phase, own.traits);
    const value = typeof comparable === 'string' ? comparable : await read(before, comparable);
    if (typeof value === 'string')
      return { ok: false, message: `the baseline ${path.basename(before)} ${value}` };
    values.push(value);
  }
  return { ok: true, values };
}

/** The result of a pinned run, or why it is none to compare with. */
async function readComparable(dir: string, phase: string, traits: RunTraits): Promise<Run | string> {
  const { run } = await readEntry(dir);
  if (run === undefined) return 'is not there any more, or cannot be read';
  const before = await readTraits(dir, phase, run);
  if (!before.ok) return `cannot be compared: ${before.message}`;
  const differences = differencesOf(before.traits, traits);
  return differences.length > 0 ? `cannot be compared: it differs in ${differences.join(', ')}` : run;
}

async function readTotals(
  dir: string,
  run: Run,
  phase: string,
  window: TimeWindow,
): Promise<PhaseTotals | string> {
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
