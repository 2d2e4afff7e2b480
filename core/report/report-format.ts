/** The formats a report is written in. */
export const reportFormats = ['html', 'md', 'json', 'junit'] as const;
export type ReportFormat = (typeof reportFormats)[number];

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
