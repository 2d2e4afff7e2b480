/** Weights, shares and places in words. */
import type { WeightUnit } from '../../protocol/profile';

function digits(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return new Intl.NumberFormat('en', { maximumFractionDigits: places }).format(value);
}

const steps: Readonly<Record<'ns' | 'bytes', readonly (readonly [number, string])[]>> = {
  ns: [
    [120e9, 'min'],
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [0, 'ns'],
  ],
  bytes: [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
    [0, 'bytes'],
  ],
};

export function formatWeight(weight: number, unit: WeightUnit): string {
  if (unit === 'samples' || unit === 'count') return digits(weight);
  const [least, word] = steps[unit].find(([from]) => Math.abs(weight) >= from) ?? [0, unit];
  const divisor = word === 'min' ? 60e9 : Math.max(1, least);
  return `${digits(weight / divisor)} ${word}`;
}

/** A weight with the word for what it counts. */
export function formatWhole(weight: number, unit: WeightUnit): string {
  const word = unit === 'samples' ? ' samples' : unit === 'count' ? ' in all' : '';
  return `${formatWeight(weight, unit)}${word}`;
}

export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent.toFixed(1)} %`;
}

/** A difference of shares, in points of the whole. */
export function formatPoints(share: number): string {
  const points = (share * 100).toFixed(1);
  return `${share > 0 ? '+' : ''}${points === '-0.0' ? '0.0' : points.replace('-', '−')} pts`;
}

/** The last folder and the name: enough to know a file, and short enough for a table. */
function shortPath(file: string): string {
  const parts = file.split(/[\\/]/).filter(Boolean);
  return parts.length <= 2 ? file : `…/${parts.slice(-2).join('/')}`;
}

export function placeOf(file: string, line: number): string {
  if (file === '' || file === '~') return 'built in';
  return line > 0 ? `${shortPath(file)}:${line}` : shortPath(file);
}
