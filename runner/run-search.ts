/** A search for the capacity: short loads one after the other, each chosen by how the ones before it went. */
import {
  afterRest,
  afterTrial,
  beginSearch,
  searchSettings,
  type Search,
  type Trial,
} from '../core/measure/capacity-search';
import { conditionsOf, type Conditions } from '../core/measure/conditions';
import { watchForEnd, type EarlyEnd } from '../core/measure/early-end';
import { judgeSearch } from '../core/measure/judge-search';
import { iterationMsBefore, judgeTrial, outcomeOf, type JudgedTrial } from '../core/measure/judge-trial';
import { collectSamples, type LoadSample } from '../core/measure/load-samples';
import { judgeCapacity } from '../core/measure/capacity-goal';
import { statedGoals } from '../core/measure/judge-phase';
import { judgeSearchResources } from '../core/measure/judge-resources';
import { overloadTrial } from '../core/measure/overload-trial';
import { PhaseTotals } from '../core/measure/phase-totals';
import { ResourceWatch } from '../core/measure/resource-watch';
import type { Finding } from '../core/measure/validity';
import type { JudgedVerdict } from '../core/measure/verdict';
import { trialLoad } from '../core/plan/trial-load';
import type { PhaseResult } from '../core/run/run';
import { trialName } from '../core/run/trial-name';
import { createRest, type Rest } from './await-rest';
import { findCapacityBaseline } from './find-baseline';
import { compileLoad, type PreparedSearch } from './compile-load';
import { generatorCpus } from './generator-cpus';
import type { RunContext } from './run-context';
import { makePhaseFolder, runLoad } from './run-load';
import { skipPhase } from './skip-phase';
import { isWanted, type StopReason } from './stop';
import { toolsOf } from './tools-of';

/** @throws the error of the disk where the search cannot be kept. */
export async function runSearch(context: RunContext, phase: PreparedSearch): Promise<PhaseResult> {
  const { options, stop } = context;
  const { name, planned, search: plan } = phase;
  await makePhaseFolder(context, name, phase.feeds);
  options.onEvent({ kind: 'phase-started', phase: name, plannedMs: planned.plannedMs });
  const resources = new ResourceWatch();
  const rest = createRest(context, phase);
  const { search, trials } = await runTrials(context, phase, {
    begun: beginSearch(searchSettings(plan)),
    rest,
    resources,
  });
  const result = judgeSearch(name, search, trials);
  if (result === undefined) return skipPhase(phase, stop.reason?.message ?? 'no trial was made', stop.reason);
  const { machine, prepared, folder } = context;
  const shared = { cpus: machine.cpus, isShared: prepared.isCoLocated };
  const judgeResources = (judged: readonly JudgedTrial[]): ReturnType<typeof judgeSearchResources> =>
    judgeSearchResources(judged, result, { plan: prepared.plan, watch: resources, machine: shared });
  const found = judgeResources(trials);
  const overload = overloadTrial(search, found.saturation, plan.find.trial);
  const last =
    overload === undefined || stop.reason !== undefined
      ? undefined
      : await runOverload(context, phase, { ...overload, earlier: trials, rest, resources });
  await leaveAtRest(context, phase, { last: last ?? trials.at(-1), rest });
  const baseline = await findCapacityBaseline({
    dir: folder.dir,
    planFile: options.planFile,
    environment: options.environment ?? null,
    measured: { machine, tools: toolsOf(prepared) },
    phase: name,
    unit: plan.find.start.unit,
    goals: prepared.plan.goals,
  });
  const told = withTrial(result, last);
  const ended = stop.reason === undefined ? {} : endedBy(stop.reason);
  return {
    ...judgeCapacity({ ...told, ...ended }, statedGoals(prepared.plan), baseline),
    ...(last === undefined ? found : judgeResources([...trials, last])),
  };
}

/** The next phase must not find what a last trial left behind that broke, or that was above the limit. */
async function leaveAtRest(
  { prepared }: RunContext,
  { name }: PreparedSearch,
  { last, rest }: { readonly last: JudgedTrial | undefined; readonly rest: Rest },
): Promise<void> {
  const isFollowed = prepared.phases.at(-1)?.name !== name;
  const isDisturbed = last !== undefined && (!last.trial.held || last.trial.purpose === 'overload');
  if (isFollowed && isDisturbed) await rest.regain();
}

function withTrial(result: PhaseResult, last: JudgedTrial | undefined): PhaseResult {
  const { capacity } = result;
  if (capacity === undefined || last === undefined) return result;
  return { ...result, capacity: { ...capacity, trials: [...capacity.trials, last.trial] } };
}

