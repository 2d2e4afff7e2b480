import type { Problem, TextRange } from '../problems';
import type { Alias, Anchor, MapEntry, PlanNode } from './tree';
import type { BuiltTree } from './tree-builder';

type Reading = Pick<BuiltTree, 'tree' | 'problems'> & { readonly broken?: readonly TextRange[] };

/** The same tree further on in a longer text. What aliases share stays shared. */
export function moveTree({ tree, problems, broken = [] }: Reading, by: number): Reading {
  const { node, anchor, alias } = treeMover(by);
  return {
    tree: {
      text: tree.text,
      root: tree.root && node(tree.root),
      anchors: tree.anchors.map(anchor),
      aliases: tree.aliases.map(alias),
    },
    problems: moveProblems(problems, by),
    broken: broken.map(rangeMover(by)),
  };
}

/**
 * @param links anchors that others take the place of, as they are.
 * @param isShared whether a node may stand in several places; the others need not be remembered.
 */
export function treeMover(
  by: number,
  links: ReadonlyMap<Anchor, Anchor> = new Map(),
  isShared: (node: PlanNode) => boolean = () => true,
) {
  const range = rangeMover(by);
  const nodes = new Map([...links].map(([from, to]) => [from.node, to.node]));
  const anchors = new Map(links);
  const node = (old: PlanNode): PlanNode => {
    const known = nodes.get(old);
    if (known !== undefined) return known;
    const moved = moveNode(old, range, node);
    if (isShared(old)) nodes.set(old, moved);
    return moved;
  };
  const anchor = (old: Anchor): Anchor => {
    const known = anchors.get(old);
    if (known !== undefined) return known;
    const moved = { ...old, range: range(old.range), node: node(old.node) };
    anchors.set(old, moved);
    return moved;
  };
  const alias = (old: Alias): Alias => ({
    ...old,
    range: range(old.range),
    anchor: old.anchor && anchor(old.anchor),
  });
  return { node, anchor, alias, entry: (old: MapEntry): MapEntry => moveEntry(old, range, node) };
}

/** Entries in which nothing is shared, further on. */
export function moveEntries(entries: readonly MapEntry[], by: number): readonly MapEntry[] {
  const range = rangeMover(by);
  const node = (old: PlanNode): PlanNode => moveNode(old, range, node);
  return entries.map((entry) => moveEntry(entry, range, node));
}

export function moveProblems(problems: readonly Problem[], by: number): readonly Problem[] {
  const range = rangeMover(by);
  return problems.map((problem) => moveProblem(problem, range));
}

type Move = (range: TextRange) => TextRange;

function rangeMover(by: number): Move {
  return ({ start, end }) => ({ start: start + by, end: end + by });
}

function moveNode(old: PlanNode, range: Move, node: (old: PlanNode) => PlanNode): PlanNode {
  switch (old.kind) {
    case 'scalar':
      return { ...old, range: range(old.range) };
    case 'seq':
      return { ...old, range: range(old.range), items: old.items.map(node) };
    case 'map':
      return {
        ...old,
        range: range(old.range),
        entries: old.entries.map((entry) => moveEntry(entry, range, node)),
      };
  }
}

function moveEntry(
  { key, keyRange, value, valueRange }: MapEntry,
  range: Move,
  node: (old: PlanNode) => PlanNode,
): MapEntry {
  return { key, keyRange: range(keyRange), value: node(value), valueRange: range(valueRange) };
}

function moveProblem(problem: Problem, range: Move): Problem {
  const { fixes, related } = problem;
  return {
    ...problem,
    range: range(problem.range),
    ...(fixes && {
      fixes: fixes.map((fix) => ({
        ...fix,
        edits: fix.edits.map((edit) => ({ ...edit, range: range(edit.range) })),
      })),
    }),
    ...(related && { related: related.map((item) => ({ ...item, range: range(item.range) })) }),
  };
}
