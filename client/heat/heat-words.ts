/** Heat in words, and in four steps. */
import { t } from '@vscode/l10n';
import type { PhaseResult } from '../../core/run/run';

export interface Shares {
  readonly self: number;
  readonly total: number;
}

/** A line below this share is left alone. */
export const leastShare = 0.01;

/** From this share of its own on, a line is warm, hot, or very hot; below it, work only passes through. */
const steps = [0.05, 0.1, 0.2];

/** From 0 to 3, by what a line costs itself: by what it calls, the main loop would be the hottest of all. */
export function heatStep({ self }: Shares): number {
  return steps.filter((step) => self >= step).length;
}

/** `12 %`, or `3.4 %` where a digit more says something. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 9.95 ? Math.round(value) : Math.round(value * 10) / 10} %`;
}

/** `12 % self · 31 % total`. */
export function lineWords({ self, total }: Shares): string {
  const own = self >= leastShare ? [t`${percent(self)} self`] : [];
  return [...own, t`${percent(total)} total`].join(' · ');
}

/** Where the load stood while the profile was taken: `at the knee`, `at 10/s`. */
export function levelWords(level: PhaseResult['level']): string {
  if (level === undefined) return '';
  const { value, unit, from } = level;
  const [, named] = /^(.*the (?:knee|capacity)) of /.exec(from) ?? [];
  if (named !== undefined) return t`at ${named}`;
  return unit === 'users' ? t`at ${value} users` : t`at ${value}/s`;
}

export interface LensFacts {
  /** Share of what was recorded, with all that the function calls. */
  readonly total: number;
  /** Whether calls were counted rather than samples taken. */
  readonly isCounted: boolean;
  readonly level: PhaseResult['level'];
  /** The share in an earlier run, and which run that is: `at baseline`, `in the run before`. */
  readonly before: { readonly total: number; readonly words: string } | undefined;
  readonly hasChanged: boolean;
}

/** `31 % of samples at the knee, was 12 % at baseline`. */
export function lensWords({ total, isCounted, level, before, hasChanged }: LensFacts): string {
  const of = isCounted ? t('of counted time') : t('of samples');
  const now = [percent(total), of, levelWords(level)].filter(Boolean).join(' ');
  const then = before === undefined ? '' : t`, was ${percent(before.total)} ${before.words}`;
  return `${now}${then}${hasChanged ? t(' · the file has changed since') : ''}`;
}
