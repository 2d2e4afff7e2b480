/** Runs the plan with the known truth and gathers what the runs and the service left behind. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { totalPhase, type PhaseTotals } from '../../core/measure/phase-totals';
import { merged, type Distribution } from '../../core/measure/distribution';
import type { StreamRecord, TaskOutcome } from '../../core/measure/record';
import type { StepTotals } from '../../core/measure/step-totals';
import { planText, type Lengths } from './plan';
import { runByCli, runDirectly, type DirectRun, type FolderRun } from './run-plan';
import { startBed, type Bed, type BedCounts, type BedSample } from './start-bed';

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
 * @param folder where plans, scripts and run folders are put.
 */
export async function gatherEvidence(root: string, folder: string, lengths: Lengths): Promise<Evidence> {
  const places: Place[] = [];
  const runOn = async <T>(start: (planFile: string) => Promise<T>): Promise<T> => {
    const place = await makePlace(root, folder, lengths);
    places.push(place);
    return start(place.planFile);
  };
  const byCli = (phase: string) => runOn((planFile) => runByCli(root, planFile, phase));
  try {
    // One after the other where times are held against bounds that others on the machine would break.
    const mixed = await byCli('mixed');
    const [cap, collapse, closed] = await Promise.all([byCli('cap'), byCli('collapse'), byCli('closed')]);
    const [unfinished, exact] = await Promise.all([
      byCli('unfinished'),
      runOn((planFile) => runDirectly(root, planFile, 'exact')),
    ]);
    const told = await Promise.all(places.map(({ bed }) => bed.counts()));
    const counts = Object.assign({}, ...told) as Evidence['counts'];
    const samples = new Map<string, readonly BedSample[]>();
    for (const name of timed) samples.set(name, (await places[0]?.bed.samples(name)) ?? []);
    return { lengths, mixed, cap, collapse, closed, unfinished, exact, counts, samples };
  } finally {
    for (const { bed } of places) await bed.stop();
  }
}

/** A service, and the plan that asks it: two runs on one target would disturb each other, and the second is refused. */
interface Place {
  readonly bed: Bed;
  readonly planFile: string;
}

async function makePlace(root: string, folder: string, lengths: Lengths): Promise<Place> {
  const bed = await startBed(path.join(root, 'test/bed'));
  const planFile = path.join(await mkdtemp(path.join(folder, 'place-')), 'truth.bench.yaml');
  await writeFile(planFile, planText(bed.url, lengths));
  return { bed, planFile };
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
