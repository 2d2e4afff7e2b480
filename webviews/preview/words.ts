/** The load of a phase in words: what the table says, and screen readers read. */
import type { PreviewPhase } from '../../protocol/preview';
import { formatClock, formatCount, formatLevel, formatRate } from '../live/format';

const sayLevel = (unit: PreviewPhase['unit'], level: number | null): string => {
  if (level === null) return 'what the run finds';
  return formatLevel(level, unit);
};

/** `1 → 100 users`, `5/s → 20/s in 4 trials`, or how many stages there are. */
export function loadWords({ kind, unit, parts, peak }: PreviewPhase): string {
  const known = parts.filter(({ from }) => from !== null);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return sayLevel(unit, null);
  if (kind === 'search')
    return `${sayLevel(unit, first.from)} → ${sayLevel(unit, last.to)} in ${known.length} trials, then as it finds`;
  if (kind === 'load' && known.length > 1) return `${known.length} stages, up to ${sayLevel(unit, peak)}`;
  if (first.from === last.to) return sayLevel(unit, first.from);
  const from = unit === 'users' ? formatCount(first.from) : formatRate(first.from);
  return `${from} → ${sayLevel(unit, last.to)}`;
}

const sumMs = (windows: PreviewPhase['windows']): number =>
  windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);

/** The time that is measured, or warmed up, over all loads of the phase. */
export function windowWords(windows: PreviewPhase['windows']): string {
  return windows.length === 0 ? '–' : formatClock(sumMs(windows) / 1000);
}

export function requestWords({ requests, isAtMost }: PreviewPhase): string {
  if (requests === null) return '–';
  return `${isAtMost ? 'at most ' : ''}${formatCount(requests)}`;
}

export function durationWords({ durationMs, isEstimate }: PreviewPhase): string {
  return `${isEstimate ? '≈ ' : ''}${formatClock(durationMs / 1000)}`;
}

/** All phases in one line: how long they take, drains left out. */
export function totalWords(phases: readonly PreviewPhase[]): string {
  const totalMs = phases.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const count = phases.length === 1 ? '1 phase' : `${phases.length} phases`;
  const about = phases.some(({ isEstimate }) => isEstimate) ? 'about ' : '';
  return `${count}, ${about}${formatClock(totalMs / 1000)} of load`;
}
