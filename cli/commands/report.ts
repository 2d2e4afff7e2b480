import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from '../../core/report/report';
import { formatOfFile, reportFormats, type ReportFormat } from '../../core/report/report-format';
import { writeReport } from '../../core/report/write-report';
import { whyUnwritable } from '../../runner/file-words';
import { readReport } from '../../runner/read-report';
import type { GivenArguments } from '../arguments';
import { exitCodes } from '../exit-codes';
import { findRuns } from '../find-run';
import { plain, type Terminal } from '../terminal';

/** Writes the report of a run that is over, to a file or to standard output. */
export async function report(
  terminal: Terminal,
  given: GivenArguments,
  output: (text: string) => Promise<void>,
): Promise<number> {
  const out = given.value('out');
  const format = formatOf(given.value('format'), out);
  if (format === undefined) return misuse(terminal, `--format knows ${reportFormats.join(', ')}`);
  const baseline = given.value('baseline');
  const found = await findRuns([...given.operands, ...(baseline === undefined ? [] : [baseline])]);
  if (!found.ok) return misuse(terminal, found.message);
  const [dir = '', baselineDir] = found.dirs;
  const reading = await readReport(dir, baselineDir);
  if (!reading.ok) return misuse(terminal, reading.message);
  if (out === undefined) {
    await output(writeReport(reading.report, format));
    return exitCodes.pass;
  }
  return (await save(terminal, reading.report, out, format)) ? exitCodes.pass : exitCodes.usage;
}

function formatOf(wanted: string | undefined, out: string | undefined): ReportFormat | undefined {
  if (wanted !== undefined) return reportFormats.find((format) => format === wanted);
  return (out === undefined ? undefined : formatOfFile(out)) ?? 'html';
}

/** @returns why reports cannot be written to these files: told before a run rather than after it. */
export async function whyNoReport(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    if (formatOfFile(file) === undefined)
      return `--report ${file} ends with none of .html, .md, .json and .xml (JUnit)`;
    const folder = path.dirname(path.resolve(file));
    const isFolder = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) return `--report ${file}: there is no folder ${folder}`;
  }
  return undefined;
}

/** @returns whether every report was written. */
export async function saveReports(
  terminal: Terminal,
  dir: string,
  files: readonly string[],
): Promise<boolean> {
  if (files.length === 0) return true;
  const reading = await readReport(dir);
  if (!reading.ok) {
    terminal.say(plain(reading.message));
    return false;
  }
  let isWhole = true;
  for (const file of files)
    isWhole = (await save(terminal, reading.report, file, formatOfFile(file) ?? 'html')) && isWhole;
  return isWhole;
}

async function save(
  terminal: Terminal,
  content: Report,
  file: string,
  format: ReportFormat,
): Promise<boolean> {
  try {
    await writeFile(file, writeReport(content, format));
  } catch (error) {
    terminal.say(`${plain(file)} cannot be written: ${whyUnwritable(error)}.`);
    return false;
  }
  terminal.emit({ kind: 'report', file, format });
  terminal.say(`Wrote ${plain(file)}.`);
  return true;
}

function misuse(terminal: Terminal, message: string): number {
  terminal.say(`benchwright: ${plain(message)}`);
  return exitCodes.usage;
}
