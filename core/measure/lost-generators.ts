/** What the loss of some of several generators means for the load that they made together. */
import { levelSeconds, type TimeWindow } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import { counted, milliseconds, percent } from './figure';
import type { Finding } from './validity';

export interface LostGenerator {
  /** From 1. */
  readonly number: number;
  /** How far its records reach, in milliseconds from the start of its load. */
  readonly atMs: number;
  /** From when on the others made its share; absent where they do not. */
  readonly untilMs?: number;
  /** One sentence without a final full stop. */
  readonly why: string;
}

/** What became of the generators of a load. */
export interface GeneratorFate {
  readonly count: number;
  readonly lost: readonly LostGenerator[];
  /** Those that came once the load was on: when, in milliseconds from its start. */
  readonly joined?: readonly { readonly number: number; readonly atMs: number }[];
  /** Between the first and the last start of their loads, in milliseconds. */
  readonly startSpreadMs: number;
}

/** The share of the planned load from which on what was measured is another load. */
const otherLoadShare = 0.05;

/** Seconds are whole: from here on a generator's requests are filed under other seconds of the load. */
const apartMs = 1000;

/** The share of the load in the window that was not made, since whoever was to make it was gone. */
export function missingShare(load: LoadPhase, window: TimeWindow, { count, lost }: GeneratorFate): number {
  const inAll = levelSeconds(load, window);
  // Where the plan does not know the level, every second counts alike.
  const amount = (part: TimeWindow): number =>
    inAll > 0 ? levelSeconds(load, part) : Math.max(0, part.toMs - part.fromMs) / 1000;
  const whole = amount(window) * count;
  if (whole <= 0) return lost.length / count;
  const missing = lost.map(({ atMs, untilMs }) =>
    amount({
      fromMs: Math.max(window.fromMs, atMs),
      toMs: Math.min(window.toMs, untilMs ?? window.toMs),
    }),
  );
  return missing.reduce((sum, each) => sum + each, 0) / whole;
}

/** Why less load than planned was offered; `undefined` where too little is missing to count. */
export function whyNotOfferedByAll(
  load: LoadPhase,
  window: TimeWindow,
  fate: GeneratorFate,
): string | undefined {
  const share = missingShare(load, window, fate);
  if (share < otherLoadShare) return undefined;
  return `${told(fate)}, so ${percent(share)} of the load was not offered: ${whyFirst(fate)}`;
}

export function generatorFateFindings(load: LoadPhase, window: TimeWindow, fate: GeneratorFate): Finding[] {
  const findings: Finding[] = [];
  if (fate.lost.length > 0) {
    const share = missingShare(load, window, fate);
    findings.push({
      code: 'lost-generator',
      weight: share >= otherLoadShare ? 'invalid' : 'suspect',
      message: `${told(fate)}, ${fate.count - fate.lost.length} lived to the end: ${percent(share)} of the load is missing (${whyFirst(fate)})`,
    });
  }
  const [joined] = fate.joined ?? [];
  if (joined !== undefined)
    findings.push({
      code: 'joined-generator',
      weight: 'suspect',
      message: `generator ${joined.number} joined after ${milliseconds(joined.atMs)}: users of the others ended, and began anew on it`,
    });
  if (fate.startSpreadMs >= apartMs)
    findings.push({
      code: 'generators-apart',
      weight: 'suspect',
      message: `the generators began up to ${milliseconds(fate.startSpreadMs)} apart: the load rose and fell in steps that the plan does not have`,
    });
  return findings;
}

function told({ count, lost }: GeneratorFate): string {
  const times = lost.map(({ atMs }) => milliseconds(atMs)).join(', ');
  const untilMs = lost.every((each) => each.untilMs !== undefined)
    ? Math.max(...lost.map((each) => each.untilMs ?? 0))
    : undefined;
  const regained =
    untilMs === undefined ? '' : ` and made up for by the others after ${milliseconds(untilMs)}`;
  return `${lost.length} of ${counted(count, 'generator')} ${lost.length === 1 ? 'was' : 'were'} lost after ${times}${lost.length === 0 ? '' : regained}`;
}

function whyFirst({ lost }: GeneratorFate): string {
  const [first] = lost;
  return first === undefined ? '' : `generator ${first.number}: ${first.why}`;
}
