/** An iteration as what stands beside the lines of a plan: a few words per line, and the whole of it on demand. */
import { t } from '@vscode/l10n';
import {
  isBroken,
  type Excerpt,
  type IterationAnswer,
  type IterationCapture,
  type IterationCondition,
  type IterationEvent,
  type SourcePlace,
} from '../../core/run/iteration';
import {
  answerWords,
  comparedWords,
  conditionMark,
  conditionWords,
  valueWords,
} from '../../core/run/iteration-words';

/** Of the whole story of a line: words, or a text from elsewhere that is shown as it is. */
export type Detail = { readonly kind: 'words' | 'code'; readonly text: string };

export interface LineMark {
  readonly file: string;
  readonly line: number;
  readonly label: string;
  readonly isBroken: boolean;
  readonly details: readonly Detail[];
}

/** A condition that did not hold, or a value that was missing. */
export interface Finding {
  readonly place: SourcePlace;
  readonly message: string;
}

export interface IterationMarks {
  readonly lines: readonly LineMark[];
  readonly findings: readonly Finding[];
}

interface Line {
  readonly file: string;
  readonly line: number;
  readonly answers: IterationAnswer[];
  leftOut: number;
  /** The last of each: a step may be taken again and again. */
  readonly captures: Map<string, IterationCapture>;
  readonly conditions: Map<string, IterationCondition>;
}

export function marksOf(events: readonly IterationEvent[]): IterationMarks {
  const lines = new Map<string, Line>();
  for (const event of events) {
    if (event.kind === 'log' || event.kind === 'over') continue;
    const line = lineAt(lines, event.place);
    if (event.kind === 'answer') line.answers.push(event);
    else if (event.kind === 'captured') line.captures.set(event.name, event);
    else if (event.kind === 'condition') line.conditions.set(`${event.key} ${event.text}`, event);
    else line.leftOut += event.count;
  }
  return {
    lines: [...lines.values()].map(markOf),
    findings: [...lines.values()].flatMap(findingsOf),
  };
}

function lineAt(lines: Map<string, Line>, { file, start: { line } }: SourcePlace): Line {
  const key = `${line} ${file}`;
  const known = lines.get(key);
  if (known !== undefined) return known;
  const made: Line = { file, line, answers: [], leftOut: 0, captures: new Map(), conditions: new Map() };
  lines.set(key, made);
  return made;
}

function markOf(line: Line): LineMark {
  const { answers, captures, conditions, leftOut } = line;
  const last = answers.at(-1);
  const times = answers.length + leftOut;
  const parts = [
    ...(last === undefined ? [] : [`${answerWords(last)}${times > 1 ? t`, the last of ${times}` : ''}`]),
    ...[...captures.values()].map(({ name, value }) => `${name} = ${valueWords(value, 40)}`),
    // That a status is no error goes without saying, as long as it is none.
    ...[...conditions.values()].filter((each) => each.key !== '' || isBroken(each)).map(shortCondition),
  ];
  return {
    file: line.file,
    line: line.line,
    label: parts.join(' · '),
    isBroken: findingsOf(line).length > 0 || (last !== undefined && last.status === 0),
    details: detailsOf(line),
  };
}

function shortCondition(condition: IterationCondition): string {
  const compared = comparedWords(condition);
  return `${conditionMark(condition)} ${compared === '' ? condition.text : compared}`;
}

function findingsOf({ captures, conditions }: Line): Finding[] {
  const missing = [...captures.values()].filter(({ value }) => value === null);
  const broken = [...conditions.values()].filter(isBroken);
  return [
    ...missing.map(({ place, name }) => ({
      place,
      message: t`\`${name}\` is missing: the response does not have it`,
    })),
    ...broken.map((condition) => ({ place: condition.place, message: brokenWords(condition) })),
  ];
}

function brokenWords(condition: IterationCondition): string {
  const compared = comparedWords(condition);
  const state = condition.held === null ? t('is neither true nor false') : t('does not hold');
  return `\`${condition.text}\` ${state}${compared === '' ? '' : `: ${compared}`}`;
}

/** Of a step that is repeated, this many of its answers are shown whole. */
const shownAnswers = 3;

function detailsOf({ answers, captures, conditions, leftOut }: Line): Detail[] {
  const hidden = Math.max(0, answers.length - shownAnswers) + leftOut;
  return [
    ...(hidden > 0 ? [words(t`${hidden} answers before these are not shown.`)] : []),
    ...answers.slice(-shownAnswers).flatMap(answerDetails),
    ...[...captures.values()].map(({ name, value }) => code(`${name} = ${valueWords(value, 1000)}`)),
    ...[...conditions.values()].map((each) => code(`${conditionMark(each)} ${conditionWords(each)}`)),
  ];
}

function answerDetails(answer: IterationAnswer): Detail[] {
  const { request, headers, body } = answer;
  return [
    words(`${answer.step}: ${answerWords(answer)}`),
    code(
      [`${request.method} ${request.url}`, ...headerLines(request.headers), ...bodyLines(request.body)].join(
        '\n',
      ),
    ),
    code([`${answer.status}`, ...headerLines(headers), ...bodyLines(body)].join('\n')),
  ];
}

function headerLines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function bodyLines(body: Excerpt | null): string[] {
  if (body === null || body.text === '') return [];
  const hidden = body.length - body.text.length;
  return ['', body.text, ...(hidden > 0 ? [t`… ${hidden} more characters`] : [])];
}

const words = (text: string): Detail => ({ kind: 'words', text });
const code = (text: string): Detail => ({ kind: 'code', text });
