/** What each line of one file cost. */
import { add, groupCosts, noGroup, weighStacks, type GroupCosts } from './group-costs';
import { isWaiting } from './origin';
import { frameFile, frameName, type Profile } from './profile';

export interface LineCost {
  /** From 1. */
  readonly line: number;
  readonly self: number;
  /** A line counts once per sample, however often it is in the stack. */
  readonly total: number;
}

export interface LineHeat {
  /** The weight of all samples that were counted: what shares are of. */
  readonly whole: number;
  /** In the order of the file. */
  readonly lines: readonly LineCost[];
}

/**
 * @param file exactly as the profile names it. Where the tool told no executed line, the cost is at the line of the
 * function's definition.
 */
export function lineHeat(profile: Profile, file: string): LineHeat {
  const { frames } = profile;
  const lines: number[] = [];
  const groupOf = new Map<number, number>();
  const group = new Uint32Array(frames.name.length).fill(noGroup);
  for (let frame = 0; frame < group.length; frame++) {
    const line = frames.line[frame] || frames.definedAt[frame] || 0;
    if (line === 0 || frameFile(profile, frame) !== file) continue;
    let known = groupOf.get(line);
    if (known === undefined) groupOf.set(line, (known = lines.push(line) - 1));
    group[frame] = known;
  }
  const weights = weighStacks(profile, { leaveOut: (frame) => isWaiting(frameName(profile, frame)) });
  const costs = exactCosts(profile, group, lines.length) ?? groupCosts(profile, weights, group, lines.length);
  return {
    whole: weights.whole,
    lines: lines
      .map((line, i) => ({ line, self: costs.self[i] ?? 0, total: costs.total[i] ?? 0 }))
      .filter(({ total }) => total > 0)
      .sort((a, b) => a.line - b.line),
  };
}

/** What a tracing profiler counted per function, at the lines where the functions are defined. */
function exactCosts({ calls }: Profile, group: Uint32Array, groups: number): GroupCosts | undefined {
  if (calls === null) return undefined;
  const costs = { self: new Float64Array(groups), total: new Float64Array(groups) };
  for (const [i, frame] of calls.functions.frame.entries()) {
    const line = group[frame] ?? noGroup;
    if (line === noGroup) continue;
    add(costs.self, line, calls.functions.self[i] ?? 0);
    add(costs.total, line, calls.functions.total[i] ?? 0);
  }
  return costs;
}
