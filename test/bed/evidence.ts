/** Runs the plan with the known truth and gathers what the runs and the service left behind. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { totalPhase, type PhaseTotals } from '../../core/measure/phase-totals';
import { merged, type Distribution } from '../../core/measure/distribution';
import type { StreamRecord, TaskOutcome } from '../../core/measure/record';
import type { StepTotals } from '../../core/measure/step-totals';
import { planText, type Lengths } from './plan';
import { runByCli, runDirectly, type DirectRun, type FolderRun } from './run-plan';
import { startBed, type BedCounts, type BedSample } from './start-bed';

export interface Evidence {
  readonly lengths: Lengths;
  readonly mixed: FolderRun;
  readonly cap: FolderRun;
  readonly collapse: FolderRun;
  readonly closed: FolderRun;
  readonly unfinished: FolderRun;
  readonly exact: DirectRun;
  /** What the service counted and timed, by the name of the scenario. */
  readonly counts: Readonly<Record<string, BedCounts>>;
  readonly samples: ReadonlyMap<string, readonly BedSample[]>;
}

const timed = ['mm1', 'mmc', 'freeze', 'limited', 'jobs'] as const;

/**
 * @param root the folder of the project, with `dist/` built.
 * @param folder where plan, scripts and run folders are put.
 */
export async function gatherEvidence(root: string, folder: string, lengths: Lengths): Promise<Evidence> {
  const bed = await startBed(path.join(root, 'test/bed'));
  try {
    const planFile = path.join(folder, 'truth.bench.yaml');
    await writeFile(planFile, planText(bed.url, lengths));
    // One after the other: runs that share the machine would disturb each other.
    const mixed = await runByCli(root, planFile, 'mixed');
    const cap = await runByCli(root, planFile, 'cap');
    const collapse = await runByCli(root, planFile, 'collapse');
    const closed = await runByCli(root, planFile, 'closed');
    const unfinished = await runByCli(root, planFile, 'unfinished');
    const exact = await runDirectly(root, planFile, 'exact');
    const counts = await bed.counts();
    const samples = new Map<string, readonly BedSample[]>();
    for (const name of timed) samples.set(name, await bed.samples(name));
    return { lengths, mixed, cap, collapse, closed, unfinished, exact, counts, samples };
  } finally {
    await bed.stop();
  }
}

/** All of a phase, whatever its window: what the service received has no window. */
export function wholeOf(records: readonly StreamRecord[], phase: string): PhaseTotals {
  return totalPhase(records, phase, { fromMs: 0, toMs: 3_600_000 });
}

export function stepOf(totals: PhaseTotals, step: string): StepTotals {
  const found = totals.steps.find((each) => each.step === step);
  if (found === undefined) throw new Error(`nothing of the step ${step} was measured`);
  return found;
}

/** All times of a trend with one outcome, whatever step and second they are of. */
export function trendOf(
  records: readonly StreamRecord[],
  metric: string,
  outcome: TaskOutcome,
): Distribution {
  const cells = records
    .flatMap((record) => (record.kind === 'tick' ? record.metrics : []))
    .filter((cell) => cell.type === 'trend')
    .filter((cell) => cell.metric === metric && cell.outcome === outcome);
  return merged(
    cells.map(({ histogram, sum, min, max }) => ({
      ...{ histogram, sumUs: sum * 1000, minUs: min * 1000, maxUs: max * 1000 },
    })),
  );
}
