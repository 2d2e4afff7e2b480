/**
 * The search for the highest rate at which every goal holds, as a pure state machine: it says which trial comes next,
 * is told how the trial went, and ends with bounds rather than a point.
 *
 * Climb by a factor until a trial breaks a goal; close in on the limit until the bounds are as near as asked for;
 * confirm the lower bound with a longer trial. Where a confirmation fails, its rate is the new upper bound.
 *
 * - A trial that breaks a goal is repeated once, because a single one may be bad luck, and only the second failure
 *   counts; one that is beyond doubt counts at once.
 * - A trial that breaks before the target is at rest again says nothing, and is repeated.
 * - An overload tells what was really served. The limit is most likely there, so it is tried next, and from there on
 *   the search goes by one resolution, two, four until it has crossed the limit. Without such a hint, and once the
 *   limit was crossed, the gap is halved (in ratio).
 */

export interface SearchSettings {
  /** The first rate, per second. */
  readonly start: number;
  /** Above 1. */
  readonly factor: number;
  /** How far apart the bounds may be, as a share of the lower: 0.05. */
  readonly resolution: number;
  /** The highest rate that may be tried. */
  readonly max?: number | undefined;
}

export interface Trial {
  readonly rate: number;
  readonly purpose: 'climb' | 'bisect' | 'confirm';
  /** Whether the trial before broke a goal: the target must be idle again before this one. */
  readonly needsRecovery: boolean;
}

export interface TrialOutcome {
  /** The goal or condition that broke first; absent where all held. */
  readonly broke?: string;
  /** It would break again: what piled up is far beyond chance. */
  readonly isBeyondDoubt?: boolean;
  /** Iterations per second that an overloaded target got done. */
  readonly served?: number;
  /** Whether the target had not yet done with the trial before. */
  readonly isFromUnrest?: boolean;
}

interface FinishedTrial extends Trial, TrialOutcome {}

export type Capacity =
  /** Goals hold at `lower` in a confirmed trial and break at `upper`, where `brokeFirst` did. */
  | { readonly kind: 'found'; readonly lower: number; readonly upper: number; readonly brokeFirst: string }
  /** Goals hold at the highest rate that may be tried. */
  | { readonly kind: 'not-reached'; readonly lower: number }
  /** Goals break at every rate tried, down to `upper`. */
  | { readonly kind: 'below'; readonly upper: number; readonly brokeFirst: string }
  /** No rate could be confirmed: trials disagree with each other. */
  | { readonly kind: 'unstable'; readonly upper: number; readonly brokeFirst: string };

/** How the search closes in on a limit that it has a hint of. */
type Approach =
  | { readonly kind: 'hint'; readonly served: number }
  /** The rate of the hint held or broke: on in the same direction until the limit is crossed. */
  | { readonly kind: 'stride'; readonly isUp: boolean; readonly resolutions: number };

export interface Search {
  readonly settings: SearchSettings;
  /** The highest rate that held, and the lowest that broke twice or was not confirmed. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly brokeFirst: string | undefined;
  readonly failedConfirmations: number;
  readonly approach: Approach | undefined;
  readonly trials: readonly FinishedTrial[];
  readonly next:
    | { readonly kind: 'trial'; readonly trial: Trial }
    | { readonly kind: 'done'; readonly capacity: Capacity };
}

/** Steps down from a first rate that breaks before it is given up. */
const maxDescents = 6;
const maxFailedConfirmations = 3;

/** Trials in a row that broke on a target that was not at rest: it does not come back by itself. */
const maxUnrest = 3;

/** Far above what any search within its limits needs; the last guard against an endless one. */
const maxTrials = 100;

/** Rates are cut to four digits, so that what is offered, shown and written down is the same: the most that is lost. */
const plainLoss = 0.001;

function plain(rate: number): number {
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 3);
  return Number((Math.floor(rate / unit + 1e-9) * unit).toPrecision(4));
}

/** A search at its beginning. */
export function beginSearch(settings: SearchSettings): Search {
  const rate = Math.min(settings.start, settings.max ?? Infinity);
  return {
    settings,
    lower: undefined,
    upper: undefined,
    brokeFirst: undefined,
    failedConfirmations: 0,
    approach: undefined,
    trials: [],
    next: { kind: 'trial', trial: { rate, purpose: 'climb', needsRecovery: false } },
  };
}

/** The search after the trial it asked for. A search that is done stays as it is. */
export function afterTrial(search: Search, outcome: TrialOutcome): Search {
  if (search.next.kind === 'done') return search;
  const { trial } = search.next;
  const told = { ...search, trials: [...search.trials, { ...trial, ...outcome }] };
  if (outcome.broke === undefined) return afterHeld(told, trial);
  return outcome.isFromUnrest === true
    ? afterUnrest(told, trial, outcome.broke)
    : afterBroken(told, trial, outcome.broke, outcome);
}

function afterHeld(search: Search, trial: Trial): Search {
  if (trial.purpose !== 'confirm')
    return proceed({ ...search, lower: trial.rate, approach: nextApproach(search, true) });
  const { upper, brokeFirst } = search;
  const capacity: Capacity =
    upper === undefined || brokeFirst === undefined
      ? { kind: 'not-reached', lower: trial.rate }
      : { kind: 'found', lower: trial.rate, upper, brokeFirst };
  return { ...search, lower: trial.rate, next: { kind: 'done', capacity } };
}

