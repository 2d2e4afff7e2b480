/** Waits between two trials until the target has done with what the one before left behind. */
import { PhaseTotals } from '../core/measure/phase-totals';
import { hasRecovered } from '../core/measure/recovery';
import type { Finding } from '../core/measure/validity';
import { probeLoad } from '../core/plan/trial-load';
import { probeName } from '../core/run/trial-name';
import { compileLoad, type PreparedSearch } from './compile-load';
import { pause } from './pause';
import type { RunContext } from './run-context';
import { runLoad } from './run-load';

export interface Rest {
  /** How the target answers the lightest load before any trial. */
  measure(): Promise<void>;
  /** Probes until it answers so again. @returns what is to be said of the next trial where it did not in time. */
  regain(): Promise<readonly Finding[]>;
}

/** As long as a trial, within these bounds. */
const minWaitMs = 10_000;
const maxWaitMs = 60_000;
const pauseMs = 1000;

export function createRest(context: RunContext, phase: PreparedSearch): Rest {
  const { stop, options } = context;
  let before: PhaseTotals | undefined;
  let probes = 0;
  const probe = (): Promise<PhaseTotals> => runProbe(context, phase, ++probes);
  return {
    measure: async () => {
      before = await probe();
    },
    regain: async () => {
      const waitMs = Math.min(maxWaitMs, Math.max(minWaitMs, phase.search.find.trial));
      const endMs = performance.now() + waitMs;
      while (stop.reason === undefined) {
        if (before === undefined || hasRecovered(await probe(), before)) return [];
        if (performance.now() > endMs) break;
        await pause(pauseMs, stop.signal);
      }
      if (stop.reason !== undefined) return [];
      const message = `the target was not at rest again ${Math.round(waitMs / 1000)} s after the trial before`;
      options.onEvent({ kind: 'notice', phase: phase.name, code: 'not-recovered', message });
      return [{ code: 'not-recovered', weight: 'suspect', message }];
    },
  };
}

async function runProbe(context: RunContext, phase: PreparedSearch, number: number): Promise<PhaseTotals> {
  const compiled = compileLoad(context, phase, probeLoad(phase.search));
  const name = probeName(phase.name, number);
  const totals = new PhaseTotals(name, compiled.window, { cpus: context.machine.cpus });
  await runLoad(context, {
    phase: phase.name,
    name,
    part: 'probe',
    compiled,
    files: { script: `probe-${number}.js`, log: `probe-${number}.log` },
    onRecord: (record) => {
      totals.add(record);
    },
  });
  return totals;
}
