/** A run in the words and icons of the editor. */
import { t } from '@vscode/l10n';
import type { Run, Verdict } from '../../core/run/run';
import type { RunEntry } from '../../runner/open-run';
import { slowestStep } from '../live/live-summary';

/** A codicon and the colour it has in the theme; the words beside it say the same. */
export interface RunLook {
  readonly words: string;
  readonly icon: string;
  readonly color: string | undefined;
}

const looks = (): Readonly<Record<Verdict, RunLook>> => ({
  pass: { words: t('Passed'), icon: 'pass', color: 'testing.iconPassed' },
  fail: { words: t('Failed'), icon: 'error', color: 'testing.iconFailed' },
  'no-data': { words: t('No data'), icon: 'question', color: 'testing.iconSkipped' },
  incomplete: { words: t('Incomplete'), icon: 'warning', color: 'list.warningForeground' },
  aborted: { words: t('Stopped'), icon: 'debug-stop', color: 'testing.iconSkipped' },
  'tool-error': { words: t('Tool error'), icon: 'tools', color: 'testing.iconErrored' },
});

export function lookOfVerdict(verdict: Verdict): RunLook {
  return looks()[verdict];
}

export function lookOfRun({ state, run }: RunEntry): RunLook {
  if (run !== undefined) return looks()[run.verdict];
  switch (state) {
    case 'running':
      return { words: t('Running'), icon: 'sync~spin', color: 'charts.blue' };
    case 'interrupted':
      return { words: t('Interrupted'), icon: 'debug-disconnect', color: 'list.warningForeground' };
    case 'finished':
      return { words: t('From a newer version'), icon: 'question', color: undefined };
  }
}

/** The link to the dashboard at the time of a run, where its plan names a Grafana server. */
export function dashboardOf({ run, runner }: RunEntry): string | undefined {
  return run?.dashboard ?? runner?.dashboard;
}

export function planNameOf({ run, runner, id }: RunEntry): string {
  return run?.plan.name ?? runner?.plan.name ?? id;
}

export function environmentOf({ run, runner }: RunEntry): string | null {
  return run?.environment ?? runner?.environment ?? null;
}

function startedMsOf({ run, runner }: RunEntry): number | undefined {
  return run?.startedMs ?? runner?.startedMs;
}

/**
 * When a run began: the time of day, with its date where that is not today.
 *
 * @param timeStyle `medium` tells the second, by which two short runs are told apart.
 */
export function startedOf(entry: RunEntry, timeStyle: 'short' | 'medium' = 'short'): string | undefined {
  const startedMs = startedMsOf(entry);
  if (startedMs === undefined) return undefined;
  const started = new Date(startedMs);
  const isToday = started.toDateString() === new Date().toDateString();
  return started.toLocaleString([], { timeStyle, ...(!isToday && { dateStyle: 'medium' }) });
}

export function phaseNamesOf({ run, runner, id }: RunEntry): string {
  const phases = runner?.phases ?? run?.phases ?? [];
  return phases.length === 0 ? id : phases.map(({ name }) => name).join(', ');
}

/**
 * The title of the live panel of a run, which may be all that is left of the panel after a reload. It tells the second,
 * so that two runs of a phase in a row have two titles, and no date, so that it is the same on the next day.
 */
export function panelTitleOf(entry: RunEntry): string {
  const startedMs = startedMsOf(entry);
  const time =
    startedMs === undefined ? [] : [new Date(startedMs).toLocaleTimeString([], { timeStyle: 'medium' })];
  return [`${planNameOf(entry)}: ${phaseNamesOf(entry)}`, ...time].join(' · ');
}

/** `Passed · p95 182 ms (execute) · 118/s`. */
export function describePhase(phase: Run['phases'][number]): string {
  const slowest = slowestStep(phase);
  const p95 = slowest?.latencyMs.p95;
  const step = phase.steps.length > 1 && slowest !== undefined ? ` (${slowest.step})` : '';
  return [
    looks()[phase.verdict].words,
    ...(p95 == null ? [] : [`p95 ${figure(p95)} ms${step}`]),
    ...(phase.rps === null ? [] : [`${figure(phase.rps)}/s`]),
  ].join(' · ');
}

export function figure(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
}

/** `1:05`, or `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}
