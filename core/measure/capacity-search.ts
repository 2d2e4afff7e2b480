/**
 * The search for the highest load at which every goal holds, as a pure state machine: it says which trial comes next,
 * is told how the trial went, and ends with bounds rather than a point. A level is a rate of arrivals, or a number of
 * users, who are whole.
 *
 * Climb by a factor until a trial breaks a goal; close in on the limit until the bounds are as near as asked for. The
 * lower bound is a load that held in a confirming trial, which is longer; a load that fails one is an upper bound.
 *
 * - A trial that breaks a goal is repeated once, because a single one may be bad luck, and only the second failure
 *   counts; one that is beyond doubt counts at once.
 * - A trial that breaks before the target is at rest again says nothing, and is repeated.
 * - An overload tells what was really served. The limit is most likely there, so it is tried next, and by trials that can
 *   be the answer: down by a resolution each until one holds, or up until one breaks. Without such a hint the gap is
 *   halved (in ratio) by short trials.
 * - The first signs of a collapse end a trial, since the target takes the longer to recover. What is found so says where
 *   to look; as an upper bound it has to break once more, to the end, when the lower one is confirmed: nothing has to
 *   recover then.
 * - Where to break and to recover takes longer than to hold, the gap is cut nearer to its lower end.
 * - That throughput stopped following users shows only once some levels were tried beyond it. Those held, and are none
 *   that hold any more: the search goes back to the bend. Where throughput was level from the first, it goes down first.
 */
import type { FindPhase, LoadUnit } from '../plan/schema';
import { leastUsers } from '../plan/trial-load';
import { cheapestSplit } from './cheapest-split';
import { conditionsOf } from './conditions';
import { kneeLevels } from './knee';
import { isLevelFrom } from './plateau';

export interface SearchSettings {
  readonly unit: LoadUnit;
  /** The first load, in that unit, as all loads of the search. */
  readonly start: number;
  /** Above 1. */
  readonly factor: number;
  /** How far apart the bounds may be, as a share of the lower: 0.05. */
  readonly resolution: number;
  /** The highest load that may be tried. */
  readonly max?: number | undefined;
  /** The least that can be tried: as many users as have to be shared out. */
  readonly least?: number | undefined;
}

/** What a plan asks to be searched. */
export function searchSettings(phase: FindPhase): SearchSettings {
  const { start, resolution, max } = phase.find;
  const least = start.unit === 'users' ? leastUsers(phase) : undefined;
  return {
    unit: start.unit,
    start: start.value,
    factor: factorOf(phase),
    resolution,
    max: max?.value,
    least,
  };
}

/** That users are not followed any more takes some levels to see, and nothing else tells it: the climb has as many. */
function factorOf(phase: FindPhase): number {
  const { start, factor, max } = phase.find;
  if (max === undefined || start.unit !== 'users' || !conditionsOf(phase).hasPlateau) return factor;
  return max.value > start.value
    ? Math.min(factor, (max.value / start.value) ** (1 / (kneeLevels - 1)))
    : factor;
}

export interface Trial {
  /** Arrivals per second, or users. */
  readonly level: number;
  /** The search itself asks for no `overload`: see `overload-trial.ts`. */
  readonly purpose: 'climb' | 'bisect' | 'confirm' | 'overload';
  /** Whether the trial before broke a goal: the target must be idle again before this one. */
  readonly needsRecovery: boolean;
  /** Whether it ends at the first signs of a collapse: `held` is the highest level that held. Users who wait pile nothing up. */
  readonly sparing?: { readonly held: number } | undefined;
}

export interface SeenPlateau {
  readonly why: string;
  /** The level at the bend. */
  readonly bend: number;
  /** The lowest level tried that is beyond it, though it may have held as long as the bend was not seen. */
  readonly behind: number | undefined;
}

export interface TrialOutcome {
  /** The goal or condition that broke first; absent where all held. */
  readonly broke?: string;
  /** It would break again: what piled up is far beyond chance. */
  readonly isBeyondDoubt?: boolean;
  /** It was ended at the first signs of a collapse: where to look is below, and a bound is what breaks for certain. */
  readonly isSuspected?: boolean;
  /** Iterations per second that an overloaded target got done. */
  readonly served?: number;
  /** Where throughput stopped following users, by all trials up to this one. */
  readonly plateau?: SeenPlateau | undefined;
  /** Whether the target had not yet done with the trial before. */
  readonly isFromUnrest?: boolean;
  /** How long the trial took, with the start of its tool. */
  readonly tookMs?: number;
}

