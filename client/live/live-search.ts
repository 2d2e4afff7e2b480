/** A search for the capacity as the live panel shows it: a phase of many loads. */
import { levelInWords } from '../../core/measure/figure';
import type { RunSeries } from '../../core/measure/series';
import type { PhaseResult } from '../../core/run/run';
import { phaseOfName, readTrialName } from '../../core/run/trial-name';
import { liveLimits, type LivePhase, type LiveTrial } from '../../protocol/live';

type Series = RunSeries['phases'][number];

/** The loads of a phase: itself, or the trials of a search. What only probes whether the target is at rest is none. */
export function loadsOf(series: RunSeries, phase: string): readonly Series[] {
  return series.phases.filter(({ phase: name }) => name === phase || readTrialName(name)?.phase === phase);
}

/** The trials of a phase of which load has come, with how they went once that is known. */
export function trialsOf(
  loads: readonly Series[],
  zeroMs: number | undefined,
  result: PhaseResult | undefined,
): LiveTrial[] {
  const held = new Map(result?.capacity?.trials.map((trial) => [trial.number, trial.held]));
  const trials = loads.flatMap(({ phase, loadStartMs, elapsedMs }): LiveTrial[] => {
    const trial = readTrialName(phase);
    if (trial === undefined || loadStartMs === undefined || zeroMs === undefined) return [];
    const startMs = loadStartMs - zeroMs;
    const { level, unit, number } = trial;
    return [{ level, unit, startMs, endMs: startMs + elapsedMs, held: held.get(number) ?? null }];
  });
  return trials.slice(-liveLimits.trials);
}

/** How far a phase is by its records alone. A search is over when another phase has begun. */
export function phaseState(series: RunSeries, phase: string): LivePhase['state'] {
  const own = series.phases.filter(({ phase: name }) => phaseOfName(name) === phase);
  const last = own.at(-1);
  if (last === undefined) return 'pending';
  const isOver = last.phase === phase ? last.hasEnded : last !== series.phases.at(-1);
  return isOver ? 'done' : 'running';
}

/** The last load of each phase: the trials before it are told by the charts. */
export function latestLoads(series: RunSeries): readonly Series[] {
  const latest = new Map<string, Series>();
  for (const load of series.phases) if (isLoad(load)) latest.set(phaseOfName(load.phase), load);
  return [...latest.values()];
}

function isLoad({ phase }: Series): boolean {
  return phase === phaseOfName(phase) || readTrialName(phase) !== undefined;
}

/** `stress, trial 3 at 7.5/s`; a phase of load is its name. */
export function loadInWords(name: string): string {
  const note = trialNote(name);
  return note === null ? phaseOfName(name) : `${phaseOfName(name)}, ${note}`;
}

/** What a search is at: a trial, or a look at the target before one. */
export function trialNote(name: string): string | null {
  const trial = readTrialName(name);
  if (trial === undefined) return name === phaseOfName(name) ? null : 'looking whether the target is at rest';
  return `trial ${trial.number} at ${levelInWords(trial.level, trial.unit)}`;
}

/** `160 to 240/s`, `18 to 19 users`, `80/s or more`; `null` where no bound is known, and for other phases. */
export function boundsNote({ capacity }: PhaseResult): string | null {
  if (capacity === undefined) return null;
  const { unit, lower, upper } = capacity;
  const level = (value: number): string => levelInWords(value, unit);
  if (lower === null) return upper === null ? null : `below ${level(upper)}`;
  const low = level(lower).replace(/\/s$| users?$/, '');
  return upper === null ? `${level(lower)} or more` : `${low} to ${level(upper)}`;
}

/** Why throughput bends, or why that cannot be said; nothing of other phases. */
export function explanationOf(result: PhaseResult | undefined): string | undefined {
  return result?.capacity?.explanation?.reason;
}
