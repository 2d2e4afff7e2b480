/** Where a text can be cut into parts that YAML reads alike alone and together: before its entries, and theirs. */
import type { TextRange } from '../problems';

/** A stretch of whole lines that begins with an entry of the plan, or of a section of it. */
export interface PlanPart extends TextRange {
  /** Spaces before its first key. */
  readonly indent: number;
  /** Spaces before the key that follows it; absent where nothing does. */
  readonly next: number | undefined;
}

export interface PlanSection {
  /** The key whose value the parts are together; absent where the only part has the key in it. */
  readonly keyRange?: TextRange;
  readonly parts: readonly PlanPart[];
}

/** Marks between documents, and keys with a meaning of their own. */
const uncut = /^(?:---|\.\.\.|%|\uFEFF)|<<|__proto__/m;

const keyLine = /( *)[A-Za-z_][\w-]*(?=:(?:[ \t\r\n]|$))/y;
const restOfBareKey = /:(?:[ \t]+#[^\n]*|[ \t]*\r?)(?:\n|$)/y;

interface Draft {
  readonly start: number;
  readonly keyRange: TextRange;
  /** Where the line below the key begins; `undefined` where the section is not cut. */
  body: number | undefined;
  indent: number | undefined;
  readonly cuts: number[];
}

/** @returns the sections in the order of the text; `undefined` where it has to be read as a whole. */
export function splitPlan(text: string): readonly PlanSection[] | undefined {
  if (uncut.test(text)) return undefined;
  const drafts: Draft[] = [];
  for (let line = 0; line < text.length; line = endOfLine(text, line)) {
    keyLine.lastIndex = line;
    const [key, spaces = ''] = keyLine.exec(text) ?? [];
    const indent = key === undefined ? undefined : spaces.length;
    if (key !== undefined && indent === 0)
      drafts.push(draftAt(text, drafts.length === 0 ? 0 : line, line, key));
    else if (drafts.length > 0) readLine(drafts.at(-1), text, line, indent);
    else if (!isBlank(text, line)) return undefined;
  }
  return drafts.length === 0
    ? undefined
    : drafts.map((draft, index) => sectionOf(draft, drafts[index + 1]?.start, text.length));
}

function draftAt(text: string, start: number, line: number, key: string): Draft {
  const end = line + key.length;
  restOfBareKey.lastIndex = end;
  const rest = restOfBareKey.exec(text)?.[0];
  const body = rest === undefined ? undefined : end + rest.length;
  return { start, keyRange: { start: line, end }, body, indent: undefined, cuts: [] };
}

/** The first line of a section that says anything decides whether it is one of entries, and how far they are indented. */
function readLine(draft: Draft | undefined, text: string, line: number, indent: number | undefined): void {
  if (draft?.body === undefined) return;
  if (indent === undefined && draft.indent === undefined && !isBlank(text, line)) draft.body = undefined;
  if (indent === undefined) return;
  draft.indent ??= indent;
  if (draft.indent === indent) draft.cuts.push(line);
}

function isBlank(text: string, line: number): boolean {
  let at = line;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at >= text.length || text[at] === '#' || text[at] === '\n' || text[at] === '\r';
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

function sectionOf(
  { start, keyRange, body, indent, cuts }: Draft,
  follows: number | undefined,
  length: number,
): PlanSection {
  const end = follows ?? length;
  const next = follows === undefined ? undefined : 0;
  if (body === undefined || indent === undefined) return { parts: [{ start, end, indent: 0, next }] };
  const parts = cuts.map((cut, index): PlanPart => {
    const own = { start: index === 0 ? body : cut, indent };
    const behind = cuts[index + 1];
    return behind === undefined ? { ...own, end, next } : { ...own, end: behind, next: indent };
  });
  return { keyRange, parts };
}
