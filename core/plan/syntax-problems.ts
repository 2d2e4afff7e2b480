/** What is wrong with a text as YAML, in the words of whoever writes it. */
import { t } from '@vscode/l10n';
import { isCollection, isNode, isScalar, visit, type Document, type YAMLError } from 'yaml';
import type { Fix, Problem, TextRange } from '../problems';
import { planProblem } from './problem-catalogue';
import { shorten } from './shorten';
import { startOfLine } from './start-of-line';

/**
 * The first fault of each line. Once the parser has lost its way, all that follows is at fault to it: none of that is told.
 */
export function syntaxProblems(text: string, document: Document.Parsed): readonly Problem[] {
  const found: Problem[] = [];
  const lines = new Set<number>();
  const openings = document.errors.length === 0 ? [] : openingsIn(text, document);
  for (const error of document.errors) {
    const line = startOfLine(text, rangeIn(text, error).start);
    if (found.length > 0 && (lines.has(line) || error.message.includes('in YAML stream'))) continue;
    lines.add(line);
    found.push(syntaxProblem(text, error, openings));
  }
  return found;
}

/** Where quotes and brackets of values stand that are not closed, in the order of the text. */
function openingsIn(text: string, document: Document.Parsed): readonly number[] {
  const found: number[] = [];
  visit(document, (place, node) => {
    if (place === 'key') return visit.SKIP;
    const [start, end] = (isNode(node) && node.range) || [0, 0];
    const closing = closings[text.charAt(start)];
    const mayOpen = isCollection(node)
      ? node.flow === true
      : isScalar(node) && /^QUOTE/.test(node.type ?? '');
    if (mayOpen && closing !== undefined && (end < start + 2 || text.charAt(end - 1) !== closing))
      found.push(start);
    return undefined;
  });
  return found;
}

/** @returns where an error stands in its text. */
export function rangeIn(text: string, { pos }: YAMLError): TextRange {
  const start = Math.min(Math.max(pos[0], 0), text.length);
  return { start, end: Math.min(Math.max(pos[1], start), text.length) };
}

export function firstLine(message: string): string {
  return shorten((message.split('\n', 1)[0] ?? '').replace(/[.:]$/, ''), 200);
}

function syntaxProblem(text: string, error: YAMLError, openings: readonly number[]): Problem {
  const range = rangeIn(text, error);
  if (error.code === 'TAB_AS_INDENT')
    return planProblem(
      'yaml-syntax',
      t('YAML is indented with spaces, not with tabs'),
      range,
      tabFix(text, range.start),
    );
  if (/^Unexpected flow-(?:map|seq)-start at node end/.test(error.message)) return unquoted(text, range);
  return (
    notClosed(text, error, openings) ??
    planProblem('yaml-syntax', messageOf(text, error), onOneLine(text, range))
  );
}

/** A bracket in a value without quotes, which ends there for YAML. */
function unquoted(text: string, range: TextRange): Problem {
  const value = unquotedValue(text, range.start);
  const message = t`A value with \`${text.slice(range.start, range.end)}\` in it must be put in quotes here`;
  const newText = `'${text.slice(value.start, value.end).replaceAll("'", "''")}'`;
  const fix: Fix = { title: t`Write ${newText}`, edits: [{ range: value, newText }] };
  return planProblem('yaml-syntax', message, range, [fix]);
}

/** From behind what separates it from the one before, to the comma or the bracket that it does not hold itself. */
function unquotedValue(text: string, at: number): TextRange {
  const line = startOfLine(text, at);
  const before = text.slice(line, at);
  const separators = [...before.matchAll(/[[{]\s*|,\s+|:\s+|-\s+/g)].map(
    ({ index, 0: all }) => index + all.length,
  );
  let depth = 0;
  let end = at;
  for (; end < text.length && text[end] !== '\n' && text[end] !== '\r'; end += 1) {
    const letter = text.charAt(end);
    if ('[{'.includes(letter)) depth += 1;
    if (depth === 0 && ',]}'.includes(letter)) break;
    if (']}'.includes(letter)) depth -= 1;
  }
  while (text[end - 1] === ' ') end -= 1;
  return { start: line + (separators.at(-1) ?? 0), end };
}

function notClosed(text: string, error: YAMLError, openings: readonly number[]): Problem | undefined {
  if (
    !/^(?:Missing closing|Flow (?:map|sequence) in block|Expected flow)|end with a [}\]]/.test(error.message)
  )
    return undefined;
  const before = openings.filter((opening) => opening < rangeIn(text, error).start);
  const start = before.at(-1);
  if (start === undefined) return undefined;
  const opening = text.charAt(start);
  const closing = closings[opening] ?? opening;
  const message =
    opening === closing
      ? t`This quote is not closed: a second ${closing} is missing`
      : t`This bracket is not closed: \`${closing}\` is missing`;
  return planProblem('yaml-syntax', message, { start, end: start + 1 });
}

const closings: Readonly<Record<string, string>> = { '[': ']', '{': '}', '"': '"', "'": "'" };

const messages = (): Partial<Record<YAMLError['code'], string>> => ({
  BAD_INDENT: t('The indentation does not match the lines around it'),
  MULTILINE_IMPLICIT_KEY: t('A key must stand on one line; a `:` may be missing'),
  BLOCK_AS_IMPLICIT_KEY: t('A value that itself holds `: ` must be put in quotes, or on a line of its own'),
  KEY_OVER_1024_CHARS: t('A key has at most 1024 characters; a quote may not be closed'),
  RESOURCE_EXHAUSTION: t('Lists and maps are nested too deeply'),
});

function messageOf(text: string, error: YAMLError): string {
  const { start, end } = rangeIn(text, error);
  const token = shorten(text.slice(start, end).trim(), 30);
  if (error.code === 'UNEXPECTED_TOKEN' && token !== '') return t`\`${token}\` is not expected here`;
  if (error.code === 'BAD_SCALAR_START') return t`A value that begins with ${token} must be put in quotes`;
  return messages()[error.code] ?? firstLine(error.message);
}

function tabFix(text: string, offset: number): Fix[] {
  const start = text.charAt(offset) === '\t' ? offset : text.indexOf('\t', offset);
  const lineEnd = text.indexOf('\n', offset);
  if (start < 0 || (lineEnd >= 0 && start > lineEnd)) return [];
  let end = start;
  while (text.charAt(end) === '\t') end += 1;
  return [
    {
      title: t('Indent with spaces'),
      edits: [{ range: { start, end }, newText: '  '.repeat(end - start) }],
    },
  ];
}

function onOneLine(text: string, { start, end }: TextRange): TextRange {
  const lineEnd = text.indexOf('\n', start + 1);
  return { start, end: lineEnd < 0 ? end : Math.min(end, lineEnd) };
}

export function isSyntaxProblem({ code }: Problem): boolean {
  return code === 'yaml-syntax';
}
