/** The stacks of a profile merged by function: what a flame graph draws. */
import { Uint32Column } from './column';
import type { FunctionTable } from './function-table';
import { add } from './group-costs';
import { noParent, type Profile, type StackTable } from './profile';
import { StackIndex } from './stack-index';

/** Columns by node; a parent comes before its children. Places and weights are in the unit of the profile. */
export interface CallTree {
  readonly parent: Int32Array;
  /** Index of the function. */
  readonly fn: Uint32Array;
  readonly depth: Uint32Array;
  readonly self: Float64Array;
  readonly total: Float64Array;
  /** Where the node begins: among its siblings the heavier come first. */
  readonly left: Float64Array;
  /** The children of node `n` are `children[firstChild[n]]` up to `children[firstChild[n + 1]]`, heaviest first. */
  readonly firstChild: Uint32Array;
  readonly children: Uint32Array;
  readonly roots: Uint32Array;
  readonly whole: number;
  readonly maxDepth: number;
}

/** @param weight of the samples that ended in each stack of the profile. */
export function callTree({ stacks }: Profile, { ofFrame }: FunctionTable, weight: Float64Array): CallTree {
  const index = new StackIndex();
  const nodeOf = new Uint32Array(stacks.frame.length);
  for (const [stack, frame] of stacks.frame.entries()) {
    const above = stacks.parent[stack] ?? noParent;
    nodeOf[stack] = index.below(above === noParent ? noParent : (nodeOf[above] ?? 0), ofFrame[frame] ?? 0);
  }
  const self = new Float64Array(index.count);
  for (const [stack, node] of nodeOf.entries()) add(self, node, weight[stack] ?? 0);
  return treeOf(index.table(), self);
}

/** @param table whose frames are functions. */
function treeOf({ parent, frame: fn }: StackTable, self: Float64Array): CallTree {
  const total = withChildren(parent, self);
  const { firstChild, children, roots } = childrenOf(parent, total);
  const left = new Float64Array(fn.length);
  place(roots, 0, total, left);
  for (const node of fn.keys())
    place(children.subarray(firstChild[node], firstChild[node + 1]), left[node] ?? 0, total, left);
  const depth = depthsOf(parent);
  let maxDepth = 0;
  for (const [node, below] of depth.entries()) if (total[node] !== 0) maxDepth = Math.max(maxDepth, below);
  const whole = roots.reduce((sum, node) => sum + (total[node] ?? 0), 0);
  return { parent, fn, depth, self, total, left, firstChild, children, roots, whole, maxDepth };
}

function withChildren(parent: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let node = total.length - 1; node >= 0; node--) {
    const above = parent[node] ?? noParent;
    if (above !== noParent) add(total, above, total[node] ?? 0);
  }
  return total;
}

/** How many callers each stack has: 0 for the outermost. */
export function depthsOf(parent: Int32Array): Uint32Array {
  const depth = new Uint32Array(parent.length);
  for (const [node, above] of parent.entries())
    depth[node] = above === noParent ? 0 : (depth[above] ?? 0) + 1;
  return depth;
}

function place(nodes: Uint32Array, from: number, total: Float64Array, left: Float64Array): void {
  let at = from;
  for (const node of nodes) {
    left[node] = at;
    at += total[node] ?? 0;
  }
}

function childrenOf(
  parent: Int32Array,
  total: Float64Array,
): { firstChild: Uint32Array; children: Uint32Array; roots: Uint32Array } {
  const firstChild = startsOf(parent);
  const filled = firstChild.slice();
  const children = new Uint32Array(firstChild.at(-1) ?? 0);
  const roots = new Uint32Column();
  for (const [node, above] of parent.entries()) {
    if (above === noParent) {
      roots.push(node);
      continue;
    }
    const slot = filled[above] ?? 0;
    children[slot] = node;
    filled[above] = slot + 1;
  }
  const heavier = (a: number, b: number): number => (total[b] ?? 0) - (total[a] ?? 0) || a - b;
  for (const node of parent.keys()) {
    const [from = 0, to = 0] = [firstChild[node], firstChild[node + 1]];
    if (to - from > 1) children.subarray(from, to).sort(heavier);
  }
  return { firstChild, children, roots: roots.done().sort(heavier) };
}

/** Where the children of each node begin in a list of all, and at the end how many there are. */
function startsOf(parent: Int32Array): Uint32Array {
  const starts = new Uint32Array(parent.length + 1);
  for (const above of parent) if (above !== noParent) starts[above + 1] = (starts[above + 1] ?? 0) + 1;
  for (const node of parent.keys()) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
  return starts;
}
