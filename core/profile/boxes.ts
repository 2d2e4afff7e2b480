/** The rectangles that can be seen of a flame graph: those inside a window, and not narrower than a pixel. */
import { depthsOf, type CallTree } from './call-tree';
import { Float64Column, Uint32Column } from './column';
import type { FunctionTable } from './function-table';
import { noParent, type Profile } from './profile';

/** A stretch of the horizontal axis, in the unit of the axis. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Columns by rectangle, row by row from the top, each row from the left. */
export interface Boxes {
  /** In the unit of the axis. They may stick out of the window. */
  readonly left: Float64Array<ArrayBuffer>;
  readonly right: Float64Array<ArrayBuffer>;
  readonly depth: Uint32Array<ArrayBuffer>;
  /** Index of the function. */
  readonly fn: Uint32Array<ArrayBuffer>;
  /** Weight of the samples that ended here; in a view by time, of nothing. */
  readonly self: Float64Array<ArrayBuffer>;
}

/** More would not be told apart on any screen; it bounds what is sent. */
const mostBoxes = 100_000;

class BoxColumns {
  readonly #left = new Float64Column();
  readonly #right = new Float64Column();
  readonly #depth = new Uint32Column();
  readonly #fn = new Uint32Column();
  readonly #self = new Float64Column();

  get isFull(): boolean {
    return this.#fn.length >= mostBoxes;
  }

  push(left: number, right: number, depth: number, fn: number, self: number): void {
    this.#left.push(left);
    this.#right.push(right);
    this.#depth.push(depth);
    this.#fn.push(fn);
    this.#self.push(self);
  }

  done(): Boxes {
    return {
      left: this.#left.done(),
      right: this.#right.done(),
      depth: this.#depth.done(),
      fn: this.#fn.done(),
      self: this.#self.done(),
    };
  }
}

/** @param pixels that the window is wide. */
export function treeBoxes(tree: CallTree, { from, to }: Stretch, pixels: number): Boxes {
  const columns = new BoxColumns();
  const least = (to - from) / pixels;
  let row: number[] = [...visible(tree, tree.roots)];
  while (row.length > 0) {
    const next: number[] = [];
    for (const node of row) {
      if (columns.isFull) return columns.done();
      const left = tree.left[node] ?? 0;
      columns.push(
        left,
        left + (tree.total[node] ?? 0),
        tree.depth[node] ?? 0,
        tree.fn[node] ?? 0,
        tree.self[node] ?? 0,
      );
      next.push(...visible(tree, tree.children.subarray(tree.firstChild[node], tree.firstChild[node + 1])));
    }
    row = next;
  }
  return columns.done();

  /** Siblings are sorted by weight, so that all after one that is too narrow are too narrow as well. */
  function* visible({ total, left }: CallTree, nodes: Uint32Array): Generator<number> {
    for (const node of nodes) {
      const width = total[node] ?? 0;
      if (width < least || width === 0) return;
      const start = left[node] ?? 0;
      if (start < to && start + width > from) yield node;
    }
  }
}

/** The samples of one thread in the order of time. Times are in milliseconds. */
export interface Timeline {
  readonly stack: Uint32Array;
  readonly startMs: Float64Array;
  readonly endMs: number;
  readonly maxDepth: number;
}

/** @returns `undefined` where the format keeps no order. */
export function timeline({ samples, stacks, unit }: Profile, thread: number): Timeline | undefined {
  if (samples.timeMs === null) return undefined;
  const [stack, startMs] = [new Uint32Column(), new Float64Column()];
  let [endMs, maxDepth] = [0, 0];
  const depth = depthsOf(stacks.parent);
  for (const [i, of] of samples.thread.entries()) {
    if (of !== thread) continue;
    const at = samples.stack[i] ?? 0;
    const start = samples.timeMs[i] ?? 0;
    stack.push(at);
    startMs.push(start);
    endMs = start + (unit === 'ns' ? (samples.weight[i] ?? 0) / 1e6 : 1);
    maxDepth = Math.max(maxDepth, depth[at] ?? 0);
  }
  return { stack: stack.done(), startMs: startMs.done(), endMs, maxDepth };
}

/**
 * However many samples there are, one per half pixel is looked at; where fewer are in the window, each of them.
 * Neighbours of the same function are one rectangle.
 */
export function timeBoxes(
  { stacks }: Profile,
  { ofFrame }: FunctionTable,
  line: Timeline,
  { from, to }: Stretch,
  pixels: number,
): Boxes {
  const columns = new BoxColumns();
  const open: { fn: number; left: number }[] = [];
  const path: number[] = [];
  const closeTo = (depth: number, at: number): void => {
    while (open.length > depth) {
      const box = open.pop();
      if (box !== undefined) columns.push(box.left, at, open.length, box.fn, 0);
    }
  };
  for (const { sample, left } of looks(line, { from, to }, pixels * 2)) {
    if (columns.isFull) break;
    path.length = 0;
    let stack = line.stack[sample] ?? noParent;
    while (stack !== noParent) {
      path.push(ofFrame[stacks.frame[stack] ?? 0] ?? 0);
      stack = stacks.parent[stack] ?? noParent;
    }
    path.reverse();
    let same = 0;
    while (same < path.length && open[same]?.fn === path[same]) same += 1;
    closeTo(same, left);
    for (const fn of path.slice(same)) open.push({ fn, left });
  }
  closeTo(0, Math.min(to, line.endMs));
  return columns.done();
}

/** The samples to look at, each with where it begins. */
function* looks(
  { startMs }: Timeline,
  { from, to }: Stretch,
  most: number,
): Generator<{ sample: number; left: number }> {
  const first = Math.max(0, indexAt(startMs, from));
  const last = indexAt(startMs, to);
  if (last - first <= most) {
    for (let sample = first; sample <= last; sample++) yield { sample, left: startMs[sample] ?? 0 };
    return;
  }
  for (let i = 0; i < most; i++) {
    const left = from + ((to - from) * i) / most;
    yield { sample: Math.max(first, indexAt(startMs, left)), left };
  }
}

/** The last sample that begins at or before a time; -1 where none does. */
function indexAt(startMs: Float64Array, time: number): number {
  let [low, high] = [-1, startMs.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((startMs[middle] ?? 0) <= time) low = middle;
    else high = middle;
  }
  return low;
}