interface FinishedTrial extends Trial, TrialOutcome {
  /** How long the target took to be at rest again afterwards. */
  readonly restedMs?: number;
}

export type Capacity =
  /** Goals hold at `lower` in a confirmed trial and break at `upper`, where `brokeFirst` did. */
  | { readonly kind: 'found'; readonly lower: number; readonly upper: number; readonly brokeFirst: string }
  /** Goals hold at the highest level that may be tried. */
  | { readonly kind: 'not-reached'; readonly lower: number }
  /** Goals break at every level tried, down to `upper`. */
  | { readonly kind: 'below'; readonly upper: number; readonly brokeFirst: string }
  /** No level could be confirmed: trials disagree with each other. */
  | { readonly kind: 'unstable'; readonly upper: number; readonly brokeFirst: string };

/** How the search closes in on a limit that it has a hint of. */
type Approach =
  | { readonly kind: 'hint'; readonly served: number }
  /** The level of the hint held or broke: on in the same direction until the limit is crossed. */
  | { readonly kind: 'stride'; readonly isUp: boolean; readonly taken: number };

/** How many resolutions a stride is long: a hint is mostly near, and where it is not, strides grow. */
const strides = [1, 1, 1, 2, 4, 8] as const;

function strideOf({ taken }: Extract<Approach, { kind: 'stride' }>, { resolution }: SearchSettings): number {
  return (1 + resolution) ** (strides[taken] ?? 16);
}

export interface Search {
  readonly settings: SearchSettings;
  /** The highest level that held, and the lowest that broke twice or was not confirmed. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  /** The highest level that held for as long as a confirmation lasts. */
  readonly confirmed: number | undefined;
  readonly brokeFirst: string | undefined;
  readonly failedConfirmations: number;
  /** Whether the first signs of a collapse end a trial. Not any more once they were wrong. */
  readonly isSparing: boolean;
  /** The last that was seen. */
  readonly plateau: SeenPlateau | undefined;
  readonly approach: Approach | undefined;
  readonly trials: readonly FinishedTrial[];
  readonly next:
    | { readonly kind: 'trial'; readonly trial: Trial }
    | { readonly kind: 'done'; readonly capacity: Capacity };
}

/** Steps down from a first level that breaks before it is given up. */
const maxDescents = 6;
const maxFailedConfirmations = 6;

/** Trials in a row that broke on a target that was not at rest: it does not come back by itself. */
const maxUnrest = 3;

/** Far above what any search within its limits needs; the last guard against an endless one. */
const maxTrials = 100;

/** Users are whole, and rates are cut to four digits, so that what is offered, shown and written down is the same: the most that is lost of a rate. */
const plainLoss = 0.001;

function plain(level: number, { unit }: SearchSettings): number {
  return unit === 'users' ? Math.floor(level) : cut(level, (digits) => Math.floor(digits + 1e-9));
}

function plainAbove(level: number, { unit }: SearchSettings): number {
  return unit === 'users' ? Math.ceil(level) : cut(level, (digits) => Math.ceil(digits - 1e-9));
}

function cut(level: number, toWhole: (digits: number) => number): number {
  const unit = 10 ** (Math.floor(Math.log10(level)) - 3);
  return Number((toWhole(level / unit) * unit).toPrecision(4));
}

/** Far less than digits tell apart. */
const hair = 1e-6;

/** The next load that can be told from one: one user more, or one more in the last of its digits. */
function next(level: number, settings: SearchSettings): number {
  return settings.unit === 'users' ? level + 1 : plainAbove(level * (1 + hair), settings);
}

function previous(level: number, settings: SearchSettings): number {
  return settings.unit === 'users' ? level - 1 : plain(level * (1 - hair), settings);
}

/** What a step up leads to, be it as small as it may. */
function above(lower: number, wanted: number, settings: SearchSettings): number {
  return Math.max(next(lower, settings), plain(wanted, settings));
}

