/** A phase that profiles: a load for the figures, then the same load with profilers on its targets. */
import { conditionsOf } from '../core/measure/conditions';
import { judgePhase } from '../core/measure/judge-phase';
import { judgeProfiling } from '../core/measure/judge-profiling';
import { usedResources } from '../core/measure/judge-resources';
import { PhaseTotals } from '../core/measure/phase-totals';
import { findLevel, type FoundLevel } from '../core/measure/rerun-level';
import { ResourceWatch } from '../core/measure/resource-watch';
import { measuredMs, rerunLoad } from '../core/plan/rerun-load';
import type { PhaseResult } from '../core/run/run';
import { trialName } from '../core/run/trial-name';
import { compileLoad, type PreparedProfiling } from './compile-load';
import { refusalWithoutLevel } from './earlier-capacity';
import { prepareProfilers, type ProfilerSet } from './profiler-set';
import { generatorCpus } from './generator-cpus';
import type { RunContext } from './run-context';
import { makePhaseFolder, runLoad } from './run-load';
import { skipPhase } from './skip-phase';

/**
 * @param earlier the results of the phases before it.
 * @throws the error of the disk where the phase cannot be kept.
 */
export async function runProfiling(
  context: RunContext,
  phase: PreparedProfiling,
  earlier: readonly PhaseResult[],
): Promise<PhaseResult> {
  const { options, stop } = context;
  const { name, rerun, source } = phase;
  const found = earlier.find((result) => result.name === rerun.rerun)?.capacity ?? phase.earlier;
  const level = findLevel(rerun, source, found);
  if (level === undefined) {
    const { message, remedy } = refusalWithoutLevel(name, rerun, source);
    return skipPhase(phase, `${message}: ${remedy}`, stop.reason);
  }
  await makePhaseFolder(context, name, phase.feeds);
  options.onEvent({ kind: 'phase-started', phase: name, plannedMs: phase.planned.plannedMs });
  const profilers = await prepareProfilers(context, phase);
  const { plainMs, profiledMs } = measuredMs(rerun);
  const plain = await runPart(context, phase, { number: 1, level, lengthMs: plainMs });
  const isWorthwhile = profilers.isAnyReady && stop.reason === undefined && plain.verdict !== 'tool-error';
  const profiled = isWorthwhile
    ? await runPart(context, phase, { number: 2, level, lengthMs: profiledMs, profilers })
    : undefined;
  return judgeProfiling({ name, level, plain, profiled, profiles: await profilers.results() });
}

interface Part {
  readonly number: number;
  readonly level: FoundLevel;
  /** Measured, after the warm-up. */
  readonly lengthMs: number;
  /** They record within the measured window. */
  readonly profilers?: ProfilerSet;
}

/** One of the two loads, judged by itself. No goal is about it. */
async function runPart(context: RunContext, phase: PreparedProfiling, part: Part): Promise<PhaseResult> {
  const { prepared } = context;
  const { number, level, profilers } = part;
  const load = rerunLoad(phase.source, level, part.lengthMs);
  // Both are the first trial to the script, so that what it draws at random is the same.
  const compiled = compileLoad(context, phase, load, 1);
  const name = trialName({ phase: phase.name, number, level: level.value, unit: level.unit });
  const totals = new PhaseTotals(name, compiled.window, { cpus: generatorCpus(context, compiled) });
  const watch = new ResourceWatch();
  const end = await runLoad(context, {
    phase: phase.name,
    name,
    part: number,
    compiled,
    feeds: phase.feeds,
    stem: `trial-${number}`,
    onRecord: (record) => {
      totals.add(record);
      watch.add(record);
      if (record.kind === 'clock') profilers?.startAt(record.timeMs + load.warmup);
    },
  }).finally(() => {
    profilers?.stop();
  });
  const result = judgePhase(load, {
    ...end,
    plan: { ...prepared.plan, goals: [] },
    phase: phase.name,
    totals,
    isCoLocated: prepared.isCoLocated,
    conditions: 'find' in phase.source ? conditionsOf(phase.source).goals : [],
  });
  return { ...result, ...usedResources(result, watch) };
}
