/** Text with a unit to a number and back. Every parser answers `undefined` for what it does not know. */

const durationUnitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const rateUnitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

export const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
export const ratePattern = /^\d+(?:\.\d+)?\/(?:s|m|h)$/;
const percentPattern = /^\d+(?:\.\d+)?%$/;
/** A rate has four digits, so that two of them are hardly nearer to each other than a thousandth. */
export const resolutionPattern = /^(?:0\.[1-9]\d*|[1-9]\d*(?:\.\d+)?)%$/;

/** `250ms`, `1m30s` in milliseconds. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 40 || !durationPattern.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    totalMs += Number(amount) * (durationUnitMs[unit ?? ''] ?? 0);
  }
  return totalMs;
}

/** `20/s`, `300/m` in events per second. */
export function parseRate(text: string): number | undefined {
  if (text.length > 40 || !ratePattern.test(text)) return undefined;
  const [amount, unit] = text.split('/');
  return Number(amount) / (rateUnitSeconds[unit ?? ''] ?? 1);
}

/** `5%` as 0.05. */
export function parsePercent(text: string): number | undefined {
  if (text.length > 40 || !percentPattern.test(text)) return undefined;
  return Number(text.slice(0, -1)) / 100;
}

/** Milliseconds as the shortest text that `parseDuration` reads back to the same number. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${trim(ms)}ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const unit of ['h', 'm'] as const) {
    const whole = Math.floor(rest / (durationUnitMs[unit] ?? 1));
    if (whole > 0) parts.push(`${whole}${unit}`);
    rest -= whole * (durationUnitMs[unit] ?? 1);
  }
  if (rest > 0) parts.push(`${trim(rest / 1000)}s`);
  return parts.join('');
}

function trim(value: number): string {
  return String(Number(value.toFixed(3)));
}
