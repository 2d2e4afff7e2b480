/** A phase of a plan as a script for k6: readable, and with the idioms that cost least per request. */
import { loadedPhase, measuredWindow, peakLevel, plannedMs, loadModel } from '../../../core/plan/load';
import type { LoadModel, TimeWindow } from '../../../core/plan/load';
import type { LoadPhase, Plan } from '../../../core/plan/schema';
import { firstLoad } from '../../../core/plan/trial-load';
import { isLocust } from '../../../core/plan/locust';
import { usedTargets } from '../../../core/plan/used-targets';
import { checkForK6, checkPhase, checkScripts } from './check';
import { commentText, constant, layOut, object, quote, type Code, type Entry } from './code';
import { helperFunctions, variableFor, type Draft, type K6Problem } from './draft';
import { executorsOf, oneIteration, type Executor } from './executors';
import { feedConstants, rowShares, usedFeeds, type CompiledFeed } from './feeds';
import { areLoopback, endpointsOf, metadataBlocks, notLoopbackCode } from './hosts';
import { connectionConstants, protosBeside, type ProtosBeside } from './grpc-step';
import { identifiersFor } from './identifiers';
import { referencesOf } from './references';
import { runtime } from './runtime';
import { scenarioFunction } from './scenario';
import { configureConnections } from './secure';

export interface FileBeside {
  /** As the plan names it, and relative to the script. */
  readonly file: string;
  readonly scriptFile: string;
  /** The script imports functions from it. */
  readonly isCode: boolean;
}

/** A script, and what its runner has to know of it. */
export interface CompiledPhase {
  readonly phase: string;
  readonly script: string;
  /** Files of rows that have to lie beside the script. */
  readonly feeds: readonly CompiledFeed[];
  /** Files of the plan that are copied beside the script as they are. */
  readonly files: readonly FileBeside[];
  /** Proto files that are copied beside the script, with all that they import. */
  readonly protos: readonly ProtosBeside[];
  readonly model: LoadModel;
  /** The most users, or arrivals per second. */
  readonly peak: number;
  /** How long the load lasts, and how long what is under way is waited for after it. */
  readonly plannedMs: number;
  readonly drainMs: number;
  /** The measured window, from the start of the load. */
  readonly window: TimeWindow;
  /** Users that k6 makes before the load. */
  readonly users: number;
  /** How many k6 make the load together. */
  readonly generators: number;
  readonly onLostGenerator: 'continue' | 'stop';
  /** Endpoints that are loaded, such as `127.0.0.1:8000`. */
  readonly hosts: readonly string[];
  readonly scenarios: readonly string[];
  /** Scenarios of the phase that get no load, since their share rounds to no user. */
  readonly leftOut: readonly string[];
  /** Names of `${env.X}` and `${secret.X}`, and the environment variables that k6 needs for them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Files of the plan whose contents k6 gets by environment variables alone, such as private keys. */
  readonly privateFiles: Readonly<Record<string, string>>;
  /** What the script needs that only our k6 has. */
  readonly ownModules: readonly string[];
}

export type CompileResult =
  | { readonly ok: true; readonly compiled: CompiledPhase }
  | { readonly ok: false; readonly problems: readonly K6Problem[] };

export interface CompileOptions {
  /** The size of the rows of each feed as JSON, where it is known: large ones are shared between users. */
  readonly feedBytes?: Readonly<Record<string, number>>;
  /** In place of the load that the phase says: one of the trials of a search. */
  readonly load?: LoadPhase;
  /** Whether a stock k6 is to run the script: what is under way when the drain ends is then not measured. */
  readonly isPortable?: boolean;
  /** What arrivals at random are drawn from: a whole number from 0. The same seed gives the same arrivals. */
  readonly seed?: number;
  /** Whether somebody else lets several generators begin together: the script then has no gate for that. */
  readonly isStartedByOthers?: boolean;
  /** What Grafana Cloud is told of the test. */
  readonly cloud?: { readonly name: string; readonly projectID?: number };
  /** Lines of a comment at the top of the script. */
  readonly header?: readonly string[];
}

type LoadOptions = CompileOptions & { readonly isTraced?: boolean };

