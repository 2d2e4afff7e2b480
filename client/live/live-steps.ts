import type { RunSeries, StepRow } from '../../core/measure/series';
import { successShare } from '../../core/measure/step-totals';
import type { Run, StepSummary, Tasks } from '../../core/run/run';
import { requestCount, taskCount } from '../../core/run/step-counts';
import { stepKey, type LiveStep } from '../../protocol/live';
import { liveIntervals } from './live-intervals';
import { latestLoads, loadInWords } from './live-search';

/** A row per phase and step: of the measured window once there is a result, since the start of the load until then. */
export function liveSteps(run: Run | undefined, series: RunSeries): LiveStep[] {
  if (run !== undefined) {
    return run.phases.flatMap(({ name, steps }) =>
      steps.map((step) => finalRow(step, run.phases.length > 1 ? name : undefined)),
    );
  }
  const loads = latestLoads(series);
  return loads.flatMap(({ phase }) =>
    series.stepRows(phase).map((row) => rowSoFar(row, loads.length > 1 ? loadInWords(phase) : undefined)),
  );
}

function finalRow(step: StepSummary, phase: string | undefined): LiveStep {
  const { p50, p95, p99 } = step.latencyMs;
  return {
    ...namesOf(step, phase),
    ...requestsOf(step, step.rps),
    failedShare: step.requests === 0 ? null : step.failed / step.requests,
    p50,
    p95,
    p99,
    ...liveIntervals(step.latencyMs.intervals),
    tasks: taskCount(step.tasks),
    taskSuccess: shareOf(step.tasks),
    ttcP95: step.ttcMs?.p95 ?? null,
    ttftP95: step.ttftMs?.p95 ?? null,
    betweenP95: step.betweenMs?.p95 ?? null,
  };
}

function rowSoFar({ total, ...names }: StepRow, phase: string | undefined): LiveStep {
  const { rps, failedShare, p50, p95, p99, tasks, ttcP95, ttftP95, betweenP95 } = total;
  return {
    ...namesOf(names, phase),
    ...requestsOf(total, rps),
    failedShare,
    p50,
    p95,
    p99,
    ...liveIntervals(total.intervals),
    tasks: taskCount(tasks),
    taskSuccess: shareOf(tasks),
    ttcP95,
    ttftP95,
    betweenP95,
  };
}

/** A rate of what a step never makes would say that nothing arrived. */
function requestsOf(
  step: Parameters<typeof requestCount>[0],
  rps: number | null,
): Pick<LiveStep, 'requests' | 'rps'> {
  const requests = requestCount(step);
  return { requests, rps: requests === null ? null : rps };
}

function namesOf(
  { scenario, step }: { readonly scenario: string; readonly step: string },
  phase: string | undefined,
): Pick<LiveStep, 'key' | 'scenario' | 'step'> {
  const key = stepKey(scenario, step);
  return { key, step, scenario: phase === undefined ? scenario : `${scenario} in ${phase}` };
}

function shareOf(tasks: Tasks | undefined): number | null {
  return tasks === undefined ? null : successShare(tasks);
}