function below(upper: number, wanted: number, settings: SearchSettings): number {
  return Math.min(previous(upper, settings), plainAbove(wanted, settings));
}

/** Whether there is a load between the bounds that is worth a trial. */
function isOpen(lower: number, upper: number, settings: SearchSettings): boolean {
  return upper / lower > 1 + settings.resolution && next(lower, settings) < upper;
}

/** A search at its beginning. */
export function beginSearch(settings: SearchSettings): Search {
  const level = Math.min(settings.start, settings.max ?? Infinity);
  return {
    settings,
    lower: undefined,
    upper: undefined,
    confirmed: undefined,
    brokeFirst: undefined,
    failedConfirmations: 0,
    isSparing: true,
    plateau: undefined,
    approach: undefined,
    trials: [],
    next: { kind: 'trial', trial: { level, purpose: 'climb', needsRecovery: false } },
  };
}

/** The search after the trial it asked for. A search that is done stays as it is. */
export function afterTrial(search: Search, outcome: TrialOutcome): Search {
  if (search.next.kind === 'done') return search;
  const { trial } = search.next;
  const told = { ...search, trials: [...search.trials, { ...trial, ...outcome }] };
  if (outcome.broke === undefined) return afterHeld(told, trial, outcome.plateau);
  return outcome.isFromUnrest === true
    ? afterUnrest(told, trial, outcome.broke)
    : afterBroken(told, trial, outcome.broke, outcome);
}

/** The search after the target was waited for: a rest that took long changes what to try next. */
export function afterRest(search: Search, restedMs: number): Search {
  const last = search.trials.at(-1);
  if (search.next.kind === 'done' || last === undefined) return search;
  const told = { ...search, trials: [...search.trials.slice(0, -1), { ...last, restedMs }] };
  const { trial } = search.next;
  return trial.purpose === 'bisect' && trial.level !== last.level ? proceed(told) : told;
}

function afterHeld(search: Search, trial: Trial, plateau: SeenPlateau | undefined): Search {
  const { upper } = search;
  const held = { ...search, lower: trial.level, approach: nextApproach(search, true) };
  const told = upper === undefined || trial.level < upper ? held : afterMistake(held, trial.level);
  return proceed(
    afterPlateau(trial.purpose === 'confirm' ? { ...told, confirmed: trial.level } : told, plateau),
  );
}

/** What held before the plateau was seen, and lies beyond it, is no bound; the next trial is made where it begins. */
function afterPlateau(search: Search, plateau: SeenPlateau | undefined): Search {
  if (plateau === undefined) return search;
  const { trials } = search;
  const told = { ...search, plateau };
  if (isLevel(told)) return { ...told, lower: undefined, upper: lowestTried(told), brokeFirst: plateau.why };
  const hint = { kind: 'hint', served: plateau.bend } as const;
  const { behind = Infinity } = plateau;
  if (behind < (search.upper ?? Infinity))
    return {
      ...told,
      lower: heldBelow(trials, behind),
      upper: behind,
      brokeFirst: plateau.why,
      approach: hint,
    };
  const isNew = search.plateau === undefined || isLevel(search);
  return isNew ? { ...told, approach: hint } : told;
}

/** Whether throughput was level from the lowest level on: the fewest users there can be are followed all the same. */
function isLevel(search: Search): boolean {
  const { plateau, settings } = search;
  const lowest = lowestTried(search);
  return plateau !== undefined && lowest > (settings.least ?? 1) && isLevelFrom(lowest, plateau.bend);
}

function lowestTried({ trials }: Search): number {
  return Math.min(...trials.map(({ level }) => level));
}

/** What looked like a collapse was none: it bounds nothing, and nothing ends by the looks of it any more. */
function afterMistake(search: Search, held: number): Search {
  return { ...search, upper: lowestProven(search, held), isSparing: false, approach: undefined };
}

/** The lowest level above another that broke, and was not only ended at the first signs of it. */
function lowestProven({ trials }: Search, above: number): number | undefined {
  const proven = trials.filter(
    ({ level, broke, isSuspected }) => level > above && broke !== undefined && isSuspected !== true,
  );
  return proven.length === 0 ? undefined : Math.min(...proven.map(({ level }) => level));
}

