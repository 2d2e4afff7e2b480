/** A report as sections of text, tables and charts, before it is decided how they are written. */
import type { Chart } from './chart';

export type Tone = 'good' | 'bad' | 'warn' | 'muted';

export interface TonedText {
  readonly text: string;
  readonly tone: Tone;
}

/** A text that leads somewhere: to a line of a source, or to a page that nobody fetches. */
export interface LinkedText {
  readonly text: string;
  readonly to: LinkTarget;
}

export type LinkTarget = { readonly kind: 'page'; readonly url: string } | SourceTarget;

/** A line of a source. A program that shows the report opens it; in a file the link leads to what is given here. */
export interface SourceTarget {
  readonly kind: 'source';
  /** As the profile names it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The lines of code in this report, by their `place`. */
  readonly shownAt?: string;
  /** Where it lies on the machine that wrote the report. */
  readonly absoluteFile?: string;
}

export type Cell = string | TonedText | LinkedText;

export interface CodeLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly isHot: boolean;
}

export interface Picture {
  readonly title: string;
  /** Base64 of a PNG. */
  readonly png: string;
}

export type Block =
  | { readonly kind: 'text'; readonly text: Cell }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: Cell])[] }
  | { readonly kind: 'list'; readonly items: readonly Cell[] }
  | {
      readonly kind: 'table';
      readonly heads: readonly string[];
      /** Cells of the first column, and of those in `words`, are words; the others are figures. */
      readonly rows: readonly (readonly Cell[])[];
      readonly words?: readonly string[];
    }
  | { readonly kind: 'charts'; readonly charts: readonly Chart[] }
  | { readonly kind: 'pictures'; readonly pictures: readonly Picture[] }
  | {
      readonly kind: 'code';
      /** What other places of the report name it by. */
      readonly place: string;
      readonly title: Cell;
      readonly lines: readonly CodeLine[];
    };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections?: readonly Section[];
}

export interface ReportDocument {
  readonly title: string;
  readonly verdict: Cell;
  readonly sections: readonly Section[];
}

export function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** A table without the columns in which nothing stands; nothing where it has no row. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  words: readonly string[] = [],
): Block[] {
  if (rows.length === 0) return [];
  const isUsed = heads.map((_, at) => at === 0 || rows.some((row) => textOf(row[at] ?? '') !== ''));
  const used = <T>(cells: readonly T[]): T[] => cells.filter((_, at) => isUsed[at]);
  return [{ kind: 'table', heads: used(heads), rows: rows.map(used), words }];
}

export function text(value: Cell): Block {
  return { kind: 'text', text: value };
}

export function list(items: readonly Cell[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

export const toneOf = (word: string): Tone =>
  word === 'pass' || word === 'held' ? 'good' : word === 'fail' || word === 'broken' ? 'bad' : 'warn';