interface OverloadOrder {
  readonly trial: Trial;
  readonly lengthMs: number;
  readonly earlier: readonly JudgedTrial[];
  readonly rest: Rest;
  readonly resources: ResourceWatch;
}

/** @returns `undefined` where it has nothing to tell. */
async function runOverload(
  context: RunContext,
  phase: PreparedSearch,
  { rest, ...order }: OverloadOrder,
): Promise<JudgedTrial | undefined> {
  const findings = await rest.regain();
  if (context.stop.reason !== undefined) return undefined;
  const judged = await runTrial(context, phase, { ...order, until: conditionsOf(phase.search), findings });
  context.options.onEvent({ kind: 'trial-ended', phase: phase.name, result: judged.trial });
  return judged.answer.kind === 'void' ? undefined : judged;
}

interface SearchOrder {
  readonly begun: Search;
  readonly rest: Rest;
  readonly resources: ResourceWatch;
}

async function runTrials(
  context: RunContext,
  phase: PreparedSearch,
  { begun, rest, resources }: SearchOrder,
): Promise<{ readonly search: Search; readonly trials: readonly JudgedTrial[] }> {
  const until = conditionsOf(phase.search);
  const trials: JudgedTrial[] = [];
  let search = begun;
  await rest.measure();
  while (search.next.kind === 'trial') {
    let beganMs = performance.now();
    let findings: readonly Finding[] = [];
    if (search.next.trial.needsRecovery) {
      findings = await rest.regain();
      search = afterRest(search, performance.now() - beganMs);
    }
    if (context.stop.reason !== undefined || search.next.kind === 'done') break;
    const { trial } = search.next;
    const { find } = phase.search;
    const lengthMs = trial.purpose === 'confirm' ? find.confirm : find.trial;
    const order = { trial, lengthMs, until, earlier: trials, findings, resources };
    beganMs = performance.now();
    const judged = await runTrial(context, phase, order);
    const tookMs = performance.now() - beganMs;
    trials.push(judged);
    context.options.onEvent({ kind: 'trial-ended', phase: phase.name, result: judged.trial });
    const { answer } = judged;
    if (answer.kind === 'void') break;
    search = afterTrial(search, { ...outcomeOf(judged, findings.length > 0), tookMs });
  }
  return { search, trials };
}

/** A goal that names no phase is about a search too; the figures of two loads are no pair. */
const noBaseline = {
  kind: 'none',
  reason: 'a search ends at another load in each run, so it has no baseline: a phase with a fixed load has',
} as const;

interface TrialOrder {
  readonly trial: Trial;
  readonly lengthMs: number;
  readonly until: Conditions;
  readonly earlier: readonly JudgedTrial[];
  readonly findings: Awaited<ReturnType<Rest['regain']>>;
  readonly resources: ResourceWatch;
}

async function runTrial(
  context: RunContext,
  phase: PreparedSearch,
  { trial, lengthMs, until, earlier, findings, resources }: TrialOrder,
): Promise<JudgedTrial> {
  const { options, prepared } = context;
  const { level, purpose, sparing } = trial;
  const number = earlier.length + 1;
  const { unit } = phase.search.find.start;
  const load = trialLoad(phase.search, { level: { value: level, unit }, lengthMs });
  const compiled = compileLoad(context, phase, load, number);
  const name = trialName({ phase: phase.name, number, level, unit });
  const { plannedMs } = compiled;
  options.onEvent({ kind: 'trial-started', phase: phase.name, number, purpose, level, unit, plannedMs });
  const totals = new PhaseTotals(name, compiled.window, { cpus: generatorCpus(context, compiled) });
  const samples: LoadSample[] = [];
  const records: LoadSample[] = [];
  const collect = [collectSamples(samples), collectSamples(records, 0)];
  const watch = watchForEnd({
    load,
    totals,
    samples,
    records,
    level,
    sparedAbove: sparing?.held,
    iterationMs: iterationMsBefore(earlier),
    goals: statedGoals(prepared.plan),
    conditions: until.goals,
    // Whether users are still followed, only a whole trial tells.
    isWhole: purpose === 'confirm' || (unit === 'users' && until.hasPlateau),
  });
  const early = new AbortController();
  let endedFor: EarlyEnd | undefined;
  const end = await runLoad(context, {
    phase: phase.name,
    name,
    part: number,
    compiled,
    feeds: phase.feeds,
    stem: `trial-${number}`,
    isWatched: true,
    stop: early.signal,
    onRecord: (record) => {
      totals.add(record);
      resources.add(record);
      for (const each of collect) each(record);
      if (record.kind !== 'tick' || endedFor !== undefined || purpose === 'overload') return;
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