/** Compiles a phase; of a search, or of a phase that runs one again, its first trial. What k6 cannot run comes back as problems with their places in the plan. */
export function compilePhase(plan: Plan, phaseName: string, options: CompileOptions = {}): CompileResult {
  const phase = Object.hasOwn(plan.phases, phaseName) ? plan.phases[phaseName] : undefined;
  if (phase === undefined)
    return { ok: false, problems: [{ path: ['phases'], message: `There is no phase \`${phaseName}\`` }] };
  const loaded = loadedPhase(plan.phases, phase);
  if (loaded === undefined)
    return {
      ok: false,
      problems: [{ path: ['phases', phaseName, 'rerun'], message: 'There is no load to run again' }],
    };
  const problems = [
    ...checkForK6({ ...plan, phases: {} }),
    ...checkPhase(phaseName, phase),
    ...('rerun' in phase ? checkPhase(phase.rerun, loaded) : []),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return compileLoad(plan, phaseName, options.load ?? firstLoad(loaded), options);
}

/**
 * Compiles one iteration of a scenario by one user, which tells all that it does. What is under way at the end of a drain
 * is no matter here, so that it needs no k6 of our own for that.
 */
export function compileIteration(
  plan: Plan,
  scenario: string,
  options: Pick<CompileOptions, 'feedBytes'> = {},
): CompileResult {
  const own = plan.scenarios[scenario];
  if (own === undefined)
    return {
      ok: false,
      problems: [{ path: ['scenarios'], message: `There is no scenario \`${scenario}\`` }],
    };
  if (isLocust(own)) {
    const message = 'Locust runs a locustfile, and not one iteration of it: only steps can be looked into';
    return { ok: false, problems: [{ path: ['scenarios', scenario, 'locustfile'], message }] };
  }
  const problems = checkForK6({ ...plan, phases: {}, scenarios: { [scenario]: own } });
  if (problems.length > 0) return { ok: false, problems };
  const users = { from: 1, to: 1 };
  const load: LoadPhase = { scenarios: { [scenario]: 1 }, users, for: 1000, warmup: 0, drain: 0 };
  return compileLoad(plan, scenario, load, { ...options, isPortable: true, isTraced: true });
}

const defaultSeed = 1;

function compileLoad(plan: Plan, name: string, phase: LoadPhase, options: LoadOptions): CompileResult {
  const draft = newDraft(plan, options.isPortable ?? false, options.isTraced ?? false);
  if (needsGate(draft, phase, options)) draft.imports.add('gate');
  const unknown = Object.keys(phase.scenarios).filter((key) => !Object.hasOwn(plan.scenarios, key));
  for (const key of unknown)
    draft.problems.push({ path: ['phases', name, 'scenarios'], message: `There is no scenario \`${key}\`` });
  for (const key of Object.keys(phase.scenarios).filter((each) => isLocust(plan.scenarios[each])))
    draft.problems.push({ path: ['scenarios', key, 'locustfile'], message: 'k6 cannot run a locustfile' });
  const executors = draft.isTraced
    ? Object.keys(phase.scenarios).map(oneIteration)
    : executorsOf(phase, plan.scenarios, options.seed ?? defaultSeed);
  const run = executors.filter((executor) => executor.code !== undefined);
  draft.problems.push(...checkShares(name, phase, run));
  const scenarios = run.map((executor) => executor.scenario).filter((key) => !unknown.includes(key));
  const feeds = usedFeeds(plan, scenarios);
  const targets = usedTargets(plan, scenarios);
  draft.problems.push(...checkScripts(plan, scenarios, targets));
  configureConnections(draft, targets);
  const functions = compileScenarios(draft, phase, scenarios, { feeds, bytes: options.feedBytes ?? {} });
  if (draft.problems.length > 0) return { ok: false, problems: draft.problems };
  const script = assemble(draft, {
    name,
    phase,
    executors,
    functions,
    targets,
    header: options.header ?? [],
    cloud: options.cloud,
  });
  const leftOut = executors.filter((executor) => executor.code === undefined);
  return {
    ok: true,
    compiled: {
      phase: name,
      script,
      feeds,
      files: filesBeside(draft),
      protos: protosBeside(draft),
      model: loadModel(phase),
      peak: peakLevel(phase),
      plannedMs: plannedMs(phase),
      drainMs: phase.drain,
      window: measuredWindow(phase),
      users: run.reduce((sum, executor) => sum + executor.users, 0),
      ...generatorsOf(phase),
      hosts: endpointsOf(plan, targets),
      scenarios,
      leftOut: leftOut.map((executor) => executor.scenario),
      environment: variables('env', draft.environment),
      secrets: variables('secret', draft.secrets),
      privateFiles: Object.fromEntries(draft.privateFiles),
      ownModules: [
        ...ownModules.filter((name) => draft.imports.has(name)).map((name) => `k6/x/${name}`),
        ...(phase.arrivals === 'poisson' ? ['the executor poisson-arrival-rate'] : []),
      ],
    },
  };
}

/** Modules that only our k6 has. */
const ownModules = ['drain', 'gate', 'messages', 'oauth2', 'secure', 'sse'] as const;

function needsGate({ isPortable }: Draft, { generators = 1 }: LoadPhase, options: LoadOptions): boolean {
  return generators > 1 && !isPortable && options.isStartedByOthers !== true;
}

function generatorsOf({
  generators = 1,
  onLostGenerator = 'continue',
}: LoadPhase): Pick<CompiledPhase, 'generators' | 'onLostGenerator'> {
  return { generators, onLostGenerator };
}

/** Other generators may take as long to make their users. */
const gateTimeout = '10m';

function checkShares(name: string, phase: LoadPhase, executors: readonly Executor[]): K6Problem[] {
  const { generators = 1, maxUsers } = phase;
  const poorest = Math.min(...executors.map(({ users }) => users));
  if (maxUsers === undefined || loadModel(phase) === 'closed' || poorest >= generators) return [];
  const message = `A scenario gets ${poorest} of these users, fewer than the ${generators} generators that share its arrivals: give more, or leave it out`;
  return [{ path: ['phases', name, 'maxUsers'], message }];
}

function filesBeside(draft: Draft): FileBeside[] {
  const code = new Set([...draft.functions.keys()].map((name) => name.slice(0, name.lastIndexOf('#'))));
  return [...draft.files].map(([file, scriptFile]) => ({ file, scriptFile, isCode: code.has(file) }));
}

function variables(kind: 'env' | 'secret', names: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...names.keys()].map((name) => [name, variableFor(kind, name)]));
}

