import { successShare } from '../../core/measure/step-totals';
import type { PhaseResult, Run } from '../../core/run/run';
import type { LiveSummary } from '../../protocol/live';
import { liveIntervals } from './live-intervals';
import { loadInWords } from './live-search';
import { recentSeconds, type Recent } from './recent';

export const noSummary: LiveSummary = {
  span: '',
  p50: null,
  p95: null,
  rps: null,
  requests: null,
  failedShare: null,
  users: null,
  taskSuccess: null,
  ttcP95: null,
  ttftP95: null,
  betweenP95: null,
};

/**
 * The latest seconds of the load under way. Until it has any, those of the load before are told, marked as of that one:
 * figures of different loads must not be mixed.
 *
 * @param underWay the load under way, in words.
 */
export function recentSummary({ load, isOver, figures }: Recent, underWay: string | undefined): LiveSummary {
  if (load === undefined || figures === undefined) return { ...noSummary, span: underWay ?? '' };
  if (!isOver) return { ...figures, span: `last ${recentSeconds} s, all steps`, requests: null };
  const next = underWay === undefined || underWay === loadInWords(load) ? '' : `; now ${underWay}`;
  return {
    ...figures,
    span: `last ${recentSeconds} s of ${loadInWords(load)}${next}`,
    requests: null,
    isOver,
  };
}

/**
 * The figures of a finished run, of its last phase that had requests: figures of different loads must not be mixed.
 * A phase that was profiled tells where time goes and not how fast the target is, unless there is no other.
 * Percentiles are those of its slowest step, since percentiles of steps cannot be put together.
 */
export function finalSummary(run: Run): LiveSummary {
  const loaded = run.phases.filter(({ requests }) => requests > 0);
  const phase = loaded.findLast(({ profiles }) => profiles === undefined) ?? loaded.at(-1);
  if (phase === undefined) return noSummary;
  const slowest = slowestStep(phase);
  const step =
    slowest === undefined || phase.steps.length === 1 ? '' : `; latency of ${slowest.step}, the slowest`;
  return {
    span: `measured window of ${phase.name}${step}`,
    p50: slowest?.latencyMs.p50 ?? null,
    p95: slowest?.latencyMs.p95 ?? null,
    ...liveIntervals(slowest?.latencyMs.intervals),
    rps: phase.rps,
    requests: phase.requests,
    failedShare: phase.failed / phase.requests,
    users: phase.usersMax,
    taskSuccess: taskShare(phase),
    ttcP95: highest(phase.steps.map(({ ttcMs }) => ttcMs?.p95)),
    ttftP95: highest(phase.steps.map(({ ttftMs }) => ttftMs?.p95)),
    betweenP95: highest(phase.steps.map(({ betweenMs }) => betweenMs?.p95)),
  };
}

function highest(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value != null);
  return known.length === 0 ? null : Math.max(...known);
}

export function slowestStep({ steps }: PhaseResult): PhaseResult['steps'][number] | undefined {
  return steps
    .filter(({ latencyMs }) => latencyMs.p95 !== null)
    .sort((a, b) => (b.latencyMs.p95 ?? 0) - (a.latencyMs.p95 ?? 0))[0];
}

function taskShare({ steps }: PhaseResult): number | null {
  const sum = { success: 0, failed: 0, unjudged: 0, timeout: 0 };
  for (const { tasks } of steps) {
    sum.success += tasks?.success ?? 0;
    sum.failed += tasks?.failed ?? 0;
    sum.unjudged += tasks?.unjudged ?? 0;
    sum.timeout += tasks?.timeout ?? 0;
  }
  return successShare(sum);
}
