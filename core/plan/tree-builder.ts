/** A composed YAML document as a tree of the plan, with what is wrong in it. */
import { t } from '@vscode/l10n';
import { isAlias, isMap, isScalar, isSeq, type Document, type YAMLError } from 'yaml';
import type { Problem, TextRange } from '../problems';
import { limits } from './limits';
import { planProblem } from './problem-catalogue';
import { shorten } from './shorten';
import { rangeIn, syntaxProblems } from './syntax-problems';
import {
  emptyScalar,
  type Alias,
  type Anchor,
  type MapEntry,
  type PlanNode,
  type PlanTree,
  type ScalarNode,
  type ScalarStyle,
} from './tree';

export interface BuiltTree {
  readonly tree: PlanTree;
  readonly problems: readonly Problem[];
  /** Values in it, with those that its aliases stand for. */
  readonly values: number;
  /** The last anchor of each name. */
  readonly named: NamedAnchors;
  /** Names of aliases whose anchor is not in the text. */
  readonly outer: ReadonlySet<string>;
}

export interface NamedAnchor {
  readonly anchor: Anchor;
  /** Values in its node, as an alias counts for them. */
  readonly size: number;
}

export type NamedAnchors = ReadonlyMap<string, NamedAnchor>;

interface Sized {
  readonly node: PlanNode;
  /** Values in the node, with those of its aliases: what a plain copy of it would hold. */
  readonly size: number;
}

/** Thrown by `TreeBuilder` to itself, so that an alias bomb ends the walk at once. */
class TooManyValues extends Error {
  readonly range: TextRange;
  constructor(range: TextRange) {
    super('too many values');
    this.range = range;
  }
}

/** One walk over a composed document: nodes, anchors and aliases together. */
export class TreeBuilder {
  readonly #text: string;
  readonly #problems: Problem[] = [];
  readonly #anchors: Anchor[] = [];
  readonly #aliases: Alias[] = [];
  /** The latest anchor of each name: YAML lets a name be set again. `undefined` while its node is being built. */
  readonly #open = new Map<string, NamedAnchor | undefined>();
  readonly #above: NamedAnchors;
  readonly #outer = new Set<string>();
  #total = 0;

  /** @param above the anchors that are set above the text, where it is a part of one. */
  constructor(text: string, above: NamedAnchors = new Map()) {
    this.#text = text;
    this.#above = above;
  }

  build(documents: readonly Document.Parsed[]): BuiltTree {
    const [first, second] = documents;
    let root: PlanNode | undefined;
    if (first !== undefined) {
      for (const warning of first.warnings) this.#problems.push(this.#tagProblem(warning));
      try {
        root = this.#node(first.contents).node;
      } catch (error) {
        if (!(error instanceof TooManyValues)) throw error;
        const message = t`The file has more than ${limits.values} values, counting what its aliases stand for`;
        this.#problems.push(planProblem('too-many-values', message, error.range));
      }
      this.#problems.push(...syntaxProblems(this.#text, first));
    }
    if (second !== undefined) {
      const start = Math.min(second.range[0], this.#text.length);
      const message = t('A file holds one plan; another document starts here');
      this.#problems.push(planProblem('multiple-documents', message, { start, end: start }));
    }
    const isEmpty = root?.kind === 'scalar' && root.value === null && root.range.start === root.range.end;
    return {
      tree: {
        text: this.#text,
        root: isEmpty ? undefined : root,
        anchors: this.#anchors,
        aliases: this.#aliases,
      },
      problems: this.#problems,
      values: this.#total,
      named: new Map([...this.#open].flatMap(([name, found]) => (found ? [[name, found] as const] : []))),
      outer: this.#outer,
    };
  }

  #node(source: unknown): Sized {
    if (isAlias(source)) return this.#alias(source.source, rangeOf(source.range));
    const anchorName = isScalar(source) || isMap(source) || isSeq(source) ? source.anchor : undefined;
    if (anchorName === undefined || anchorName === '') return this.#plainNode(source);
    this.#open.set(anchorName, undefined);
    const sized = this.#plainNode(source);
    const start = this.#text.lastIndexOf(`&${anchorName}`, sized.node.range.start);
    const anchor: Anchor = {
      name: anchorName,
      range: start < 0 ? sized.node.range : { start, end: start + anchorName.length + 1 },
      node: sized.node,
    };
    this.#anchors.push(anchor);
    this.#open.set(anchorName, { anchor, size: sized.size });
    return sized;
  }

  #plainNode(source: unknown): Sized {
    if (isMap(source)) return this.#map(source);
    if (isSeq(source)) {
      const range = rangeOf(source.range);
      const items = source.items.map((item) => this.#node(item));
      const size = this.#count(items, range);
      return {
        node: { kind: 'seq', range, items: items.map((item) => item.node), isFlow: source.flow === true },
        size,
      };
    }
    this.#spend(1, isScalar(source) ? rangeOf(source.range) : { start: 0, end: 0 });
    if (!isScalar(source)) return { node: emptyScalar(this.#text.length), size: 1 };
    const range = rangeOf(source.range);
    return {
      node: {
        kind: 'scalar',
        range,
        value: this.#scalarValue(source.value, range),
        style: styleOf(source.type),
      },
      size: 1,
    };
  }

  #scalarValue(value: unknown, range: TextRange): ScalarNode['value'] {
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    ) {
      return value;
    }
    // Dates, binary data and big numbers of YAML 1.1 are kept as they are written.
    return this.#text.slice(range.start, range.end);
  }

  #map(source: { items: readonly unknown[]; range?: unknown; flow?: boolean }): Sized {
    const range = rangeOf(source.range);
    const entries = new Map<string, MapEntry>();
    const merged: Sized[] = [];
    const sizes: Sized[] = [];
    for (const item of source.items) {
      const pair = item as { key: unknown; value: unknown };
      const key = this.#key(pair.key, range);
      const at = key?.range.end ?? range.start;
      const value = pair.value === null ? { node: emptyScalar(at), size: 1 } : this.#node(pair.value);
      if (pair.value === null) this.#spend(1, range);
      if (key === undefined) continue;
      sizes.push(value);
      if (key.name === '<<') merged.push(value);
      else this.#addEntry(entries, key, value.node, aliasRange(pair.value) ?? value.node.range);
    }
    this.#merge(entries, merged);
    return {
      node: { kind: 'map', range, entries: [...entries.values()], isFlow: source.flow === true },
      size: this.#count(sizes, range),
    };
  }

  #addEntry(
    entries: Map<string, MapEntry>,
    key: { name: string; range: TextRange },
    value: PlanNode,
    valueRange: TextRange,
  ): void {
    if (key.name === '__proto__') {
      this.#problems.push(planProblem('forbidden-key', t('`__proto__` cannot be used as a key'), key.range));
      return;
    }
    const earlier = entries.get(key.name);
    if (earlier !== undefined) {
      const line = lineOf(this.#text, earlier.keyRange.start);
      const message = t`\`${shorten(key.name)}\` stands twice here; it was first set in line ${line}`;
      const related = [{ message: t`\`${shorten(key.name)}\` is first set here`, range: earlier.keyRange }];
      this.#problems.push({ ...planProblem('duplicate-key', message, key.range), related });
      return;
    }
    entries.set(key.name, { key: key.name, keyRange: key.range, value, valueRange });
  }

  /** Keys of the map itself win over merged ones, and earlier merged maps over later ones, as YAML 1.1 defined it. */
  #merge(entries: Map<string, MapEntry>, merged: readonly Sized[]): void {
    for (const { node } of merged) {
      for (const source of node.kind === 'seq' ? node.items : [node]) {
        if (source.kind !== 'map') {
          const message = t('A merge key `<<` takes a map, such as an alias of one, or a list of maps');
          this.#problems.push(planProblem('bad-merge', message, source.range));
          continue;
        }
        for (const entry of source.entries) {
          if (!entries.has(entry.key)) entries.set(entry.key, entry);
        }
      }
    }
  }

