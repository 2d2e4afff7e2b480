/** What of a plan this engine cannot run, bound to the keys that say it. */
import { addressesOf } from '../../../core/plan/addresses';
import type {
  FindPhase,
  LoadPhase,
  Phase,
  Plan,
  RequestStep,
  RerunPhase,
  Step,
  StreamStep,
  Target,
} from '../../../core/plan/schema';
import { allSteps, isSending } from '../../../core/plan/steps';
import { plannedMs } from '../../../core/plan/load';
import { readTarget } from '../../../core/run/target';
import type { K6Problem } from './draft';
import { areLoopback } from './hosts';

const minLoadMs = 1000;
const tooShort = 'k6 runs a load for at least 1s';

/** Every problem of the plan; a plan without one compiles, phase by phase. */
export function checkForK6(plan: Plan): K6Problem[] {
  return [
    ...Object.entries(plan.targets).flatMap(([name, target]) => [
      ...checkTarget(name, target),
      ...redirectsProblem(plan, target.redirects, ['targets', name]),
    ]),
    ...Object.entries(plan.scenarios).flatMap(([name, scenario]) =>
      allSteps(scenario).flatMap(({ step, path }) => [
        ...checkStep(step, ['scenarios', name, 'steps', ...path]),
        ...checkRedirects(plan, step, ['scenarios', name, 'steps', ...path]),
      ]),
    ),
    ...Object.entries(plan.phases).flatMap(([name, phase]) => checkPhase(name, phase)),
  ];
}

/** The problems of one phase, those of its scenarios and targets left aside. */
export function checkPhase(name: string, phase: Phase): K6Problem[] {
  if ('find' in phase) return checkSearch(name, phase);
  return 'rerun' in phase ? checkProfiling(name, phase) : checkLoad(name, phase);
}

function checkSearch(name: string, { find }: FindPhase): K6Problem[] {
  return (['trial', 'confirm'] as const)
    .filter((key) => find[key] < minLoadMs)
    .map((key) => ({ path: ['phases', name, 'find', key], message: tooShort }));
}

/** The load is that of another phase, which is checked where it stands. */
function checkProfiling(name: string, { profile }: RerunPhase): K6Problem[] {
  return profile.flatMap((profiler, index) =>
    profiler.for < minLoadMs ? [{ path: ['phases', name, 'profile', index, 'for'], message: tooShort }] : [],
  );
}

function checkTarget(name: string, target: Target): K6Problem[] {
  return addressesOf(target).flatMap(({ path, url }) => {
    const read = readTarget(url);
    return read.ok ? [] : [{ path: ['targets', name, ...path], message: `The address ${read.reason}` }];
  });
}

function checkStep(step: Step, path: readonly (string | number)[]): K6Problem[] {
  if (!isSending(step) || 'await' in step || 'ws' in step || 'grpc' in step || 'grpcStream' in step)
    return [];
  return checkRequest(step, path);
}

/** A redirect may lead to any machine: k6 can keep it to this one, but not to the machines that were approved. */
function checkRedirects(plan: Plan, step: Step, path: readonly (string | number)[]): K6Problem[] {
  if (!('redirects' in step)) return [];
  return redirectsProblem(plan, step.redirects, path);
}

function redirectsProblem(
  plan: Plan,
  redirects: number | undefined,
  path: readonly (string | number)[],
): K6Problem[] {
  if ((redirects ?? 0) === 0 || areLoopback(plan, Object.keys(plan.targets))) return [];
  const message =
    'Redirects are followed only where all targets are of this machine: k6 cannot keep them to the others';
  return [{ path: [...path, 'redirects'], message }];
}

/** A function may send requests to any machine, and the same holds of it as of a redirect. */
export function checkScripts(
  plan: Plan,
  scenarios: readonly string[],
  targets: readonly string[],
): K6Problem[] {
  if (areLoopback(plan, targets)) return [];
  const message =
    'Functions are called only in phases whose targets are all of this machine: k6 cannot keep what they send to the others';
  return scenarios.flatMap((name) =>
    allSteps(plan.scenarios[name]).flatMap(({ step, path }) =>
      'script' in step ? [{ path: ['scenarios', name, 'steps', ...path, 'script'], message }] : [],
    ),
  );
}

function checkRequest(step: RequestStep | StreamStep, path: readonly (string | number)[]): K6Problem[] {
  const bodies = (['json', 'form', 'body', 'multipart'] as const).filter((key) => step[key] !== undefined);
  if ('stream' in step && step.multipart !== undefined)
    return [
      { path: [...path, 'multipart'], message: 'A request that is answered by a stream cannot upload files' },
    ];
  return bodies.slice(1).map((key) => ({
    path: [...path, key],
    message: `A request has one body: ${bodies.join(' and ')} are two`,
  }));
}

function checkLoad(name: string, phase: LoadPhase): K6Problem[] {
  const path = ['phases', name] as const;
  const shapes = (['users', 'rate', 'stages'] as const).filter((key) => phase[key] !== undefined);
  if (shapes.length === 0) return [{ path, message: 'The phase has no load: give users, rate or stages' }];
  const problems = shapes.slice(1).map((key): K6Problem => ({
    path: [...path, key],
    message: `${shapes.join(' and ')} exclude each other`,
  }));
  if (phase.stages === undefined && phase.for === undefined)
    problems.push({ path, message: 'The phase has no end: give `for`' });
  else if (plannedMs(phase) < minLoadMs)
    problems.push({ path: [...path, phase.stages ? 'stages' : 'for'], message: tooShort });
  return [...problems, ...checkStages(path, phase)];
}

function checkStages(path: readonly string[], phase: LoadPhase): K6Problem[] {
  const stages = phase.stages ?? [];
  const isOpen = stages.some((stage) => stage.rate !== undefined);
  return stages.flatMap((stage, index) => {
    const at = [...path, 'stages', index];
    if (stage.users === undefined && stage.rate === undefined)
      return [{ path: at, message: 'The stage has no load: give users or rate' }];
    if (isOpen && stage.users !== undefined)
      return [{ path: [...at, 'users'], message: 'Stages are all in users, or all in rates' }];
    return [];
  });
}
