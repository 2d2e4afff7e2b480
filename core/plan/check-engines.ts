/** What the engine of a phase cannot do, told at the key that asks for it. */
import { t } from '@vscode/l10n';
import type { Fix, Problem } from '../problems';
import { keyRange, valueRange, type Check, type CheckContext } from './check-context';
import { sameUnit } from './check-search';
import { isLoadPhase } from './load';
import { isLocust } from './locust';
import { planProblem } from './problem-catalogue';
import type { FindPhase, LoadPhase, LocustScenario, RerunPhase } from './schema';
import { childOf, entriesOf, nodeAt } from './tree';
import { usedTargets } from './used-targets';

export const checkEngines: Check = (context) => [
  ...checkTargets(context),
  ...Object.entries(context.scenarios).flatMap(([name, scenario]) =>
    isLocust(scenario) ? checkArguments(context, name, scenario) : [],
  ),
  ...Object.entries(context.phases).flatMap(([name, phase]) => {
    if ('rerun' in phase) return checkRerun(context, name, phase);
    const names = Object.keys(phase.scenarios);
    const files = names.filter((scenario) => isLocust(context.scenarios[scenario]));
    const [file] = files;
    if (file === undefined) return checkSteps(context, name, phase);
    if (names.length > 1) return [severalEngines(context, name, file)];
    return isLoadPhase(phase) ? checkLocust(context, name, phase) : checkLocustSearch(context, name, phase);
  }),
];

function severalEngines(context: CheckContext, name: string, file: string): Problem {
  const message = t`A phase runs one locustfile and nothing beside it: give \`${file}\` a phase of its own`;
  return planProblem('several-engines', message, keyRange(context, 'phases', name, 'scenarios'));
}

const ofRates = () =>
  ({
    rate: t('Locust has users and no arrivals: give `users`'),
    arrivals: t('Locust has users and no arrivals, so there is nothing to space'),
    maxUsers: t('Locust has users and no arrivals: `users` is the most there are'),
  }) satisfies Partial<Record<keyof LoadPhase, string>>;

function checkLocust(context: CheckContext, name: string, phase: LoadPhase): Problem[] {
  const wrong = (message: string, ...path: (string | number)[]): Problem =>
    planProblem('not-of-locust', message, keyRange(context, 'phases', name, ...path));
  const keys = (['rate', 'arrivals', 'maxUsers'] as const).filter((key) => phase[key] !== undefined);
  const stages = (phase.stages ?? []).flatMap((stage, index) =>
    stage.rate === undefined ? [] : [wrong(ofRates().rate, 'stages', index, 'rate')],
  );
  const spawn = phase.shape !== undefined && phase.spawn !== undefined;
  return [
    ...keys.map((key) => wrong(ofRates()[key], key)),
    ...stages,
    ...(spawn ? [wrong(t('The shape of the locustfile says how fast users are started'), 'spawn')] : []),
    ...checkSpawn(context, name, phase),
  ];
}

function checkSpawn(context: CheckContext, name: string, { spawn }: FindPhase | LoadPhase): Problem[] {
  if (spawn !== 0) return [];
  return [
    planProblem('zero-load', t('No user would ever start'), valueRange(context, 'phases', name, 'spawn')),
  ];
}

function checkLocustSearch(context: CheckContext, name: string, phase: FindPhase): Problem[] {
  const { start, max } = phase.find;
  const arrivals =
    phase.arrivals === undefined
      ? []
      : [planProblem('not-of-locust', ofRates().arrivals, keyRange(context, 'phases', name, 'arrivals'))];
  if (start.unit === 'users') return [...arrivals, ...checkSpawn(context, name, phase)];
  const levels = Object.entries({ start, max }).flatMap(([key, level]) => {
    const newText = level && sameUnit(level, 'users');
    if (level?.unit !== 'per-second') return [];
    return [{ range: valueRange(context, 'phases', name, 'find', key), newText }];
  });
  const edits = levels.flatMap(({ range, newText }) => (newText === undefined ? [] : [{ range, newText }]));
  const fix: Fix = { title: t`Search by users, from ${edits[0]?.newText ?? ''}`, isGuess: true, edits };
  const fixes = edits.length === levels.length ? [fix] : [];
  const message = t('Locust has users and no arrivals: give a number of users, such as `start: 10`');
  const range = valueRange(context, 'phases', name, 'find', 'start');
  return [planProblem('not-of-locust', message, range, fixes), ...arrivals];
}

/** The load of the other phase is checked where it stands. */
function checkRerun(context: CheckContext, name: string, phase: RerunPhase): Problem[] {
  const again = context.phases[phase.rerun];
  if (again === undefined || 'rerun' in again || !phase.at.includes('/')) return [];
  if (!runsFile(context, again)) return [];
  const message = t`\`${phase.rerun}\` runs a locustfile, which has users and no arrivals: give a part of them, such as 80%`;
  return [planProblem('not-of-locust', message, keyRange(context, 'phases', name, 'at'))];
}

