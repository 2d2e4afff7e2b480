/** Figures and states in words. Every figure carries its unit; `–` stands where there is none. */
import type {
  LiveGoal,
  LiveHeader,
  LiveInterval,
  LiveState,
  LiveTrial,
  LiveVerdict,
} from '../../protocol/live';

const noFigure = '–';

/** Three significant digits, which is more than a second's samples can bear. */
function digits(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return new Intl.NumberFormat('en', { maximumFractionDigits: places }).format(value);
}

export function formatMs(ms: number | null): string {
  if (ms === null) return noFigure;
  if (Math.abs(ms) >= 120_000) return `${digits(ms / 60_000)} min`;
  return Math.abs(ms) >= 1000 ? `${digits(ms / 1000)} s` : `${digits(ms)} ms`;
}

/**
 * `298 ms – 331 ms`, the 95 % interval of a percentile; an open side has no end. Where it is not known it is empty, or
 * says why the figure is set apart.
 */
export function formatInterval(interval: LiveInterval | null | undefined): string {
  if (interval == null) return '';
  if (interval.low === null && interval.high === null) return interval.isRough ? 'few samples' : '';
  if (interval.high === null) return `from ${formatMs(interval.low)}`;
  return interval.low === null
    ? `to ${formatMs(interval.high)}`
    : `${formatMs(interval.low)} – ${formatMs(interval.high)}`;
}

export function formatRate(perSecond: number | null): string {
  return perSecond === null ? noFigure : `${digits(perSecond)}/s`;
}

/** How high a load is: `20/s` of arrivals, or `20 users`. */
export function formatLevel(level: number | null, unit: LiveTrial['unit']): string {
  if (level === null || unit === 'per-second') return formatRate(level);
  return `${formatCount(level)} ${level === 1 ? 'user' : 'users'}`;
}

/** A share between 0 and 1 as a percentage; a share that is not quite whole never reads as 100 % or as 0 %. */
export function formatShare(share: number | null): string {
  if (share === null) return noFigure;
  const percent = share * 100;
  if (share < 1 && percent > 99.99) return '> 99.99 %';
  if (share > 0 && percent < 0.01) return '< 0.01 %';
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(percent)} %`;
}

export function formatCount(count: number | null): string {
  return count === null ? noFigure : new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(count);
}

/** Cores, of which the heading is the unit. */
export function formatCores(cores: number | null): string {
  return cores === null ? noFigure : digits(cores);
}

export function formatNumber(value: number | null): string {
  return value === null ? noFigure : digits(value);
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Of 1000 each, so that round steps of the axis stay round. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return noFigure;
  let size = bytes;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < byteUnits.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${digits(size)} ${byteUnits[unit] ?? ''}`;
}

/** Whole seconds as `m:ss`, or `h:mm:ss`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

export function formatFigure(value: number | null, unit: LiveGoal['unit']): string {
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 'share':
      return formatShare(value);
    case 'per-second':
    case 'users':
      return formatLevel(value, unit);
  }
}

/** `good`, `bad` and `open` choose a colour; the words alone must be enough. */
type Tone = 'good' | 'bad' | 'warn' | 'open';

const verdictWords: Readonly<Record<LiveVerdict, readonly [string, Tone]>> = {
  pass: ['Passed', 'good'],
  fail: ['Failed', 'bad'],
  'no-data': ['No data', 'warn'],
  incomplete: ['Incomplete', 'warn'],
  aborted: ['Stopped', 'warn'],
  'tool-error': ['Tool error', 'bad'],
};

const stateWords: Readonly<Record<LiveState, readonly [string, Tone]>> = {
  waiting: ['Starting', 'open'],
  running: ['Running', 'open'],
  stopping: ['Stopping', 'open'],
  finished: ['Finished', 'open'],
  interrupted: ['Interrupted', 'warn'],
};

const goalWords: Readonly<Record<LiveGoal['state'], readonly [string, Tone]>> = {
  holding: ['holding so far', 'good'],
  breaking: ['broken so far', 'bad'],
  'too-few': ['too few samples', 'open'],
  held: ['held', 'good'],
  broken: ['broken', 'bad'],
  'no-data': ['no answer', 'warn'],
};

export interface Wording {
  readonly words: string;
  readonly tone: Tone;
}

const worded = ([words, tone]: readonly [string, Tone]): Wording => ({ words, tone });

export const verdictWording = (verdict: LiveVerdict): Wording => worded(verdictWords[verdict]);
export const goalWording = (state: LiveGoal['state']): Wording => worded(goalWords[state]);

export function headerWording(header: Pick<LiveHeader, 'state' | 'verdict'>): Wording {
  return header.verdict === null ? worded(stateWords[header.state]) : verdictWording(header.verdict);
}

/** Elapsed of planned time, and what it took once it is over. */
export function formatProgress(header: Pick<LiveHeader, 'elapsedMs' | 'plannedMs' | 'state'>): string {
  const elapsed = formatClock(header.elapsedMs / 1000);
  if (header.state === 'finished' || header.state === 'interrupted') return `took ${elapsed}`;
  if (header.plannedMs <= 0) return elapsed;
  const planned = formatClock(header.plannedMs / 1000);
  // Starting, draining and looking whether a target is at rest come on top of the load.
  return header.elapsedMs > header.plannedMs ? `${elapsed}, planned ${planned}` : `${elapsed} of ${planned}`;
}
