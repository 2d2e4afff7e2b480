/** The trials of a search as loads: whatever can run a phase of load can run them. */
import { shareOut } from './load';
import type { FindPhase, LoadLevel, LoadPhase, Plan } from './schema';

/** What of a phase says by how many generators its load is made. */
type Generators = Pick<LoadPhase, 'generators' | 'onLostGenerator' | 'listen'>;

function generatorsOf({ generators, onLostGenerator, listen }: Generators): Generators {
  return {
    ...(generators !== undefined && { generators }),
    ...(onLostGenerator !== undefined && { onLostGenerator }),
    ...(listen !== undefined && { listen }),
  };
}

/** The plan with as many generators for every load as somebody asks for in its place. */
export function withGenerators(plan: Plan, generators: number | undefined): Plan {
  if (generators === undefined) return plan;
  const phases = Object.entries(plan.phases).map(([name, phase]) => [
    name,
    'rerun' in phase ? phase : { ...phase, generators },
  ]);
  return { ...plan, phases: Object.fromEntries(phases) as Plan['phases'] };
}

/** What is still under way at the end of a trial keeps the target from rest, so it is not waited for as long as asked. */
const drainMs = 5000;

/** The start of a trial that is not measured: a tenth, but not more than it takes to fill connections and queues. */
const warmupShare = 0.1;
const minWarmupMs = 1000;
const maxWarmupMs = 10_000;

/** A shorter trial has no second to spare. */
const minWarmedMs = 3000;

/** A constant level on the scenarios of a search, shared by their weights. What it takes to start all users comes before. */
export function trialLoad(
  phase: Pick<FindPhase, 'scenarios' | 'arrivals' | 'spawn'> & Generators,
  trial: { readonly level: LoadLevel; readonly lengthMs: number },
): LoadPhase {
  const { level, lengthMs } = trial;
  const { scenarios, arrivals, spawn } = phase;
  const range = { from: level.value, to: level.value };
  const warmup = Math.min(maxWarmupMs, Math.max(minWarmupMs, lengthMs * warmupShare));
  const spawnMs = level.unit === 'users' && spawn ? Math.ceil(level.value / spawn) * 1000 : 0;
  return {
    scenarios,
    ...(level.unit === 'users'
      ? { users: range, ...(spawn !== undefined && { spawn }) }
      : { rate: range, ...(arrivals !== undefined && { arrivals }) }),
    for: lengthMs + spawnMs,
    warmup: (lengthMs < minWarmedMs ? 0 : warmup) + spawnMs,
    drain: drainMs,
    ...generatorsOf(phase),
  };
}

/** The fewest users of whom each scenario and each generator gets one. */
export function leastUsers({ scenarios, generators = 1 }: FindPhase): number {
  let users = Math.max(generators, Object.keys(scenarios).length);
  while (users < mostTried && Object.values(shareOut(users, scenarios)).includes(0)) users += 1;
  return users;
}

/** Weights may be so uneven that no number of users is enough that anybody would try. */
const mostTried = 10_000;

const probeMs = 2000;

/** Time for one task that is awaited, where the target is at rest. */
const probeDrainMs = 10_000;

/** One user per scenario: the lightest load that shows how fast the target answers. */
export function probeLoad(phase: FindPhase): LoadPhase {
  const names = Object.keys(phase.scenarios);
  return {
    scenarios: Object.fromEntries(names.map((name) => [name, 1])),
    users: { from: names.length, to: names.length },
    for: probeMs,
    warmup: 0,
    drain: probeDrainMs,
  };
}

/** Steps up before something usually breaks, where no highest rate is given. */
const usualClimbs = 6;

/** Trials that are made again because they broke, and the probes before them. */
const usualRepeats = 3;

/** About how long a search takes. How long it really takes depends on what it finds. */
export function searchMs({ find }: FindPhase): number {
  const { start, factor, trial, confirm, resolution, max } = find;
  const climbs =
    max === undefined
      ? usualClimbs
      : 1 + Math.max(0, Math.ceil(Math.log(max.value / start.value) / Math.log(factor)));
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.log(factor) / Math.log(1 + resolution))));
  const trials = climbs + halvings + usualRepeats;
  return trials * trial + confirm + usualRepeats * probeMs;
}

/** The load with which a search begins; that of any other phase of load is its own. */
export function firstLoad(phase: FindPhase | LoadPhase): LoadPhase {
  return 'find' in phase ? trialLoad(phase, { level: phase.find.start, lengthMs: phase.find.trial }) : phase;
}
