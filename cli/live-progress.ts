/** A run while it goes on: some lines that are redrawn in a terminal, or one plain line now and then elsewhere. */
import type { TrialResult } from '../core/run/run';
import type { Progress, RunEvent } from '../runner/events';
import { clock, loadLevel, milliseconds, perSecond, share } from '../core/report/figure-text';
import { plain, type Terminal } from './terminal';
import { verdictStyle } from './verdict-style';

/** Where lines stay, one each second would bury everything else. */
const plainEveryMs = 10_000;

export interface LiveProgress {
  show(event: RunEvent): void;
}

export function createLiveProgress(terminal: Terminal): LiveProgress {
  let drawnLines = 0;
  let nextPlainMs = plainEveryMs / 2;
  const erase = (): void => {
    if (drawnLines > 0) terminal.raw(`\u001b[${drawnLines}A\u001b[J`);
    drawnLines = 0;
  };
  const draw = (phase: string, progress: Progress): void => {
    if (terminal.isLive) {
      const lines = livingLines(terminal, phase, progress);
      erase();
      for (const line of lines) terminal.say(line);
      drawnLines = lines.length;
    } else if (progress.elapsedMs >= nextPlainMs) {
      nextPlainMs = progress.elapsedMs + plainEveryMs;
      terminal.say(plainLine(phase, progress));
    }
  };
  return {
    show: (event) => {
      if (event.kind === 'progress') {
        draw(event.trial === undefined ? event.phase : `${event.phase} trial ${event.trial}`, event);
        return;
      }
      erase();
      if (event.kind === 'phase-started' || event.kind === 'trial-started') nextPlainMs = plainEveryMs / 2;
      const line = lineFor(terminal, event);
      if (line !== undefined) terminal.say(line);
    },
  };
}

const why = {
  climb: '',
  bisect: '',
  confirm: ', to confirm',
  overload: ', to see what is full above the limit',
} as const;

function lineFor(terminal: Terminal, event: Exclude<RunEvent, { kind: 'progress' }>): string | undefined {
  switch (event.kind) {
    case 'run-started':
      return `Run ${event.id}`;
    case 'phase-started':
      return `${terminal.style(event.phase, 'bold')} for ${clock(event.plannedMs)}`;
    case 'trial-started':
      return `  ${event.phase} trial ${event.number}: ${loadLevel(event.level, event.unit)} for ${clock(event.plannedMs)}${why[event.purpose]}`;
    case 'trial-ended':
      return trialLine(terminal, event.phase, event.result);
    case 'notice':
      return terminal.style(`${event.phase}: ${plain(event.message)}`, 'yellow');
    case 'phase-ended': {
      const { name, verdict, reason } = event.result;
      return `${terminal.style(name, 'bold')} ${terminal.style(verdict, verdictStyle(verdict))}: ${plain(reason)}`;
    }
    case 'run-ended':
      return undefined;
  }
}

function trialLine(terminal: Terminal, phase: string, { number, held, why }: TrialResult): string {
  const word = held === null ? 'has no answer' : held ? 'held' : 'broke';
  const style = verdictStyle(held === true ? 'held' : held === false ? 'broken' : 'no-data');
  const reason = why === null ? '' : `: ${plain(why)}`;
  return `  ${phase} trial ${number} ${terminal.style(word, style)}${reason}`;
}

function livingLines(terminal: Terminal, phase: string, progress: Progress): string[] {
  const time = `${clock(progress.elapsedMs)} of ${clock(progress.plannedMs)}`;
  const width = Math.max(10, Math.min(50, terminal.columns - phase.length - time.length - 6));
  const done = progress.plannedMs === 0 ? 0 : Math.min(1, progress.elapsedMs / progress.plannedMs);
  const filled = Math.round(done * width);
  const bar = terminal.style('█'.repeat(filled), 'cyan') + terminal.style('░'.repeat(width - filled), 'dim');
  const failed = terminal.style(
    `failed ${progress.failed} (${share(failedShare(progress))})`,
    ...(progress.failed > 0 ? (['red'] as const) : []),
  );
  const dropped = progress.dropped > 0 ? `   dropped ${progress.dropped}` : '';
  const tasks = progress.taskSuccess === null ? '' : `   task success ${share(progress.taskSuccess)}`;
  return [
    `${terminal.style(phase, 'bold')} ${bar} ${time}`,
    `  users ${progress.users ?? '–'}   ${perSecond(progress.rps)}   ${failed}${dropped}${tasks}`,
    `  p50 ${milliseconds(progress.p50)}   p95 ${milliseconds(progress.p95)}   p99 ${milliseconds(progress.p99)}`,
  ];
}

function plainLine(phase: string, progress: Progress): string {
  return [
    `${phase} ${clock(progress.elapsedMs)} of ${clock(progress.plannedMs)}`,
    `users ${progress.users ?? '–'}`,
    perSecond(progress.rps),
    `p95 ${milliseconds(progress.p95)}`,
    `failed ${progress.failed}`,
  ].join(', ');
}

function failedShare({ failed, requests }: Progress): number {
  return requests === 0 ? 0 : failed / requests;
}
