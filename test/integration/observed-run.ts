/** A run with the resources that it read, as it is kept. */
import { expect } from 'vitest';
import type { ResourceRecord } from '../../core/measure/record';
import { resourceSeries, type ResourceSeries } from '../../core/measure/resource-series';
import type { Run } from '../../core/run/run';
import { openRun } from '../../runner/open-run';
import type { Workspace } from './small-service';
import { ended, runWhole, type Wish } from './whole-run';

export interface Seen {
  readonly run: Run;
  readonly dir: string;
  readonly series: readonly ResourceSeries[];
  readonly records: readonly ResourceRecord[];
  /** All that is kept, to be searched. */
  readonly text: string;
}

export async function runObserved(workspace: Workspace, wish: Wish): Promise<Seen> {
  const { run, dir } = ended(await runWhole(workspace, wish));
  const opened = await openRun(dir);
  expect(opened.problems).toEqual([]);
  expect(opened.records).toHaveLength(run.records);
  const records = opened.records.filter((record) => record.kind === 'resources');
  const text = JSON.stringify([run, opened.records]);
  return { run, dir, records, series: resourceSeries(opened.records), text };
}

export const evidence = ({ run }: Seen): string[] => run.validity.evidence.map(({ message }) => message);
