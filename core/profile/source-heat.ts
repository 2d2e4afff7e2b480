/** What each line and each function of the program's own files cost, from all pieces of a recording together. */
import { functionTable } from './function-table';
import { add, countedSamples, groupCosts, noGroup, weighStacks, type GroupCosts } from './group-costs';
import { isLibraryFile } from './origin';
import { frameFile, frameName, type Profile } from './profile';

/** Shares of what was recorded, from 0 to 1. */
interface Shares {
  readonly self: number;
  /** A line or function counts once per sample, however often it is in the stack. */
  readonly total: number;
}

export interface LineHeat extends Shares {
  /** From 1. */
  readonly line: number;
}

export interface FunctionHeat extends Shares {
  readonly name: string;
  /** Where it begins, or the first of its lines that was seen; from 1, 0 where no line is known. */
  readonly line: number;
}

export interface FileHeat {
  /** As the profiler named it. */
  readonly file: string;
  /** In the order of the file. */
  readonly lines: readonly LineHeat[];
  /** The most expensive first. */
  readonly functions: readonly FunctionHeat[];
}

export interface HeatOptions {
  /** Whether a file is the program's own; by default what lies in no place for libraries. */
  readonly isOwn?: (file: string) => boolean;
  /** Whether moments count in which a thread waited. */
  readonly withWaiting?: boolean;
}

interface Sum {
  readonly file: string;
  readonly name: string;
  line: number;
  self: number;
  total: number;
}

/**
 * Where the tool told no executed line, as a tracing profiler does not, the cost is at the line where the function is
 * defined.
 */
export function sourceHeat(profiles: readonly Profile[], options: HeatOptions = {}): FileHeat[] {
  const { isOwn = (file: string) => !isLibraryFile(file), withWaiting = false } = options;
  const lines = new Map<string, Sum>();
  const functions = new Map<string, Sum>();
  let whole = 0;
  for (const profile of profiles) {
    const weights = weighStacks(profile, countedSamples(profile, withWaiting));
    whole += weights.whole;
    const table = functionTable(profile);
    const costsBy = (keyOf: (frame: number) => Sum | undefined, sums: Map<string, Sum>): void => {
      const grouping = groupFrames(profile, keyOf);
      const count = grouping.groups.length;
      const costs =
        exactCosts(profile, grouping.ofFrame, count) ?? groupCosts(profile, weights, grouping.ofFrame, count);
      for (const [i, group] of grouping.groups.entries())
        addTo(sums, group, costs.self[i] ?? 0, costs.total[i] ?? 0);
    };
    const ownAt = (frame: number, name: string, line: number): Sum | undefined => {
      const file = frameFile(profile, frame);
      return isOwn(file) ? { file, name, line, self: 0, total: 0 } : undefined;
    };
    const { frames } = profile;
    costsBy((frame) => {
      const line = frames.line[frame] || frames.definedAt[frame] || 0;
      return line === 0 ? undefined : ownAt(frame, '', line);
    }, lines);
    costsBy(
      (frame) => ownAt(frame, frameName(profile, frame), table.line[table.ofFrame[frame] ?? 0] ?? 0),
      functions,
    );
  }
  return byFile([...lines.values()], [...functions.values()], whole);
}

/** Groups frames by what is told of them; a frame of which nothing is told is in no group. */
function groupFrames(
  { frames }: Profile,
  tell: (frame: number) => Sum | undefined,
): { ofFrame: Uint32Array; groups: readonly Sum[] } {
  const groups: Sum[] = [];
  const known = new Map<string, number>();
  const ofFrame = new Uint32Array(frames.name.length).fill(noGroup);
  for (const frame of ofFrame.keys()) {
    const told = tell(frame);
    if (told === undefined) continue;
    const key = keyOf(told);
    let group = known.get(key);
    if (group === undefined) known.set(key, (group = groups.push(told) - 1));
    ofFrame[frame] = group;
  }
  return { ofFrame, groups };
}

/** A function is the same wherever its first line was seen. */
function keyOf({ file, name, line }: Sum): string {
  return name === '' ? `${file}\n\n${line}` : `${file}\n${name}`;
}

function addTo(sums: Map<string, Sum>, group: Sum, self: number, total: number): void {
  const key = keyOf(group);
  const sum = sums.get(key) ?? { ...group };
  sum.self += self;
  sum.total += total;
  // A piece may not have seen the first of its lines.
  if (group.line > 0) sum.line = sum.line === 0 ? group.line : Math.min(sum.line, group.line);
  sums.set(key, sum);
}

/** What a tracing profiler counted per function. */
function exactCosts({ calls }: Profile, ofFrame: Uint32Array, groups: number): GroupCosts | undefined {
  if (calls === null) return undefined;
  const costs = { self: new Float64Array(groups), total: new Float64Array(groups) };
  for (const [i, frame] of calls.functions.frame.entries()) {
    const group = ofFrame[frame] ?? noGroup;
    if (group === noGroup) continue;
    add(costs.self, group, calls.functions.self[i] ?? 0);
    add(costs.total, group, calls.functions.total[i] ?? 0);
  }
  return costs;
}

function byFile(lines: readonly Sum[], functions: readonly Sum[], whole: number): FileHeat[] {
  const files = new Map<string, { lines: LineHeat[]; functions: FunctionHeat[] }>();
  const heatOf = (file: string): { lines: LineHeat[]; functions: FunctionHeat[] } => {
    const known = files.get(file) ?? { lines: [], functions: [] };
    files.set(file, known);
    return known;
  };
  const shares = ({ self, total }: Sum): Shares => ({ self: self / whole, total: total / whole });
  for (const sum of lines) if (sum.total > 0) heatOf(sum.file).lines.push({ line: sum.line, ...shares(sum) });
  for (const sum of functions)
    if (sum.total > 0) heatOf(sum.file).functions.push({ name: sum.name, line: sum.line, ...shares(sum) });
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, heat]) => ({
      file,
      lines: heat.lines.sort((a, b) => a.line - b.line),
      functions: heat.functions.sort((a, b) => b.total - a.total || b.self - a.self),
    }));
}
