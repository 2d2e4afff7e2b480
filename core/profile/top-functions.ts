/** The functions that cost most, and who calls them. */
import { functionTable, type FunctionTable } from './function-table';
import {
  add,
  countedSamples,
  groupCosts,
  walkStacks,
  weighStacks,
  type SampleChoice,
  type StackWeights,
} from './group-costs';
import { isLibraryFile, isWaiting, moduleOf } from './origin';
import { frameFile, frameName, noParent, type Profile } from './profile';

export interface TopOptions {
  /** Whether a file is the program's own; by default what lies in no place for libraries. */
  readonly isOwn?: (file: string) => boolean;
  readonly thread?: number;
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** Functions that only wait are left out, with the samples in which they waited. */
  readonly withWaiting?: boolean;
  /** How many callers and callees are named per function. */
  readonly neighbours?: number;
}

/** Weights in the unit of the profile. */
export interface FunctionCost {
  readonly name: string;
  readonly file: string;
  /** Where the function begins, from 1; 0 where it is unknown. */
  readonly line: number;
  readonly module: string;
  readonly isOwn: boolean;
  readonly self: number;
  /** A recursive function counts once per sample. */
  readonly total: number;
  /** Exact, from a tracing profiler; `null` from a sampling one. */
  readonly calls: number | null;
  /** Heaviest first. */
  readonly callers: readonly Neighbour[];
  readonly callees: readonly Neighbour[];
}

export interface Neighbour {
  /** Index into the functions of the table. */
  readonly index: number;
  readonly weight: number;
}

export interface ModuleCost {
  readonly module: string;
  readonly isOwn: boolean;
  readonly self: number;
  readonly total: number;
}

export interface TopFunctions {
  /** The weight of all samples that were counted: what shares are of. */
  readonly whole: number;
  /** By own weight, heaviest first; equal ones by name, so that the order is always the same. */
  readonly functions: readonly FunctionCost[];
  readonly modules: readonly ModuleCost[];
}

const neighboursNamed = 20;

export function topFunctions(profile: Profile, options: TopOptions = {}): TopFunctions {
  const { isOwn = (file: string) => !isLibraryFile(file), neighbours = neighboursNamed } = options;
  const table = functionTable(profile);
  const weights = weighStacks(profile, choiceOf(profile, options));
  const costs = exactCosts(profile, table) ?? {
    ...groupCosts(profile, weights, table.ofFrame, table.frame.length),
    calls: null,
    edges: edgesOf(profile, weights, table),
  };
  const functions = table.frame.map((frame, fn) => ({
    fn,
    name: frameName(profile, frame),
    file: frameFile(profile, frame),
    self: costs.self[fn] ?? 0,
    total: costs.total[fn] ?? 0,
  }));
  const chosen = functions
    .filter(({ name, total }) => total > 0 && (options.withWaiting === true || !isWaiting(name)))
    .sort((a, b) => b.self - a.self || b.total - a.total || compareText(a.name + a.file, b.name + b.file));
  const rank = new Map(chosen.map(({ fn }, index) => [fn, index]));
  const named = (pairs: ReadonlyMap<number, number> | undefined): Neighbour[] =>
    [...(pairs ?? [])]
      .map(([fn, weight]) => ({ index: rank.get(fn) ?? -1, weight }))
      .filter(({ index }) => index >= 0)
      .sort((a, b) => b.weight - a.weight || a.index - b.index)
      .slice(0, neighbours);
  return {
    whole: weights.whole,
    functions: chosen.map(({ fn, ...rest }) => ({
      ...rest,
      line: table.line[fn] ?? 0,
      module: moduleOf(rest.file),
      isOwn: isOwn(rest.file),
      calls: costs.calls?.[fn] ?? null,
      callers: named(costs.edges.callers[fn]),
      callees: named(costs.edges.callees[fn]),
    })),
    modules: moduleCosts(profile, weights, isOwn),
  };
}

function choiceOf(profile: Profile, { thread, window, withWaiting = false }: TopOptions): SampleChoice {
  return {
    ...(thread !== undefined && { thread }),
    ...(window !== undefined && { window }),
    ...countedSamples(profile, withWaiting),
  };
}

