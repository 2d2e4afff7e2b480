/** A phase with a locustfile as what Locust and our listener beside it are told. */
import { loadStages, measuredWindow, peakLevel, plannedMs, type TimeWindow } from '../../core/plan/load';
import { hostOf, type NamedLocust } from '../../core/plan/locust';
import type { LoadPhase, LocustScenario, Plan } from '../../core/plan/schema';

/** Everything that is known of the load before Locust is looked for. */
export interface CompiledLocust {
  readonly phase: string;
  readonly scenarios: readonly [string];
  readonly locustfile: string;
  /** The address that requests go to. */
  readonly host: string;
  readonly scenario: LocustScenario;
  /** How long the load lasts, and how long users may take to end their task after it. */
  readonly plannedMs: number;
  readonly drainMs: number;
  /** The measured window, from the start of the load. */
  readonly window: TimeWindow;
  /** The most users; `undefined` where the locustfile decides. */
  readonly peak: number | undefined;
  readonly order: LocustOrder;
  /** Absent where one process makes the load alone. */
  readonly workers: LocustWorkers | undefined;
}

/** Of a master: how many workers it waits for, and how. */
export interface LocustWorkers {
  readonly count: number;
  readonly onLost: 'continue' | 'stop';
  /** Where they join, coming from elsewhere; `undefined`: they are processes of this machine. */
  readonly listen: MasterAddress | undefined;
}

export interface MasterAddress {
  /** `*`: every address of the machine. */
  readonly host: string;
  readonly port: number;
}

/** What the listener reads: engines/locust/listener/benchwright_locust/order.py. Times in seconds. */
export interface LocustOrder {
  readonly scenario: string;
  readonly seconds: number;
  readonly stages: readonly { readonly seconds: number; readonly from: number; readonly to: number }[] | null;
  /** Users started per second; `null`: all that are missing at once. */
  readonly spawnRate: number | null;
}

/** @param load that of the phase, or of a trial of it. */
export function compileLocust(
  plan: Plan,
  phase: string,
  { name, scenario }: NamedLocust,
  load: LoadPhase,
): CompiledLocust {
  const host = hostOf(plan, scenario);
  if (host === undefined) throw new Error(`${name} says no host, and was not refused`);
  return {
    phase,
    scenarios: [name],
    locustfile: scenario.locustfile,
    host,
    scenario,
    plannedMs: plannedMs(load),
    drainMs: load.drain,
    window: measuredWindow(load),
    peak: load.shape === undefined ? peakLevel(load) : undefined,
    order: {
      scenario: name,
      seconds: plannedMs(load) / 1000,
      stages: load.shape === undefined ? stagesOf(load) : null,
      spawnRate: load.spawn ?? null,
    },
    workers: workersOf(load),
  };
}

function workersOf({ generators = 1, onLostGenerator, listen }: LoadPhase): LocustWorkers | undefined {
  if (generators === 1 && listen === undefined) return undefined;
  return {
    count: generators,
    onLost: onLostGenerator ?? 'continue',
    listen: listen === undefined ? undefined : addressOf(listen),
  };
}

function addressOf(text: string): MasterAddress {
  const border = text.lastIndexOf(':');
  return { host: text.slice(0, border), port: Number(text.slice(border + 1)) };
}

function stagesOf(load: LoadPhase): LocustOrder['stages'] {
  return loadStages(load).map(({ fromMs, toMs, level }) => ({
    seconds: (toMs - fromMs) / 1000,
    from: level.from,
    to: level.to,
  }));
}
