/** A search for the capacity: short loads one after the other, each chosen by how the ones before it went. */
import { afterTrial, beginSearch, type Search, type Trial } from '../core/measure/capacity-search';
import { conditionsOf, type Conditions } from '../core/measure/conditions';
import { watchForEnd, type EarlyEnd } from '../core/measure/early-end';
import { judgeSearch } from '../core/measure/judge-search';
import { iterationMsBefore, judgeTrial, outcomeOf, type JudgedTrial } from '../core/measure/judge-trial';
import { collectSamples, type LoadSample } from '../core/measure/load-samples';
import { judgeCapacity } from '../core/measure/capacity-goal';
import { statedGoals } from '../core/measure/judge-phase';
import { judgeSearchResources } from '../core/measure/judge-resources';
import { PhaseTotals } from '../core/measure/phase-totals';
import { ResourceWatch } from '../core/measure/resource-watch';
import type { JudgedVerdict } from '../core/measure/verdict';
import { trialLoad } from '../core/plan/trial-load';
import type { PhaseResult } from '../core/run/run';
import { trialName } from '../core/run/trial-name';
import { createRest, type Rest } from './await-rest';
import { findCapacityBaseline } from './find-baseline';
import { compileLoad, type PreparedSearch } from './compile-load';
import type { RunContext } from './run-context';
import { makePhaseFolder, runLoad } from './run-load';
import { skipPhase } from './skip-phase';
import { isWanted, type StopReason } from './stop';

/** @throws the error of the disk where the search cannot be kept. */
export async function runSearch(context: RunContext, phase: PreparedSearch): Promise<PhaseResult> {
  const { options, stop } = context;
  const { name, planned, search: plan } = phase;
  await makePhaseFolder(context, name, phase.feeds);
  options.onEvent({ kind: 'phase-started', phase: name, plannedMs: planned.plannedMs });
  const watch = new ResourceWatch();
  const { search, trials } = await runTrials(context, phase, beginSearch(plan.find), watch);
  const ended = stop.reason === undefined ? undefined : endedBy(stop.reason);
  const result = judgeSearch(name, search, trials, plan.find.trial, ended);
  if (result === undefined) return skipPhase(phase, stop.reason?.message ?? 'no trial was made', stop.reason);
  const { machine, prepared, folder } = context;
  const baseline = await findCapacityBaseline({
    dir: folder.dir,
    planFile: options.planFile,
    environment: options.environment ?? null,
    measured: { machine, tools: { k6: prepared.k6.version } },
    phase: name,
    goals: prepared.plan.goals,
  });
  const shared = { cpus: machine.cpus, isShared: prepared.isCoLocated };
  return {
    ...judgeCapacity(result, statedGoals(prepared.plan), baseline),
    ...judgeSearchResources(trials, result, { plan: prepared.plan, watch, machine: shared }),
  };
}

async function runTrials(
  context: RunContext,
  phase: PreparedSearch,
  begun: Search,
  resources: ResourceWatch,
): Promise<{ readonly search: Search; readonly trials: readonly JudgedTrial[] }> {
  const rest = createRest(context, phase);
  const until = conditionsOf(phase.search);
  const trials: JudgedTrial[] = [];
  let search = begun;
  await rest.measure();
  while (search.next.kind === 'trial') {
    const { trial } = search.next;
    const findings = trial.needsRecovery ? await rest.regain() : [];
    if (context.stop.reason !== undefined) break;
    const judged = await runTrial(context, phase, { trial, until, earlier: trials, findings, resources });
    trials.push(judged);
    context.options.onEvent({ kind: 'trial-ended', phase: phase.name, result: judged.trial });
    const { answer } = judged;
    if (answer.kind === 'void') break;
    search = afterTrial(search, outcomeOf(answer, findings.length > 0));
  }
  return { search, trials };
}

/** A goal that names no phase is about a search too; the figures of two rates are no pair. */
const noBaseline = {
  kind: 'none',
  reason: 'a search ends at another rate in each run, so it has no baseline: a phase with a fixed load has',
} as const;

interface TrialOrder {
  readonly trial: Trial;
  readonly until: Conditions;
  readonly earlier: readonly JudgedTrial[];
  readonly findings: Awaited<ReturnType<Rest['regain']>>;
  readonly resources: ResourceWatch;
}

async function runTrial(
  context: RunContext,
  phase: PreparedSearch,
  { trial, until, earlier, findings, resources }: TrialOrder,
): Promise<JudgedTrial> {
  const { options, machine, prepared } = context;
  const { find } = phase.search;
  const { rate, purpose } = trial;
  const number = earlier.length + 1;
  const lengthMs = purpose === 'confirm' ? find.confirm : find.trial;
  const load = trialLoad(phase.search, { rate, lengthMs });
  const compiled = compileLoad(context, phase, load, number);
  const name = trialName({ phase: phase.name, number, rate });
  options.onEvent({ kind: 'trial-started', phase: phase.name, number, purpose, rate, plannedMs: lengthMs });
  const totals = new PhaseTotals(name, compiled.window, { cpus: machine.cpus });
  const samples: LoadSample[] = [];
  const collect = collectSamples(samples);
  const watched = { load, totals, samples, rate, iterationMs: iterationMsBefore(earlier) };
  const watch = watchForEnd(watched, until.goals);
  const early = new AbortController();
  let endedFor: EarlyEnd | undefined;
  const end = await runLoad(context, {
    phase: phase.name,
    name,
    part: number,
    compiled,
    files: { script: `trial-${number}.js`, log: `trial-${number}.log` },
    stop: early.signal,
    onRecord: (record) => {
      totals.add(record);
      resources.add(record);
      collect(record);
      if (record.kind !== 'tick' || endedFor !== undefined) return;
      endedFor = watch(record);
      if (endedFor !== undefined) early.abort();
    },
  });
  const { points: _, pointsOf: __, ...told } = end;
  return judgeTrial({
    ...told,
    plan: prepared.plan,
    phase: phase.name,
    totals,
    isCoLocated: prepared.isCoLocated,
    findings: [...end.findings, ...findings],
    trial,
    number,
    load,
    until,
    samples,
    endedFor,
    earlier,
    baseline: noBaseline,
  });
}

function endedBy({ code, message }: StopReason): JudgedVerdict {
  return { verdict: isWanted(code) ? 'aborted' : 'incomplete', reason: message };
}
