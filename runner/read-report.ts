/** A run folder, and where wanted a baseline beside it, to what a report says. */
import path from 'node:path';
import { ChartCollector } from '../core/report/collect-charts';
import { buildReport, type BaselineComparison, type Report } from '../core/report/report';
import { compareFolders } from './compare-folders';
import { fileNames } from './layout';
import { foldStream, readEntry } from './open-run';
import { readExcerpts } from './read-excerpts';

export type ReportReading =
  { readonly ok: true; readonly report: Report } | { readonly ok: false; readonly message: string };

/** @param baseline the folder of another run. */
export async function readReport(dir: string, baseline?: string): Promise<ReportReading> {
  const { run, state, problems } = await readEntry(dir);
  if (run === undefined) {
    const why = state === 'running' ? 'it still goes on' : 'it is no run, or was interrupted';
    return { ok: false, message: `${dir} has no result: ${problems[0]?.message ?? why}` };
  }
  const charts = new ChartCollector();
  let records = 0;
  const damage = await foldStream(path.join(dir, fileNames.stream), (record) => {
    records++;
    charts.add(record);
  });
  const cut =
    records < run.records
      ? [`the stream holds ${records} of ${run.records} records, so charts have gaps`]
      : [];
  const report = buildReport({
    run,
    charts: charts.charts(run),
    excerpts: await readExcerpts(run),
    comparison: baseline === undefined ? null : await compareWith(baseline, dir),
    problems: [...[...problems, ...damage].map(({ message }) => message), ...cut],
  });
  return { ok: true, report };
}

async function compareWith(baseline: string, dir: string): Promise<BaselineComparison> {
  const comparison = await compareFolders([baseline], [dir]);
  const name = path.basename(baseline);
  return comparison.kind === 'refused'
    ? { baseline: name, refusal: comparison.message, phases: [] }
    : { baseline: name, refusal: null, phases: comparison.phases };
}
