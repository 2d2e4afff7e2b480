import { toHtml, type HtmlHost } from './html';
import { toJunit } from './junit';
import { toMarkdown } from './markdown';
import type { Report } from './report';
import { reportDocument } from './report-document';
import type { ReportFormat } from './report-format';

/** The page of a program that shows it: what `html` is, with a script and styles of that program. */
export function reportPage(report: Report, host: HtmlHost): string {
  return toHtml(reportDocument(report), host);
}

/** The text of a file. */
export function writeReport(report: Report, format: ReportFormat): string {
  switch (format) {
    case 'html':
      return toHtml(reportDocument(report));
    case 'md':
      return toMarkdown(reportDocument(report));
    case 'json':
      return `${JSON.stringify({ ...report, pictures: namesOf(report) }, null, 2)}\n`;
    case 'junit':
      return toJunit(report.run);
  }
}

/** Pictures stay in the run folder: to a program they are worth no megabytes. */
function namesOf({ pictures }: Report): { readonly title: string; readonly file: string }[] {
  return pictures.map(({ title, file }) => ({ title, file }));
}
