/**
 * A plan as a tree of values that know their place in the text. An alias shares the node of its anchor, so the tree
 * is a graph without cycles: a problem inside of a shared node has one place, however often it is used.
 */
import type { TextRange } from '../problems';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarNode {
  readonly kind: 'scalar';
  /** With its quotes, or with the header of a block. Empty where the value was left out. */
  readonly range: TextRange;
  readonly value: string | number | boolean | null;
  readonly style: ScalarStyle;
}

export interface MapEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: PlanNode;
  /** Where the value stands in this map: its own range, or that of the alias that stands for it. */
  readonly valueRange: TextRange;
}

export interface MapNode {
  readonly kind: 'map';
  readonly range: TextRange;
  readonly entries: readonly MapEntry[];
  /** Written in braces. */
  readonly isFlow: boolean;
}

export interface SeqNode {
  readonly kind: 'seq';
  readonly range: TextRange;
  readonly items: readonly PlanNode[];
  /** Written in brackets. */
  readonly isFlow: boolean;
}

export type PlanNode = ScalarNode | MapNode | SeqNode;

export interface Anchor {
  readonly name: string;
  /** The name with its `&`. */
  readonly range: TextRange;
  readonly node: PlanNode;
}

export interface Alias {
  readonly name: string;
  /** The name with its `*`. */
  readonly range: TextRange;
  /** Absent where the anchor is unknown. */
  readonly anchor: Anchor | undefined;
}

export interface PlanTree {
  readonly text: string;
  /** Absent where the text is empty or could not be read. */
  readonly root: PlanNode | undefined;
  readonly anchors: readonly Anchor[];
  readonly aliases: readonly Alias[];
}

/** Keys of maps and positions in lists, from the root. */
export type PlanPath = readonly (string | number)[];

/** Where a value was left out. */
export function emptyScalar(at: number): ScalarNode {
  return { kind: 'scalar', range: { start: at, end: at }, value: null, style: 'plain' };
}

export function entryOf(node: PlanNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The value of a key; `undefined` where the node is no map or has no such key. */
export function childOf(node: PlanNode | undefined, key: string | number): PlanNode | undefined {
  if (typeof key === 'string') return entryOf(node, key)?.value;
  return node?.kind === 'seq' ? node.items[key] : undefined;
}

export function entriesOf(node: PlanNode | undefined): readonly MapEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: PlanNode | undefined): readonly PlanNode[] {
  return node?.kind === 'seq' ? node.items : [];
}

export function nodeAt(root: PlanNode | undefined, path: PlanPath): PlanNode | undefined {
  let node = root;
  for (const key of path) node = childOf(node, key);
  return node;
}

/** The range of the last key of a path, or of the nearest key above it; the start of the tree where there is none. */
export function keyRangeAt(root: PlanNode | undefined, path: PlanPath): TextRange {
  let node = root;
  let range = entriesOf(root)[0]?.keyRange;
  for (const key of path) {
    const entry = typeof key === 'string' ? entryOf(node, key) : undefined;
    node = childOf(node, key);
    if (node === undefined) break;
    // An item of a list has no key of its own; its first key names it best.
    range = entry?.keyRange ?? entriesOf(node)[0]?.keyRange ?? node.range;
  }
  const start = root?.range.start ?? 0;
  return range ?? { start, end: start };
}

/** The range of the value at a path; that of its key where the value was left out. */
export function valueRangeAt(root: PlanNode | undefined, path: PlanPath): TextRange {
  const node = nodeAt(root, path);
  return node === undefined || node.range.start === node.range.end ? keyRangeAt(root, path) : node.range;
}

/** The text of a scalar that is text; `undefined` for anything else. */
export function textOf(node: PlanNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/**
 * The plain value of a node. Maps have no prototype, so that a key such as `constructor` is a key like any other.
 * The size of the result is bounded by `limits.values`, which `parseTree` has checked.
 */
export function toValue(node: PlanNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'seq':
      return node.items.map(toValue);
    case 'map': {
      const value = Object.create(null) as Record<string, unknown>;
      for (const entry of node.entries) value[entry.key] = toValue(entry.value);
      return value;
    }
  }
}
