/** A phase for Grafana Cloud k6, which runs k6 as it is: what needs ours is an error where the plan asks for it. */
import { loadedPhase } from '../../../core/plan/load';
import type { Plan } from '../../../core/plan/schema';
import { allSteps } from '../../../core/plan/steps';
import { firstLoad } from '../../../core/plan/trial-load';
import { readTarget, isLoopback } from '../../../core/run/target';
import { addressesOf } from '../../../core/plan/addresses';
import { compilePhase, type CompileOptions, type CompileResult } from './compile';
import type { K6Problem } from './draft';
import { usedTargets } from '../../../core/plan/used-targets';

const notThere = 'Grafana Cloud runs k6 without the modules of Benchwright';

export interface CloudWish extends CompileOptions {
  readonly project?: number | undefined;
}

export function compileForCloud(plan: Plan, phaseName: string, wish: CloudWish): CompileResult {
  const name = `${plan.name}: ${phaseName}`;
  const { project, ...options } = wish;
  const result = compilePhase(plan, phaseName, {
    ...options,
    isPortable: true,
    cloud: { name, ...(project !== undefined && { projectID: project }) },
  });
  if (!result.ok) return result;
  const problems = problemsOf(plan, phaseName, result.compiled.scenarios);
  return problems.length > 0 ? { ok: false, problems } : result;
}

function problemsOf(plan: Plan, phaseName: string, scenarios: readonly string[]): K6Problem[] {
  const targets = usedTargets(plan, scenarios);
  return [
    ...scenarios.flatMap((scenario) => streamsOf(plan, scenario)),
    ...targets.flatMap((target) => problemsOfTarget(plan, target)),
    ...arrivalsOf(plan, phaseName),
  ];
}

function streamsOf(plan: Plan, scenario: string): K6Problem[] {
  return allSteps(plan.scenarios[scenario]).flatMap(({ step, path }) =>
    'stream' in step || 'grpcStream' in step
      ? [
          {
            path: ['scenarios', scenario, 'steps', ...path, 'stream' in step ? 'stream' : 'grpcStream'],
            message: `${notThere}: streams cannot be read there`,
          },
        ]
      : [],
  );
}

function problemsOfTarget(plan: Plan, name: string): K6Problem[] {
  const target = plan.targets[name];
  if (target === undefined) return [];
  const path = ['targets', name];
  const { auth, tls } = target;
  const isToken = auth !== undefined && 'oauth2' in auth;
  return [
    ...addressesOf(target).flatMap(({ path: place, url }) => {
      const read = readTarget(url);
      const message = 'Grafana Cloud cannot reach this machine';
      return read.ok && isLoopback(read.endpoint.host) ? [{ path: [...path, ...place], message }] : [];
    }),
    ...(isToken
      ? [
          {
            path: [...path, 'auth', 'oauth2'],
            message: `${notThere}: one token for all users cannot be had there`,
          },
        ]
      : []),
    ...(tls === undefined
      ? []
      : [
          {
            path: [...path, 'tls'],
            message: `${notThere}: connections of a target cannot be configured there`,
          },
        ]),
  ];
}

function arrivalsOf(plan: Plan, phaseName: string): K6Problem[] {
  const phase = plan.phases[phaseName];
  const loaded = phase && loadedPhase(plan.phases, phase);
  if (loaded === undefined || firstLoad(loaded).arrivals !== 'poisson') return [];
  const message = `${notThere}: arrivals at random cannot be made there, only even ones`;
  return [{ path: ['phases', phaseName, 'arrivals'], message }];
}
