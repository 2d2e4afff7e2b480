/** A run folder, and where wanted a baseline beside it, to what a report says. */
import path from 'node:path';
import { ChartCollector } from '../core/report/collect-charts';
import { buildReport, type Report } from '../core/report/report';
import { compareBaseline } from './compare-baseline';
import { fileNames } from './layout';
import { foldStream, readEntry } from './open-run';
import { readPictures } from './pictures';
import { readExcerpts } from './read-excerpts';

export type ReportReading =
  { readonly ok: true; readonly report: Report } | { readonly ok: false; readonly message: string };

/** @param baseline the folder of another run, in place of the one that is pinned. */
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
    pictures: await readPictures(dir),
    comparison: await compareBaseline(dir, run, baseline),
    problems: [...[...problems, ...damage].map(({ message }) => message), ...cut],
  });
  return { ok: true, report };
}
