/** What the language server is told of finished runs: the last ones of each plan, environment and phase. */
import { pathToFileURL } from 'node:url';
import { whyUnfit } from '../../core/measure/compare-phases';
import type { Latency, PhaseResult, Run, StepSummary } from '../../core/run/run';
import {
  toldRuns,
  type LastResults,
  type PhaseHistory,
  type PhaseOutcome,
  type ToldPercentile,
  type ToldStep,
} from '../../protocol/language';
import { slowestStep } from '../live/live-summary';

interface PhaseOfRun {
  readonly run: Run;
  readonly phase: PhaseResult;
}

/** @param runs finished ones, newest first. */
export function lastResultsOf(runs: readonly Run[]): LastResults {
  const scopes = new Map<string, [PhaseOfRun, ...PhaseOfRun[]]>();
  for (const run of runs) {
    for (const phase of run.phases) {
      const scope = JSON.stringify([run.plan.file, run.environment, phase.name]);
      const earlier = scopes.get(scope);
      if (earlier === undefined) scopes.set(scope, [{ run, phase }]);
      else if (earlier.length < toldRuns) earlier.push({ run, phase });
    }
  }
  return { histories: [...scopes.values()].map(historyOf) };
}

function historyOf(told: readonly [PhaseOfRun, ...PhaseOfRun[]]): PhaseHistory {
  const [{ run, phase }] = told;
  const slowest = slowestStep(phase);
  return {
    plan: pathToFileURL(run.plan.file).href,
    environment: run.environment,
    phase: phase.name,
    step: slowest === undefined ? '' : `${slowest.scenario}: ${slowest.step}`,
    runs: told.map((one) => outcomeOf(one, slowest)),
    // The trials of a search differ in rate: what its steps came to is no figure of one load.
    ...(phase.capacity === undefined && { steps: phase.steps.map(toldStep) }),
  };
}

function toldStep({ scenario, step, requests, failed, rps, latencyMs }: StepSummary): ToldStep {
  const { p50, p90, p95, p99, mean, max } = latencyMs;
  return { scenario, step, requests, failed, rps, p50, p90, p95, p99, mean, max };
}

function outcomeOf({ run, phase }: PhaseOfRun, slowest: StepSummary | undefined): PhaseOutcome {
  const { cpus, arch, platform, memoryBytes } = run.machine;
  const step = phase.steps.find((one) => one.scenario === slowest?.scenario && one.step === slowest.step);
  return {
    runId: run.id,
    verdict: phase.verdict,
    reason: phase.reason,
    unfit: whyUnfit('the run', phase) ?? null,
    planSha256: run.plan.sha256,
    machine: `${platform} ${arch} ${cpus} ${memoryBytes}`,
    p95: percentileOf(step?.latencyMs, 'p95'),
    p99: percentileOf(step?.latencyMs, 'p99'),
    capacity: capacityOf(phase),
    goals: phase.goals.map(({ text, state, measured, unit, reason }) => ({
      text,
      state,
      measured,
      unit,
      ...(reason !== undefined && { reason }),
    })),
  };
}

function capacityOf({ capacity }: PhaseResult): PhaseOutcome['capacity'] {
  if (capacity?.lower == null) return null;
  return { value: capacity.lower, unit: capacity.unit };
}

function percentileOf(latency: Latency | undefined, name: 'p95' | 'p99'): ToldPercentile | null {
  const ms = latency?.[name] ?? null;
  if (ms === null) return null;
  const interval = latency?.intervals?.[name];
  return {
    ms,
    low: interval?.low ?? null,
    high: interval?.isLowerBound === true ? null : (interval?.high ?? null),
  };
}