  #key(source: unknown, parent: TextRange): { name: string; range: TextRange } | undefined {
    if (isScalar(source)) {
      const range = rangeOf(source.range);
      this.#spend(0, range);
      if (typeof source.anchor === 'string') this.#node(source);
      const name = typeof source.value === 'string' ? source.value : this.#text.slice(range.start, range.end);
      return { name, range };
    }
    const range = isAlias(source) || isMap(source) || isSeq(source) ? rangeOf(source.range) : parent;
    const message =
      source === null ? t('A key is missing here') : t('A key must be a word, not a list, a map or an alias');
    this.#problems.push(planProblem('complex-key', message, range));
    return undefined;
  }

  #alias(name: string, range: TextRange): Sized {
    const isOuter = !this.#open.has(name);
    if (isOuter) this.#outer.add(name);
    const found = isOuter ? this.#above.get(name) : this.#open.get(name);
    this.#aliases.push({ name, range, anchor: found?.anchor });
    if (found !== undefined) {
      this.#spend(found.size, range);
      return { node: found.anchor.node, size: found.size };
    }
    this.#problems.push(
      !isOuter
        ? planProblem('alias-cycle', t`\`*${shorten(name)}\` stands inside of what it refers to`, range)
        : planProblem('unknown-alias', t`No anchor \`&${shorten(name)}\` is set above this alias`, range),
    );
    this.#spend(1, range);
    return { node: { ...emptyScalar(range.start), range }, size: 1 };
  }

  /** The size of a collection; its items have been paid for, itself has not. */
  #count(items: readonly Sized[], range: TextRange): number {
    this.#spend(1, range);
    return items.reduce((sum, item) => sum + item.size, 1);
  }

  #spend(values: number, range: TextRange): void {
    this.#total += values;
    if (this.#total > limits.values) throw new TooManyValues(range);
  }

  #tagProblem(warning: YAMLError): Problem {
    const message = t('A plan uses no YAML tags and no YAML directives');
    return planProblem('yaml-tag', message, rangeIn(this.#text, warning));
  }
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index >= 0 && index < offset; index = text.indexOf('\n', index + 1))
    line += 1;
  return line;
}

function aliasRange(source: unknown): TextRange | undefined {
  return isAlias(source) ? rangeOf(source.range) : undefined;
}

/** The parser's `[start, value end, node end]`; the last is dropped, since it holds comments and line ends. */
function rangeOf(range: unknown): TextRange {
  if (!Array.isArray(range)) return { start: 0, end: 0 };
  const [start, end] = range as readonly number[];
  return { start: start ?? 0, end: end ?? start ?? 0 };
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function styleOf(type: string | undefined): ScalarStyle {
  return styles[type ?? 'PLAIN'] ?? 'plain';
}