function newDraft(plan: Plan, isPortable: boolean, isTraced: boolean): Draft {
  return {
    plan,
    isPortable,
    isTraced,
    identifiers: identifiersFor(Object.keys(runtime)),
    constants: [],
    imports: new Set(isPortable ? [] : ['drain']),
    expressionHelpers: new Set(),
    runtimeHelpers: new Set(),
    environment: new Map(),
    secrets: new Map(),
    patterns: new Map(),
    metrics: new Set(),
    tokens: new Map(),
    connections: new Map(),
    files: new Map(),
    privateFiles: new Map(),
    functions: new Map(),
    problems: [],
  };
}

/** The functions of the scenarios with the names under which k6 calls them. */
type Functions = ReadonlyMap<string, { readonly identifier: string; readonly code: string }>;

function compileScenarios(
  draft: Draft,
  phase: LoadPhase,
  scenarios: readonly string[],
  data: { readonly feeds: readonly CompiledFeed[]; readonly bytes: Readonly<Record<string, number>> },
): Functions {
  const rows = feedConstants(draft, data.feeds, data.bytes);
  const identifiers = new Map(scenarios.map((name) => [name, draft.identifiers.give(`run-${name}`)]));
  return new Map(
    scenarios.flatMap((name) => {
      const scenario = draft.plan.scenarios[name];
      if (scenario === undefined || isLocust(scenario)) return [];
      const feeds = data.feeds.flatMap((feed) => {
        const readers = scenarios.filter((key) => reads(draft, key, feed.name));
        if (!readers.includes(name)) return [];
        const weights = Object.fromEntries(readers.map((key) => [key, phase.scenarios[key] ?? 1]));
        const share = rowShares(weights).get(name) ?? { width: 1, offset: 0, of: 1 };
        return [{ feed, rows: rows.get(feed.name) ?? '[]', share }];
      });
      const identifier = identifiers.get(name) ?? '';
      const code = scenarioFunction(draft, { name, scenario, identifier, feeds });
      return [[name, { identifier, code }] as const];
    }),
  );
}

function reads(draft: Draft, scenario: string, feed: string): boolean {
  return referencesOf(draft.plan.scenarios[scenario]).some(([root]) => root === feed);
}

interface Parts {
  readonly name: string;
  readonly phase: LoadPhase;
  readonly executors: readonly Executor[];
  readonly functions: Functions;
  readonly targets: readonly string[];
  readonly header: readonly string[];
  readonly cloud: CompileOptions['cloud'];
}

