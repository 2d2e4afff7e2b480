import type { Problem, TextRange } from '../problems';
import type { TreeReading } from './parse-tree';
import type { Anchor, PlanNode } from './tree';

/** The same tree further on in a longer text. What aliases share stays shared. */
export function moveTree({ tree, problems }: TreeReading, by: number): TreeReading {
  const nodes = new Map<PlanNode, PlanNode>();
  const range = ({ start, end }: TextRange): TextRange => ({ start: start + by, end: end + by });
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
    problems: problems.map((problem) => moveProblem(problem, range)),
  };
}

type Move = (range: TextRange) => TextRange;

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
        entries: old.entries.map(({ key, keyRange, value, valueRange }) => ({
          key,
          keyRange: range(keyRange),
          value: node(value),
          valueRange: range(valueRange),
        })),
      };
  }
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
