/** Figures as they stand in the sentences of results: three digits that matter, with a unit. */

import type { LimitUnit } from '../plan/expression/goal-shape';
import type { LoadUnit } from '../plan/schema';

/** `312 ms`, `4.21 s`, `3 min`. */
export function milliseconds(ms: number): string {
  if (ms >= 120_000) return `${rounded(ms / 60_000)} min`;
  return ms >= 1000 ? `${rounded(ms / 1000)} s` : `${rounded(ms)} ms`;
}

/** A share between 0 and 1 as `12.5 %`. */
export function percent(share: number): string {
  return `${rounded(share * 100)} %`;
}

export function perSecond(rate: number): string {
  return `${rounded(rate)}/s`;
}

/** How high a load is: `20/s` of arrivals, or `20 users`. */
export function levelInWords(level: number, unit: LoadUnit): string {
  return unit === 'users' ? counted(Math.round(level), 'user') : perSecond(level);
}

/** A figure in the unit of its goal. */
export function figureInWords(value: number, unit: LimitUnit): string {
  if (unit === 'ms') return milliseconds(value);
  return unit === 'share' ? percent(value) : levelInWords(value, unit);
}

/** A count with its noun: `1 request`, `2,000 requests`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return grouped(Number(digits));
}

/** Groups by thousands, the same in every locale. */
function grouped(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const spaced = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `512 MB`: of 1000 each. */
export function bytes(count: number): string {
  let size = count;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < byteUnits.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${rounded(size)} ${byteUnits[unit] ?? 'B'}`;
}
