import type { Problem, TextRange } from '../problems';
import type { Anchor, MapEntry, PlanNode } from './tree';
import type { BuiltTree } from './tree-builder';

type Reading = Pick<BuiltTree, 'tree' | 'problems'>;

/** The same tree further on in a longer text. What aliases share stays shared. */
export function moveTree({ tree, problems }: Reading, by: number): Reading {
  const nodes = new Map<PlanNode, PlanNode>();
  const range = rangeMover(by);
  const node = (old: PlanNode): PlanNode => {
    const known = nodes.get(old);
    if (known !== undefined) return known;
    const moved = moveNode(old, range, node);
    nodes.set(old, moved);
    return moved;
  };
  const anchors = new Map<Anchor, Anchor>(
    tree.anchors.map((anchor) => [
      anchor,
      { ...anchor, range: range(anchor.range), node: node(anchor.node) },
    ]),
  );
  return {
    tree: {
      text: tree.text,
      root: tree.root && node(tree.root),
      anchors: [...anchors.values()],
      aliases: tree.aliases.map((alias) => ({
        ...alias,
        range: range(alias.range),
        anchor: alias.anchor && anchors.get(alias.anchor),
      })),
    },
    problems: moveProblems(problems, by),
  };
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
