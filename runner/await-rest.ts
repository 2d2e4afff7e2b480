/** Waits between two trials until the target has done with what the one before left behind. */
import { PhaseTotals } from '../core/measure/phase-totals';
import { hasRecovered } from '../core/measure/recovery';
import type { Finding } from '../core/measure/validity';
import { probeLoad } from '../core/plan/trial-load';
import { probeName } from '../core/run/trial-name';
import { compileLoad, type PreparedSearch } from './compile-load';
import { generatorCpus } from './generator-cpus';
import type { RunContext } from './run-context';
import { runLoad } from './run-load';

export interface Rest {
  /** How the target answers the lightest load before any trial. */
  measure(): Promise<void>;
  /** Probes until it answers so again. @returns what is to be said of the next trial where it did not in time. */
  regain(): Promise<readonly Finding[]>;
}

/** Twice as long as a trial, within these bounds. */
const minWaitMs = 60_000;
const maxWaitMs = 300_000;

export function createRest(context: RunContext, phase: PreparedSearch): Rest {
  const { stop, options } = context;
  let before: PhaseTotals | undefined;
  let probes = 0;
  const isStopped = (): boolean => stop.reason !== undefined;
  return {
    measure: async () => {
      before = await runProbe(context, phase, { number: ++probes });
    },
    regain: async () => {
      const atRest = before;
      if (atRest === undefined || isStopped()) return [];
      const waitMs = Math.min(maxWaitMs, Math.max(minWaitMs, 2 * phase.search.find.trial));
      // One load that ends with the first second that is as before: starting a tool anew would cost more than that.
      const isEnough = (now: PhaseTotals): boolean => hasRecovered(now, atRest);
      const now = await runProbe(context, phase, { number: ++probes, waitMs, isEnough });
      if (isStopped() || isEnough(now)) return [];
      const message = `the target was not at rest again ${Math.round(waitMs / 1000)} s after the trial before`;
      options.onEvent({ kind: 'notice', phase: phase.name, code: 'not-recovered', message });
      return [{ code: 'not-recovered', weight: 'suspect', message }];
    },
  };
}

interface Probe {
  readonly number: number;
  /** How long it may go on, where it ends once what was seen is enough. */
  readonly waitMs?: number;
  readonly isEnough?: (now: PhaseTotals) => boolean;
}

async function runProbe(
  context: RunContext,
  phase: PreparedSearch,
  { number, waitMs, isEnough }: Probe,
): Promise<PhaseTotals> {
  const load = probeLoad(phase.search);
  const compiled = compileLoad(context, phase, { ...load, for: waitMs ?? load.for });
  const name = probeName(phase.name, number);
  const totals = new PhaseTotals(name, compiled.window, { cpus: generatorCpus(context, compiled) });
  const seen = new AbortController();
  await runLoad(context, {
    phase: phase.name,
    name,
    part: 'probe',
    compiled,
    feeds: phase.feeds,
    stem: `probe-${number}`,
    isWatched: isEnough !== undefined,
    stop: seen.signal,
    onRecord: (record) => {
      totals.add(record);
      if (record.kind === 'tick' && isEnough?.(totals) === true) seen.abort();
    },
  });
  return totals;
}