function runsFile(context: CheckContext, phase: FindPhase | LoadPhase): boolean {
  return Object.keys(phase.scenarios).some((scenario) => isLocust(context.scenarios[scenario]));
}

const ofLocust = () => ({
  listen: t(
    'Only workers of Locust join a load: k6 is started here, or in a cluster by `benchwright export`',
  ),
  shape: t('No scenario of this phase is a locustfile that could have a shape'),
  spawn: t('k6 starts all users at once: a ramp such as `users: 1 -> 20` starts them one after the other'),
});

function checkSteps(context: CheckContext, name: string, phase: FindPhase | LoadPhase): Problem[] {
  // A scenario that is not known, or has faults, may be the locustfile.
  if (Object.keys(phase.scenarios).some((scenario) => context.scenarios[scenario] === undefined)) return [];
  const wrong = (key: string, message: string): Problem =>
    planProblem('not-of-k6', message, keyRange(context, 'phases', name, key));
  if (!isLoadPhase(phase))
    return phase.spawn === undefined ? [] : [wrong('spawn', t('k6 starts all users of a trial at once'))];
  return (['shape', 'spawn', 'listen'] as const)
    .filter((key) => phase[key] !== undefined)
    .map((key) => wrong(key, ofLocust()[key]));
}

/** What k6 makes of a target for the requests of steps. Those of a locustfile are made by the file. */
const ofRequests = ['headers', 'auth', 'redirects', 'tls', 'proto'] as const;

/** Keys of targets that nothing but locustfiles send requests to. */
function checkTargets(context: CheckContext): Problem[] {
  const { root, scenarios } = context;
  const names = Object.keys(scenarios);
  const files = names.filter((name) => isLocust(scenarios[name]));
  if (files.length === 0) return [];
  // A scenario with faults may have the steps for which they are meant.
  if (entriesOf(nodeAt(root, ['scenarios'])).some(({ key }) => !Object.hasOwn(scenarios, key))) return [];
  const targets = entriesOf(nodeAt(root, ['targets']));
  const plan = { scenarios, targets: Object.fromEntries(targets.map(({ key, value }) => [key, value])) };
  const ofSteps = usedTargets(
    plan,
    names.filter((name) => !files.includes(name)),
  );
  const ofFiles = usedTargets(plan, files).filter((name) => !ofSteps.includes(name));
  return targets
    .filter(({ key }) => ofFiles.includes(key))
    .flatMap(({ key: target, value }) =>
      ofRequests
        .filter((key) => childOf(value, key) !== undefined)
        .map((key) => {
          const message = t`Only locustfiles send requests to \`${target}\`, and they do so by themselves: \`${key}\` reaches none of them`;
          return planProblem('not-of-locust', message, keyRange(context, 'targets', target, key));
        }),
    );
}

/** What Benchwright gives to Locust, and the key that says it, where there is one. */
const given: readonly (readonly [key: string | undefined, ...names: string[]])[] = [
  ['locustfile', '-f', '--locustfile'],
  ['users', '-u', '--users'],
  ['spawn', '-r', '--spawn-rate'],
  ['for', '-t', '--run-time'],
  ['drain', '-s', '--stop-timeout'],
  ['host', '-H', '--host'],
  ['tags', '-T', '--tags'],
  ['excludeTags', '-E', '--exclude-tags'],
  [undefined, '--headless', '--headful', '--autostart', '--autoquit', '--class-picker', '--only-summary'],
  [undefined, '--master', '--worker', '--master-host', '--master-port', '--exit-code-on-error'],
  [undefined, '--master-bind-host', '--master-bind-port', '--processes', '--enable-rebalancing'],
  [undefined, '--expect-workers', '--expect-workers-max-wait'],
  [undefined, '--list', '-l', '--show-task-ratio', '--show-task-ratio-json', '--version', '-V', '--help'],
  [undefined, '--config', '--config-users', '--reset-stats', '--skip-log-setup', '--logfile'],
];

function checkArguments(context: CheckContext, name: string, scenario: LocustScenario): Problem[] {
  return (scenario.arguments ?? []).flatMap((argument, index) => {
    const [option = ''] = argument.split('=', 1);
    const own = given.find(([, ...names]) => names.includes(option));
    if (own === undefined) return [];
    const advice = own[0] === undefined ? '' : t`: \`${own[0]}\` says it`;
    const message = t`Benchwright gives \`${option}\` to Locust itself${advice}`;
    const range = valueRange(context, 'scenarios', name, 'arguments', index);
    return [planProblem('own-argument', message, range)];
  });
}
