/** The few functions of a target that deserve a look, from all pieces of its recording together. */
import { countedSamples, groupCosts, noGroup, weighStacks } from './group-costs';
import { isLibraryFile } from './origin';
import { frameFile, frameName, type Profile } from './profile';
import { topFunctions } from './top-functions';

/** A function with its shares of what was recorded, from 0 to 1. */
export interface Hotspot {
  readonly name: string;
  readonly file: string;
  /** Its most expensive line; of a tracing profiler, where it begins. From 1; 0 where it is unknown. */
  readonly line: number;
  readonly self: number;
  /** With what it called. */
  readonly total: number;
}

export interface Hotspots {
  readonly own: readonly Hotspot[];
  /** By their own work: a library that runs the program is no cost of it. */
  readonly libraries: readonly Hotspot[];
}

export interface HotspotOptions {
  /** Whether a file is the program's own; by default what lies in no place for libraries. */
  readonly isOwn?: (file: string) => boolean;
  /** Whether moments count in which a thread waited. */
  readonly withWaiting?: boolean;
  /** How many functions of each kind. */
  readonly count: number;
}

const minBusyShare = 0.02;

interface Cost extends Hotspot {
  readonly lineWeight: number;
  /** What a function works itself, or has others work in a loop that is written inside of it. */
  readonly work: number;
}

/**
 * Those that do most work themselves, or have it done in a comprehension or a generator of theirs, which is a part of
 * them; the busy ones are ordered by what they cost with all that they call. So what only drives the program, such as its main loop, is
 * left out, and of the rest the function that somebody would change comes first. Where calls were counted, what calls
 * what is less certain than what each does itself, which orders them there.
 */
export function findHotspots(profiles: readonly Profile[], options: HotspotOptions): Hotspots {
  const sums = new Map<string, Cost>();
  let whole = 0;
  for (const profile of profiles) {
    const costs = costsOf(profile, options.withWaiting === true);
    whole += costs.whole;
    for (const cost of costs.functions) {
      const key = `${cost.file}\n${cost.name}`;
      sums.set(key, sum(sums.get(key), cost));
    }
  }
  const { isOwn = (file: string) => !isLibraryFile(file), count } = options;
  const busiest = (own: boolean): Cost[] =>
    [...sums.values()]
      .filter(({ file, work }) => isOwn(file) === own && work > 0)
      .sort((a, b) => b.work - a.work || b.total - a.total)
      .slice(0, count);
  const shares = (costs: readonly Cost[]): Hotspot[] =>
    costs.map(({ name, file, line, self, total }) => ({
      name,
      file,
      line,
      self: self / whole,
      total: total / whole,
    }));
  const own = busiest(true);
  // One sample in passing makes nobody busy: what only drives the program would come first by it.
  const isBusy = ({ work }: Cost): number => (work >= minBusyShare * whole ? 1 : 0);
  if (profiles.every(({ calls }) => calls === null))
    own.sort((a, b) => isBusy(b) - isBusy(a) || b.total - a.total || b.work - a.work);
  return { own: shares(own), libraries: shares(busiest(false)) };
}

function sum(before: Cost | undefined, cost: Cost): Cost {
  if (before === undefined) return cost;
  const heavier = cost.lineWeight > before.lineWeight ? cost : before;
  return {
    ...heavier,
    self: before.self + cost.self,
    total: before.total + cost.total,
    work: before.work + cost.work,
  };
}

interface Costs {
  readonly functions: readonly Cost[];
  readonly whole: number;
}

function costsOf(profile: Profile, withWaiting: boolean): Costs {
  if (profile.calls !== null) return countedCosts(profile, withWaiting);
  const { frames } = profile;
  const weights = weighStacks(profile, countedSamples(profile, withWaiting));
  const frameCount = frames.name.length;
  const byFrame = groupCosts(
    profile,
    weights,
    Uint32Array.from({ length: frameCount }, (_, i) => i),
    frameCount,
  );
  const names = new Map<string, number>();
  const groups = Uint32Array.from({ length: frameCount }, (_, frame) => {
    const key = `${frameFile(profile, frame)}\n${enclosing(frameName(profile, frame))}`;
    const known = names.get(key) ?? names.size;
    names.set(key, known);
    return known;
  });
  const costs = groupCosts(profile, weights, groups, names.size);
  const loops = groups.map((group, frame) => (isLoop(frameName(profile, frame)) ? group : noGroup));
  const looped = groupCosts(profile, weights, loops, names.size).total;
  const hottest = new Map<number, number>();
  for (const [frame, group] of groups.entries()) {
    const best = hottest.get(group);
    if (best === undefined || (byFrame.total[frame] ?? 0) > (byFrame.total[best] ?? 0))
      hottest.set(group, frame);
  }
  const functions = [...names].map(([key, group]): Cost => {
    const frame = hottest.get(group) ?? 0;
    return {
      name: key.slice(key.indexOf('\n') + 1),
      file: frameFile(profile, frame),
      line: frames.line[frame] ?? 0,
      self: costs.self[group] ?? 0,
      total: costs.total[group] ?? 0,
      lineWeight: byFrame.total[frame] ?? 0,
      work: Math.max(costs.self[group] ?? 0, looped[group] ?? 0),
    };
  });
  return { functions, whole: weights.whole };
}

/** Counted calls have no stacks: what is written inside of a function stands beside it. */
function countedCosts(profile: Profile, withWaiting: boolean): Costs {
  const { functions, whole } = topFunctions(profile, { withWaiting, neighbours: 0 });
  return { whole, functions: functions.map((fn) => ({ ...fn, lineWeight: fn.total, work: fn.self })) };
}

function isLoop(name: string): boolean {
  return /\.<locals>\.<(?:genexpr|listcomp|setcomp|dictcomp)>$/.test(name);
}

/** `Ranking.rank` of `Ranking.rank.<locals>.<genexpr>`; a function inside of another that has a name is one itself. */
function enclosing(name: string): string {
  return name.replace(/(?:\.<locals>\.<(?:genexpr|listcomp|setcomp|dictcomp|lambda)>)+$/, '');
}