/** The bounds so far: what was only ended at the first signs of a collapse is none. */
export function provenUpper(search: Search): number | undefined {
  const { upper, lower = 0 } = search;
  return upper === undefined || isProven(search, upper) ? upper : lowestProven(search, lower);
}

/** What breaks on a target that still works off the trial before says nothing about the level. */
function afterUnrest(search: Search, trial: Trial, broke: string): Search {
  const last = search.trials.slice(-maxUnrest);
  const isHopeless =
    last.length === maxUnrest &&
    last.every(({ isFromUnrest, broke: why }) => isFromUnrest && why !== undefined);
  if (!isHopeless) return ask(search, trial.level, trial.purpose);
  return finish(search, {
    kind: 'unstable',
    upper: search.upper ?? trial.level,
    brokeFirst: search.brokeFirst ?? broke,
  });
}

function afterBroken(search: Search, trial: Trial, broke: string, outcome: TrialOutcome): Search {
  const { isBeyondDoubt = false, isSuspected = false } = outcome;
  if (!isBeyondDoubt && !isSuspected && !hasBrokenTwice(search.trials, trial))
    return ask(search, trial.level, trial.purpose);
  const { lower } = search;
  const bounded = {
    ...search,
    lower: lower === undefined || lower < trial.level ? lower : heldBelow(search.trials, trial.level),
    upper: trial.level,
    brokeFirst: broke,
  };
  const approach = nextApproach(search, false, outcome.served);
  if (trial.purpose !== 'confirm') return proceed(afterPlateau({ ...bounded, approach }, outcome.plateau));
  const failedConfirmations = search.failedConfirmations + 1;
  if (failedConfirmations >= maxFailedConfirmations) return giveUp(bounded);
  const stepped = { ...bounded, failedConfirmations, approach: approach ?? firstStride(false) };
  return proceed(afterPlateau(stepped, outcome.plateau));
}

/** A level that held, and was too high to be confirmed, is no bound. */
function heldBelow(trials: readonly FinishedTrial[], level: number): number | undefined {
  const held = trials.filter((trial) => trial.broke === undefined && trial.level < level);
  return held.length === 0 ? undefined : Math.max(...held.map((trial) => trial.level));
}

function hasBrokenTwice(trials: readonly FinishedTrial[], trial: Trial): boolean {
  const same = trials.filter((each) => each.level === trial.level && each.purpose === trial.purpose);
  const told = same.filter(({ isFromUnrest, isSuspected }) => isFromUnrest !== true && isSuspected !== true);
  return told.filter(({ broke }) => broke !== undefined).length >= 2;
}

function nextApproach({ approach }: Search, hasHeld: boolean, served?: number): Approach | undefined {
  if (approach?.kind === 'hint') return firstStride(hasHeld);
  if (approach?.kind === 'stride')
    return approach.isUp === hasHeld ? { ...approach, taken: approach.taken + 1 } : undefined;
  return served === undefined ? undefined : { kind: 'hint', served };
}

function firstStride(isUp: boolean): Approach {
  return { kind: 'stride', isUp, taken: 0 };
}

/** The next trial by what is known of the bounds. */
function proceed(search: Search): Search {
  const { lower, upper, confirmed, settings, trials } = search;
  const max = settings.max ?? Infinity;
  if (trials.length >= maxTrials) return giveUp(search);
  if (lower === undefined) return descend(search);
  if (upper === undefined) {
    if (confirmed !== undefined && confirmed >= max)
      return finish(search, { kind: 'not-reached', lower: confirmed });
    return lower >= max
      ? ask(search, lower, 'confirm')
      : ask(search, Math.min(above(lower, lower * settings.factor, settings), max), 'climb');
  }
  if (isOpen(lower, upper, settings)) return between(search, lower, upper);
  if (confirmed !== lower) return ask(search, lower, 'confirm');
  if (isProven(search, upper)) return giveUp(search);
  // As far above as the bounds may be apart, it breaks soonest.
  return ask(search, Math.max(upper, plain(lower * (1 + settings.resolution), settings)), 'confirm', false);
}

/** What was ended at the first signs of a collapse is made again to its end, which costs least as the last of all. */
function isProven(search: Search, upper: number): boolean {
  return (lowestProven(search, search.lower ?? 0) ?? Infinity) <= upper;
}