function assemble(draft: Draft, parts: Parts): string {
  const isLocal = areLoopback(draft.plan, parts.targets);
  const title = `${draft.plan.name}: phase ${parts.name}. Made by Benchwright; changes are lost when the plan is run.`;
  const scenarios = [...parts.functions].map(
    ([name, { code }]) => `// Scenario ${commentText(name)}.\n${code}`,
  );
  const sections = [
    [title, ...parts.header].map((line) => `// ${commentText(line)}`.trimEnd()).join('\n'),
    imports(draft),
    ...(isLocal ? [notLoopbackCode] : []),
    layOut('export const options = ', optionsCode(draft, parts, isLocal), ';'),
    metrics(draft),
    ...helperFunctions(draft),
    [...draft.constants, ...connectionConstants(draft)].join('\n'),
    ...leftOutNote(parts.executors),
    setup(draft),
    ...scenarios,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function setup(draft: Draft): string {
  const lines = [
    ...(draft.tokens.size > 0 && draft.imports.has('secure') ? ["  secure.use('');"] : []),
    ...[...draft.tokens.values()].map((tokens) => `  ${tokens}.get();`),
    ...(draft.imports.has('gate') ? ['  gate.pass();'] : []),
    '  loadStart.add(1);',
  ];
  return [
    '// The sample marks the start of the load: everything before it is preparation.',
    'export function setup() {',
    ...lines,
    '}',
  ].join('\n');
}

function leftOutNote(executors: readonly Executor[]): string[] {
  const names = executors.flatMap(({ scenario, code }) => (code === undefined ? [scenario] : []));
  if (names.length === 0) return [];
  return [`// Without load in this phase, since no user falls to them: ${commentText(names.join(', '))}.`];
}

function imports(draft: Draft): string {
  const trends = draft.metrics.size > 0 ? 'Gauge, Trend' : 'Gauge';
  return [
    ...(draft.imports.has('sleep') ? ["import { sleep } from 'k6';"] : []),
    ...(draft.imports.has('SharedArray') ? ["import { SharedArray } from 'k6/data';"] : []),
    ...(draft.imports.has('encoding') ? ["import encoding from 'k6/encoding';"] : []),
    ...(draft.imports.has('exec') ? ["import exec from 'k6/execution';"] : []),
    "import http from 'k6/http';",
    `import { ${trends} } from 'k6/metrics';`,
    ...ownModules.flatMap((name) => (draft.imports.has(name) ? [`import ${name} from 'k6/x/${name}';`] : [])),
    ...(draft.imports.has('ws') ? ["import ws from 'k6/ws';"] : []),
    ...(draft.imports.has('grpc') ? ["import grpc from 'k6/net/grpc';"] : []),
    ...[...draft.functions.values()].map(({ code }) => code),
  ].join('\n');
}

function metrics(draft: Draft): string {
  const trends = (['task', 'ttc', 'session', 'unfiled'] as const).filter((name) => draft.metrics.has(name));
  return [
    "const loadStart = new Gauge('load_start');",
    ...trends.map((name) => `const ${name} = new Trend('${name}', true);`),
  ].join('\n');
}

function cloudEntries(cloud: CompileOptions['cloud']): Entry[] {
  if (cloud === undefined) return [];
  const { name, projectID } = cloud;
  const project: Entry[] = projectID === undefined ? [] : [['projectID', String(projectID)]];
  return [['cloud', object([['name', quote(name)], ...project])]];
}

function optionsCode(draft: Draft, parts: Parts, isLocal: boolean): Code {
  const scenarios = parts.executors.flatMap(({ scenario, code }): Entry[] => {
    const identifier = parts.functions.get(scenario)?.identifier;
    return code === undefined || identifier === undefined ? [] : [[scenario, code(identifier)]];
  });
  return object([
    // Whoever looks at an iteration wants to see what it was answered.
    ['discardResponseBodies', String(!draft.isTraced)],
    ['maxRedirects', '0'],
    ['systemTags', constant(['scenario', 'name', 'status', 'error_code'])],
    ['blacklistIPs', isLocal ? 'notLoopback' : constant(metadataBlocks)],
    ...(draft.imports.has('gate') ? ([['setupTimeout', `'${gateTimeout}'`]] satisfies Entry[]) : []),
    ['scenarios', object(scenarios)],
    ...cloudEntries(parts.cloud),
  ]);
}
