import { toHtml } from './html';
import { toJunit } from './junit';
import { toMarkdown } from './markdown';
import type { Report } from './report';
import { reportDocument } from './report-document';

export const reportFormats = ['html', 'md', 'json', 'junit'] as const;
export type ReportFormat = (typeof reportFormats)[number];

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

const endings: Readonly<Record<string, ReportFormat>> = {
  html: 'html',
  htm: 'html',
  md: 'md',
  markdown: 'md',
  json: 'json',
  xml: 'junit',
};

/** By the ending of the name; `undefined` where it tells no format. */
export function formatOfFile(file: string): ReportFormat | undefined {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(endings, ending) ? endings[ending] : undefined;
}