/** What breaks on a target that still works off the trial before says nothing about the rate. */
function afterUnrest(search: Search, trial: Trial, broke: string): Search {
  const last = search.trials.slice(-maxUnrest);
  const isHopeless =
    last.length === maxUnrest &&
    last.every(({ isFromUnrest, broke: why }) => isFromUnrest && why !== undefined);
  if (!isHopeless) return ask(search, trial.rate, trial.purpose, true);
  return finish(search, {
    kind: 'unstable',
    upper: search.upper ?? trial.rate,
    brokeFirst: search.brokeFirst ?? broke,
  });
}

function afterBroken(search: Search, trial: Trial, broke: string, outcome: TrialOutcome): Search {
  if (outcome.isBeyondDoubt !== true && !hasBrokenTwice(search.trials, trial))
    return ask(search, trial.rate, trial.purpose, true);
  const bounded = { ...search, upper: trial.rate, brokeFirst: broke };
  if (trial.purpose !== 'confirm')
    return proceed({ ...bounded, approach: nextApproach(search, false, outcome.served) });
  const failedConfirmations = search.failedConfirmations + 1;
  if (failedConfirmations >= maxFailedConfirmations)
    return finish(bounded, { kind: 'unstable', upper: trial.rate, brokeFirst: broke });
  // Just below what was not confirmed: far enough to differ, near enough to keep the bounds as close as asked for.
  const rate = plain(trial.rate / (1 + search.settings.resolution));
  return ask({ ...bounded, lower: rate, failedConfirmations }, rate, 'confirm', true);
}

function hasBrokenTwice(trials: readonly FinishedTrial[], trial: Trial): boolean {
  const same = trials.filter((each) => each.rate === trial.rate && each.purpose === trial.purpose);
  return same.filter((each) => each.broke !== undefined && each.isFromUnrest !== true).length >= 2;
}

function nextApproach({ approach }: Search, hasHeld: boolean, served?: number): Approach | undefined {
  if (approach?.kind === 'hint') return { kind: 'stride', isUp: hasHeld, resolutions: 1 };
  if (approach?.kind === 'stride')
    return approach.isUp === hasHeld ? { ...approach, resolutions: 2 * approach.resolutions } : undefined;
  return served === undefined ? undefined : { kind: 'hint', served };
}

/** The next trial by what is known of the bounds. */
function proceed(search: Search): Search {
  const { lower, upper, brokeFirst, settings, trials } = search;
  const needsRecovery = trials.at(-1)?.broke !== undefined;
  const max = settings.max ?? Infinity;
  if (trials.length >= maxTrials)
    return finish(search, { kind: 'unstable', upper: upper ?? lower ?? 0, brokeFirst: brokeFirst ?? '' });
  if (lower === undefined) return descend(search);
  if (upper === undefined)
    return lower >= max
      ? ask(search, lower, 'confirm', needsRecovery)
      : ask(search, Math.min(plain(lower * settings.factor), max), 'climb', needsRecovery);
  if (upper / lower <= 1 + settings.resolution) return ask(search, lower, 'confirm', needsRecovery);
  return between(search, lower, upper, needsRecovery);
}

function between(search: Search, lower: number, upper: number, needsRecovery: boolean): Search {
  const { approach, settings } = search;
  const step = 1 + settings.resolution;
  const middle = Math.sqrt(lower * upper);
  if (approach?.kind === 'stride') {
    const stride = step ** approach.resolutions;
    const rate = approach.isUp ? Math.min(lower * stride, middle) : Math.max(upper / stride, middle);
    return ask(search, plain(rate), 'bisect', needsRecovery);
  }
  const hint = hintWithin(search, lower, upper);
  return hint === undefined
    ? ask({ ...search, approach: undefined }, plain(middle), 'bisect', needsRecovery)
    : ask(search, hint, 'bisect', needsRecovery);
}

/** What was served is the limit or a little above it: half a resolution below it should hold. */
function hintWithin({ approach, settings }: Search, lower: number, upper: number): number | undefined {
  if (approach?.kind !== 'hint') return undefined;
  const step = 1 + settings.resolution;
  const rate = plain(approach.served / Math.sqrt(step));
  return rate > lower * step && rate < upper / step ? rate : undefined;
}

/** The first rate broke already: look for one that holds below it. */
function descend(search: Search): Search {
  const { upper, brokeFirst, settings } = search;
  if (upper === undefined || brokeFirst === undefined) return search;
  const least = Math.min(settings.start, settings.max ?? Infinity) / settings.factor ** maxDescents;
  const hint = hintWithin(search, least, upper);
  const rate = hint ?? plain(upper / settings.factor);
  return rate < least * (1 - maxDescents * plainLoss)
    ? finish(search, { kind: 'below', upper, brokeFirst })
    : ask(search, rate, 'climb', true);
}

function ask(search: Search, rate: number, purpose: Trial['purpose'], needsRecovery: boolean): Search {
  return { ...search, next: { kind: 'trial', trial: { rate, purpose, needsRecovery } } };
}

function finish(search: Search, capacity: Capacity): Search {
  return { ...search, next: { kind: 'done', capacity } };
}