/**
 * Where there is a hint the answer is near: it is tried for as long as an answer has to hold, and so is what comes below
 * it. What lies above a level that was confirmed only has to break.
 */
function between(search: Search, lower: number, upper: number): Search {
  const { approach, settings } = search;
  const middle = lower * (upper / lower) ** splitOf(search);
  // What breaks by a plateau takes all its time to, as what holds does.
  const purpose = search.plateau === undefined ? 'confirm' : 'bisect';
  if (approach?.kind === 'stride') {
    const stride = strideOf(approach, settings);
    return approach.isUp
      ? ask(search, above(lower, Math.min(lower * stride, middle), settings), purpose)
      : ask(search, below(upper, Math.max(upper / stride, middle), settings), purpose);
  }
  const hint = hintWithin(search, lower, upper);
  return hint === undefined
    ? ask({ ...search, approach: undefined }, above(lower, middle, settings), 'bisect')
    : ask(search, hint, purpose);
}

/** The share of the gap, from below, at which it is cut. */
function splitOf({ trials }: Search): number {
  const costs = trials.filter(({ purpose }) => purpose !== 'confirm');
  const meanMs = (hasHeld: boolean): number => {
    const same = costs.filter(({ broke }) => (broke === undefined) === hasHeld);
    return same.reduce((sum, { tookMs = 0, restedMs = 0 }) => sum + tookMs + restedMs, 0) / same.length;
  };
  return cheapestSplit(meanMs(true), meanMs(false));
}

/** What was served is the limit or a little above it: half a resolution below it should hold. */
function hintWithin({ approach, settings }: Search, lower: number, upper: number): number | undefined {
  if (approach?.kind !== 'hint') return undefined;
  const step = 1 + settings.resolution;
  const level = plain(approach.served / Math.sqrt(step), settings);
  return level > lower * step && level < upper / step ? level : undefined;
}

/** The first level broke already, or could not be confirmed: look for one that holds below it. */
function descend(search: Search): Search {
  const { upper, approach, settings } = search;
  if (upper === undefined) return search;
  const least = isLevel(search) ? (settings.least ?? 1) : leastOf(settings);
  if (approach?.kind === 'stride') {
    const level = below(upper, upper / strideOf(approach, settings), settings);
    // Strides of a rate grow, and so end of themselves.
    if (settings.unit === 'per-second' || level >= least) return ask(search, level, 'confirm');
  }
  const hint = hintWithin(search, least, upper);
  const level = hint ?? below(upper, plain(upper / settings.factor, settings), settings);
  return level < least
    ? finish(search, { kind: 'below', upper, brokeFirst: search.brokeFirst ?? '' })
    : ask(search, level, 'climb');
}

/** Further down the search gives up. */
function leastOf({ unit, start, max = Infinity, factor, least = 1 }: SearchSettings): number {
  const lowest = Math.min(start, max) / factor ** maxDescents;
  return unit === 'users' ? Math.max(least, Math.floor(lowest)) : lowest * (1 - maxDescents * plainLoss);
}

function ask(
  search: Search,
  level: number,
  purpose: Trial['purpose'],
  mayBeSpared = search.isSparing,
): Search {
  const needsRecovery = search.trials.at(-1)?.broke !== undefined;
  const { lower } = search;
  const isSpared = mayBeSpared && search.settings.unit === 'per-second';
  const sparing = isSpared && lower !== undefined && { sparing: { held: lower } };
  return { ...search, next: { kind: 'trial', trial: { level, purpose, needsRecovery, ...sparing } } };
}

/** No more trials: what was confirmed is the answer, be its bounds as near as asked for or not. */
function giveUp(search: Search): Search {
  const { confirmed, lower, brokeFirst = '' } = search;
  const upper = provenUpper(search);
  if (upper === undefined || confirmed === undefined || confirmed >= upper)
    return finish(search, { kind: 'unstable', upper: upper ?? lower ?? 0, brokeFirst });
  return finish(search, { kind: 'found', lower: confirmed, upper, brokeFirst });
}

function finish(search: Search, capacity: Capacity): Search {
  return { ...search, next: { kind: 'done', capacity } };
}
