/** Adds up weights over the tree of stacks for any grouping of frames: functions, lines or modules. */
import { isWaiting } from './origin';
import { frameName, noParent, type Profile } from './profile';

/** What the samples under consideration weigh, per stack. */
export interface StackWeights {
  /** Weight of the samples that ended in this stack. */
  readonly self: Float64Array;
  /** And of all stacks below it. */
  readonly total: Float64Array;
  /** Of all samples together. */
  readonly whole: number;
  readonly samples: number;
}

export interface SampleChoice {
  /** Index of a thread; all where it is left out. */
  readonly thread?: number;
  /** Both ends in milliseconds from the start of the profile, `toMs` excluded. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** Leaves out the samples whose innermost frame is one of these, by index of the frame. */
  readonly leaveOut?: (frame: number) => boolean;
  /** By index of the sample. */
  readonly only?: (sample: number) => boolean;
}

/** All samples, or those in which the thread did not only wait. */
export function countedSamples(profile: Profile, withWaiting = false): SampleChoice {
  return withWaiting ? {} : { leaveOut: (frame) => isWaiting(frameName(profile, frame)) };
}

export function weighStacks(profile: Profile, choice: SampleChoice = {}): StackWeights {
  const { samples, stacks } = profile;
  const self = new Float64Array(stacks.parent.length);
  const isLeftOut = leftOutStacks(stacks.frame, choice.leaveOut);
  let [whole, count] = [0, 0];
  for (const [i, stack] of samples.stack.entries()) {
    if (isLeftOut?.[stack] === 1 || !isChosen(samples, i, choice)) continue;
    const weight = samples.weight[i] ?? 0;
    add(self, stack, weight);
    whole += weight;
    count += 1;
  }
  return { self, total: withStacksBelow(self, stacks.parent), whole, samples: count };
}

/** A parent comes before its children, so that they have all been added up when its turn comes. */
function withStacksBelow(self: Float64Array, parents: Int32Array): Float64Array {
  const total = self.slice();
  for (let stack = total.length - 1; stack >= 0; stack--) {
    const parent = parents[stack] ?? noParent;
    if (parent !== noParent) add(total, parent, total[stack] ?? 0);
  }
  return total;
}

export function add(column: Float64Array, index: number, value: number): void {
  column[index] = (column[index] ?? 0) + value;
}

function leftOutStacks(
  frames: Uint32Array,
  leaveOut: ((frame: number) => boolean) | undefined,
): Uint8Array | undefined {
  if (leaveOut === undefined) return undefined;
  const known = new Map<number, boolean>();
  return Uint8Array.from(frames, (frame) => {
    let out = known.get(frame);
    if (out === undefined) known.set(frame, (out = leaveOut(frame)));
    return out ? 1 : 0;
  });
}

function isChosen(samples: Profile['samples'], i: number, { thread, window, only }: SampleChoice): boolean {
  if (only !== undefined && !only(i)) return false;
  if (thread !== undefined && samples.thread[i] !== thread) return false;
  if (window === undefined || samples.timeMs === null) return true;
  const timeMs = samples.timeMs[i] ?? 0;
  return timeMs >= window.fromMs && timeMs < window.toMs;
}

export interface GroupCosts {
  readonly self: Float64Array;
  /** Recursion is counted once: a sample counts for a group however often the group is in its stack. */
  readonly total: Float64Array;
}

/** A frame of no group. */
export const noGroup = 0xffffffff;

/** @param groupOfFrame by index of the frame, below `groups`, or `noGroup`. */
export function groupCosts(
  { stacks }: Profile,
  weights: StackWeights,
  groupOfFrame: Uint32Array,
  groups: number,
): GroupCosts {
  const costs = { self: new Float64Array(groups), total: new Float64Array(groups) };
  const open = new Uint32Array(groups);
  walkStacks(stacks, {
    enter(stack) {
      const group = groupOfFrame[stacks.frame[stack] ?? 0] ?? noGroup;
      if (group === noGroup) return;
      add(costs.self, group, weights.self[stack] ?? 0);
      const depth = open[group] ?? 0;
      if (depth === 0) add(costs.total, group, weights.total[stack] ?? 0);
      open[group] = depth + 1;
    },
    leave(stack) {
      const group = groupOfFrame[stacks.frame[stack] ?? 0] ?? noGroup;
      if (group !== noGroup) open[group] = (open[group] ?? 1) - 1;
    },
  });
  return costs;
}

/** Visits the tree of stacks, callers before callees, without recursion of its own. */
export function walkStacks(
  { parent, frame }: Profile['stacks'],
  visit: { readonly enter: (stack: number) => void; readonly leave: (stack: number) => void },
): void {
  const count = frame.length;
  const firstChild = new Int32Array(count).fill(noParent);
  const nextSibling = new Int32Array(count).fill(noParent);
  let root = noParent;
  for (let stack = count - 1; stack >= 0; stack--) {
    const above = parent[stack] ?? noParent;
    nextSibling[stack] = above === noParent ? root : (firstChild[above] ?? noParent);
    if (above === noParent) root = stack;
    else firstChild[above] = stack;
  }
  let at = root;
  while (at !== noParent) {
    visit.enter(at);
    let next = firstChild[at] ?? noParent;
    while (next === noParent && at !== noParent) {
      visit.leave(at);
      next = nextSibling[at] ?? noParent;
      at = parent[at] ?? noParent;
    }
    at = next;
  }
}