interface Edges {
  /** By function: the weight of each of its callers, and of each of its callees. */
  readonly callers: readonly (ReadonlyMap<number, number> | undefined)[];
  readonly callees: readonly (ReadonlyMap<number, number> | undefined)[];
}

/** What a tracing profiler counted needs no walk over stacks. */
function exactCosts(
  { calls }: Profile,
  { ofFrame, frame }: FunctionTable,
): { self: Float64Array; total: Float64Array; calls: Float64Array; edges: Edges } | undefined {
  if (calls === null) return undefined;
  const { functions, edges } = calls;
  const costs = {
    self: new Float64Array(frame.length),
    total: new Float64Array(frame.length),
    calls: new Float64Array(frame.length),
  };
  for (const [i, row] of functions.frame.entries()) {
    const fn = ofFrame[row] ?? 0;
    add(costs.self, fn, functions.self[i] ?? 0);
    add(costs.total, fn, functions.total[i] ?? 0);
    add(costs.calls, fn, functions.calls[i] ?? 0);
  }
  const pairs = new PairWeights(frame.length);
  for (const [i, caller] of edges.caller.entries())
    pairs.add(ofFrame[caller] ?? 0, ofFrame[edges.callee[i] ?? 0] ?? 0, edges.total[i] ?? 0);
  return { ...costs, edges: pairs };
}

/** A pair counts once per sample, however often it is in the stack. */
function edgesOf({ stacks }: Profile, weights: StackWeights, { ofFrame, frame }: FunctionTable): Edges {
  const pairs = new PairWeights(frame.length);
  const open = new Map<number, number>();
  const pairAt = (stack: number): readonly [number, number] | undefined => {
    const parent = stacks.parent[stack] ?? noParent;
    if (parent === noParent || weights.total[stack] === 0) return undefined;
    return [ofFrame[stacks.frame[parent] ?? 0] ?? 0, ofFrame[stacks.frame[stack] ?? 0] ?? 0];
  };
  walkStacks(stacks, {
    enter(stack) {
      const pair = pairAt(stack);
      if (pair === undefined) return;
      const key = pair[0] * frame.length + pair[1];
      const depth = open.get(key) ?? 0;
      if (depth === 0) pairs.add(pair[0], pair[1], weights.total[stack] ?? 0);
      open.set(key, depth + 1);
    },
    leave(stack) {
      const pair = pairAt(stack);
      if (pair === undefined) return;
      const key = pair[0] * frame.length + pair[1];
      open.set(key, (open.get(key) ?? 1) - 1);
    },
  });
  return pairs;
}

class PairWeights implements Edges {
  readonly callers: (Map<number, number> | undefined)[];
  readonly callees: (Map<number, number> | undefined)[];

  constructor(functions: number) {
    this.callers = Array.from({ length: functions }, () => undefined);
    this.callees = Array.from({ length: functions }, () => undefined);
  }

  add(caller: number, callee: number, weight: number): void {
    const callees = (this.callees[caller] ??= new Map<number, number>());
    callees.set(callee, (callees.get(callee) ?? 0) + weight);
    const callers = (this.callers[callee] ??= new Map<number, number>());
    callers.set(caller, (callers.get(caller) ?? 0) + weight);
  }
}

function moduleCosts(
  profile: Profile,
  weights: StackWeights,
  isOwn: (file: string) => boolean,
): ModuleCost[] {
  const index = new Map<string, number>();
  const facts: { module: string; isOwn: boolean }[] = [];
  const ofFile = new Map<number, number>();
  const group = profile.frames.file.map((file) => {
    let known = ofFile.get(file);
    if (known === undefined) {
      const path = profile.strings[file] ?? '';
      const module = moduleOf(path);
      known = index.get(module) ?? facts.push({ module, isOwn: isOwn(path) }) - 1;
      index.set(module, known);
      ofFile.set(file, known);
    }
    return known;
  });
  const costs = groupCosts(profile, weights, group, facts.length);
  return facts
    .map((fact, i) => ({ ...fact, self: costs.self[i] ?? 0, total: costs.total[i] ?? 0 }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.self - a.self || compareText(a.module, b.module));
}

/** By code unit, which is the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
