/** What follows from the numbers of a plan before anything runs: users that cannot suffice, load that leaves the machine. */
import { t } from '@vscode/l10n';
import { formatEndpoint, isLoopback, readTarget } from '../run/target';
import type { Fix, Problem } from '../problems';
import { keyRange, valueRange, type Check, type CheckContext } from './check-context';
import { isLoadPhase, levelSeconds, loadModel, loadStages, peakLevel, shareOf, unitOfLoad } from './load';
import { leastThinkMs } from './load-size';
import { isLocust } from './locust';
import { planProblem } from './problem-catalogue';
import type { LoadPhase, LoadUnit, Phase, Scenario } from './schema';
import { allSteps, isSending } from './steps';
import { entriesOf, nodeAt, textOf } from './tree';

/** Little's law: users at work are the rate times the time that each is busy, of which the pauses are known. */
export const checkUsers: Check = (context) =>
  Object.entries(context.phases).flatMap(([name, phase]) => {
    if (!isLoadPhase(phase) || phase.maxUsers === undefined || loadModel(phase) === 'closed') return [];
    const mixed = Object.keys(phase.scenarios).length;
    const needed = Math.ceil(leastUsers(phase, context.scenarios) - 1e-9);
    const least = Math.max(needed, mixed);
    if (least <= phase.maxUsers) return [];
    const message =
      needed > phase.maxUsers
        ? t`Arrivals will be dropped: the pauses of the scenarios alone keep ${needed} users of \`${name}\` busy, and \`maxUsers\` allows ${phase.maxUsers}`
        : t`Each of the ${mixed} scenarios of \`${name}\` has a user of its own, and \`maxUsers\` allows ${phase.maxUsers}`;
    // Requests take time as well, and how much nobody knows yet.
    const enough = Math.min(2 * least, mostUsers);
    const range = valueRange(context, 'phases', name, 'maxUsers');
    const fix: Fix = { title: t`Allow ${enough} users`, edits: [{ range, newText: String(enough) }] };
    const fixes = enough > phase.maxUsers ? [fix] : [];
    return [planProblem('too-few-max-users', message, range, fixes)];
  });

/** As many as a plan may allow. */
const mostUsers = 100_000;

/**
 * Users that are in a pause at the same time, at the least. Whoever arrived no longer ago than the pauses take is still
 * at work, so arrivals are counted back from the ends of the stages and from where their level is reached.
 */
function leastUsers(phase: LoadPhase, scenarios: Readonly<Record<string, Scenario>>): number {
  const parts = Object.keys(phase.scenarios).flatMap((name) => {
    const scenario = scenarios[name];
    return scenario === undefined ? [] : [{ share: shareOf(phase, name), pausesMs: leastThinkMs(scenario) }];
  });
  const longestMs = Math.max(0, ...parts.map(({ pausesMs }) => pausesMs));
  const times = loadStages(phase).flatMap(({ fromMs, toMs }) => [toMs, Math.min(fromMs + longestMs, toMs)]);
  const busyAt = (toMs: number): number =>
    parts.reduce(
      (sum, { share, pausesMs }) => sum + share * levelSeconds(phase, { fromMs: toMs - pausesMs, toMs }),
      0,
    );
  return Math.max(0, ...times.map(busyAt));
}

/** The most that a plan sends to each host that is not this machine: information, which nobody has to act on. */
export const checkForeignHosts: Check = (context) =>
  entriesOf(nodeAt(context.root, ['targets'])).flatMap(({ key, value }): Problem[] => {
    const address = readTarget(textOf(nodeAt(value, ['url'])) ?? '');
    if (!address.ok || isLoopback(address.endpoint.host)) return [];
    const loads = Object.entries(context.phases).flatMap(([name, phase]) => {
      const most = mostTo(context, key, phase);
      return most === undefined ? [] : [t`${most} in \`${name}\``];
    });
    if (loads.length === 0) return [];
    const host = formatEndpoint(address.endpoint);
    const message = t`Load leaves this machine for ${host}, which needs approval: at most ${loads.join(', ')}`;
    return [planProblem('foreign-host', message, keyRange(context, 'targets', key, 'url'))];
  });

/** The peak of the iterations that use a target, in the words of a person; `undefined` where there are none. */
function mostTo(context: CheckContext, target: string, phase: Phase): string | undefined {
  if ('rerun' in phase) return undefined;
  const share = Object.keys(phase.scenarios)
    .filter((name) => usesTarget(context, context.scenarios[name], target))
    .reduce((sum, name) => sum + shareOf(phase, name), 0);
  if (share === 0) return undefined;
  if (!isLoadPhase(phase)) {
    const { max } = phase.find;
    if (max === undefined) return t('whatever it can take');
    return inUnit(max.value * share, max.unit);
  }
  if (phase.shape !== undefined) return t('as many users as the locustfile asks for');
  return inUnit(peakLevel(phase) * share, unitOfLoad(phase));
}

function inUnit(level: number, unit: LoadUnit): string {
  return unit === 'users' ? t`${Math.ceil(level)} users` : t`${rounded(level)} arrivals per second`;
}

function usesTarget(context: CheckContext, scenario: Scenario | undefined, target: string): boolean {
  const targets = entriesOf(nodeAt(context.root, ['targets']));
  const own = scenario?.target ?? (targets.length === 1 ? targets[0]?.key : undefined);
  if (isLocust(scenario)) return scenario.host === undefined && own === target;
  return allSteps(scenario).some(
    ({ step }) =>
      (isSending(step) && (step.target ?? own) === target) || ('script' in step && own === target),
  );
}

function rounded(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}
