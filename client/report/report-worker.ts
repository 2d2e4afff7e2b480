/** The thread that makes a report of a run folder: streams and profiles may be large. */
import { parentPort } from 'node:worker_threads';
import type { HtmlHost } from '../../core/report/html';
import type { Report } from '../../core/report/report';
import type { ReportFormat } from '../../core/report/report-format';
import { reportPage, writeReport } from '../../core/report/write-report';
import { readReport } from '../../runner/read-report';
import { answering } from '../answer-thread';

/** Answered once, with the number it came with. */
export type ToReportWorker = { readonly number: number } & (
  | {
      readonly kind: 'page';
      readonly dir: string;
      /** The folder of the run to compare with. */
      readonly baseline: string | undefined;
      readonly host: HtmlHost;
    }
  | { readonly kind: 'write'; readonly format: ReportFormat }
);

export interface FromReportWorker {
  readonly number: number;
  /** What was asked for, as text; absent where it cannot be made. */
  readonly text?: string;
  readonly problem?: string;
}

let report: Report | undefined;

async function answer(asked: ToReportWorker): Promise<Omit<FromReportWorker, 'number'>> {
  if (asked.kind === 'write')
    return report === undefined
      ? { problem: 'there is no report' }
      : { text: writeReport(report, asked.format) };
  const reading = await readReport(asked.dir, asked.baseline);
  if (!reading.ok) return { problem: reading.message };
  report = reading.report;
  return { text: reportPage(report, asked.host) };
}

parentPort?.on('message', answering(answer));
