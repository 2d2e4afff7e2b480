/** A problem of a plan as a compiler would print it. */
import { placeIn, type PlanFile } from '../core/plan/sources';
import type { Problem, Severity } from '../core/problems';
import { plain, type Style, type Terminal } from './terminal';

/** Counted from 1, as editors do; columns in UTF-16 code units. */
interface Position {
  readonly line: number;
  readonly column: number;
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

const styleOf: Readonly<Record<Severity, Style>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
  hint: 'dim',
};

/** More of a line than this does not help to find the place. */
const maxWidth = 160;

/** `file:line:column: severity: message (code)`, the line with carets below the place, and what would mend it. */
function printProblem(terminal: Terminal, file: string, text: string, problem: Problem): void {
  const { line, column } = positionAt(text, problem.range.start);
  const label = terminal.style(problem.severity, styleOf[problem.severity], 'bold');
  const code = terminal.style(`(${problem.code})`, 'dim');
  terminal.say(`${file}:${line}:${column}: ${label}: ${plain(problem.message)} ${code}`);
  const source = text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
  const from = Math.max(0, column - 1 - maxWidth / 2);
  const shown = plain(source.slice(from, from + maxWidth));
  const length = Math.min(problem.range.end - problem.range.start, source.length - column + 1);
  const gutter = ' '.repeat(String(line).length);
  terminal.say(terminal.style(` ${line} | `, 'dim') + shown);
  terminal.say(
    terminal.style(` ${gutter} | `, 'dim') +
      ' '.repeat(column - 1 - from) +
      terminal.style('^'.repeat(Math.max(1, length)).slice(0, maxWidth), styleOf[problem.severity]),
  );
  for (const { title } of (problem.fixes ?? []).slice(0, 3)) {
    terminal.say(` ${gutter} = ${plain(title)}`);
  }
}

/** Problems of a plan, each in the file that it is in: for people and for programs. */
export function tellProblems(
  terminal: Terminal,
  files: readonly PlanFile[],
  problems: readonly Problem[],
): void {
  for (const problem of problems) {
    const place = placeIn(files, problem.range);
    if (place === undefined) continue;
    const { id, text } = place.file;
    const placed = { ...problem, range: place.range };
    terminal.emit(describeProblem(id, text, placed));
    printProblem(terminal, id, text, placed);
  }
}

/** The same for programs. */
function describeProblem(file: string, text: string, problem: Problem): Record<string, unknown> {
  const start = positionAt(text, problem.range.start);
  const end = positionAt(text, problem.range.end);
  return {
    kind: 'problem',
    file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    fixes: (problem.fixes ?? []).map(({ title }) => title),
  };
}
