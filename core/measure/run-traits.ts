/** What decides the figures of a phase besides the service under test: where two runs differ in it, they are no pair. */
import type { Run } from '../run/run';

/** A plan as `resolved.json` keeps it. */
export interface ResolvedPlan {
  readonly targets: Readonly<Record<string, unknown>>;
  readonly scenarios: Readonly<Record<string, unknown>>;
  readonly phases: Readonly<Record<string, unknown>>;
  readonly kubernetes?: unknown;
}

/** Each but the machine as text that is the same where the thing is the same. */
export interface RunTraits {
  readonly load: string;
  /** The steps of the scenarios, the headers that targets add to them, and the files that say more of them. */
  readonly requests: string;
  /** The rows of the data, as a hash. */
  readonly data: string;
  readonly machine: Run['machine'];
  /** The load generator with its version. */
  readonly generator: string;
}

/** What somebody compares on purpose, so that it is no obstacle. */
export type Intended = 'requests' | 'data';

/** @returns `undefined` where the plan has no such phase. */
export function phaseTraits(
  plan: ResolvedPlan,
  phaseName: string,
): Pick<RunTraits, 'load' | 'requests'> | undefined {
  const phase = plan.phases[phaseName];
  if (!isRecord(phase)) return undefined;
  const names = scenariosOf(plan, phaseName);
  const scenarios = Object.fromEntries(names.map((name) => [name, plan.scenarios[name]]));
  const headers = Object.fromEntries(
    Object.entries(plan.targets).map(([name, target]) => [
      name,
      isRecord(target) ? target['headers'] : undefined,
    ]),
  );
  // What ran before a phase is not part of it.
  return {
    load: canonical({ ...phase, after: undefined }),
    requests: canonical({ scenarios, headers }),
  };
}

/** The tool that made the load of a phase. Runs older than locustfiles know of steps only, which are k6's. */
export function generatorOf(plan: ResolvedPlan, phaseName: string, tools: Run['tools']): string {
  const isFile = scenariosOf(plan, phaseName).some((name) => {
    const scenario = plan.scenarios[name];
    return isRecord(scenario) && scenario['locustfile'] !== undefined;
  });
  const tool = isFile ? 'locust' : 'k6';
  const where = plan.kubernetes === undefined ? '' : ' in pods';
  return `${tool} ${tools[tool] ?? 'of no known version'}${where}`;
}

/** Those whose load a phase is, or runs again; all where that cannot be told. */
function scenariosOf(plan: ResolvedPlan, phaseName: string): readonly string[] {
  const phase = plan.phases[phaseName];
  const again = isRecord(phase) && typeof phase['rerun'] === 'string' ? plan.phases[phase['rerun']] : phase;
  return Object.keys(isRecord(again) && isRecord(again['scenarios']) ? again['scenarios'] : plan.scenarios);
}

/** Whether the plan fixes the arrivals per second: how many are served is then no result of the service. */
export function isRateGiven(plan: ResolvedPlan, phaseName: string): boolean {
  const phase = plan.phases[phaseName];
  if (!isRecord(phase)) return false;
  const stages: readonly unknown[] = Array.isArray(phase['stages']) ? phase['stages'] : [];
  return [phase, ...stages].some((part) => isRecord(part) && part['rate'] !== undefined);
}

/** Slightly less or more memory is the same machine after an update of its system. */
const memoryTolerance = 0.02;

/** @returns what differs, in words; nothing where the two may be compared. */
export function differencesOf(a: RunTraits, b: RunTraits, intended: readonly Intended[] = []): string[] {
  const found: string[] = [];
  if (a.load !== b.load) found.push('the load of the phase');
  if (a.requests !== b.requests && !intended.includes('requests'))
    found.push('the requests of its scenarios');
  if (a.data !== b.data && !intended.includes('data')) found.push('the rows of its data');
  const machine = machineDifference(a.machine, b.machine);
  if (machine !== undefined) found.push(machine);
  if (a.generator !== b.generator) found.push(`the load generator (${a.generator} against ${b.generator})`);
  return found;
}

function machineDifference(a: Run['machine'], b: Run['machine']): string | undefined {
  if (a.platform !== b.platform || a.arch !== b.arch)
    return `the machine (${a.platform} ${a.arch} against ${b.platform} ${b.arch})`;
  if (a.cpus !== b.cpus) return `the machine (${a.cpus} against ${b.cpus} cores)`;
  const isSame = Math.abs(a.memoryBytes - b.memoryBytes) <= memoryTolerance * a.memoryBytes;
  return isSame ? undefined : `the machine (${gibibytes(a)} against ${gibibytes(b)} of memory)`;
}

function gibibytes({ memoryBytes }: Run['machine']): string {
  return `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
}

/** JSON with the keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
