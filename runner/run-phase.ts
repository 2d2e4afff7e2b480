/** A phase of load: one script, one tool, one result. */
import { judgePhase } from '../core/measure/judge-phase';
import { judgeLoadResources } from '../core/measure/judge-resources';
import { PhaseTotals } from '../core/measure/phase-totals';
import { ResourceWatch } from '../core/measure/resource-watch';
import type { PhaseResult } from '../core/run/run';
import { findBaseline } from './find-baseline';
import type { PreparedPhase } from './prepare-phases';
import { generatorCpus } from './generator-cpus';
import type { RunContext } from './run-context';
import { toolsOf } from './tools-of';
import { makePhaseFolder, runLoad } from './run-load';

type PreparedLoad = Extract<PreparedPhase, { readonly kind: 'load' }>;

/** @throws the error of the disk where the phase cannot be kept. */
export async function runPhase(context: RunContext, phase: PreparedLoad): Promise<PhaseResult> {
  const { options, folder, machine, prepared } = context;
  const { name, compiled, planned } = phase;
  const totals = new PhaseTotals(name, compiled.window, { cpus: generatorCpus(context, compiled) });
  const watch = new ResourceWatch();
  await makePhaseFolder(context, name, phase.feeds);
  options.onEvent({ kind: 'phase-started', phase: name, plannedMs: planned.plannedMs });
  const end = await runLoad(context, {
    phase: name,
    name,
    compiled,
    feeds: phase.feeds,
    onRecord: (record) => {
      totals.add(record);
      watch.add(record);
    },
  });
  const result = judgePhase(phase.load, {
    plan: prepared.plan,
    phase: name,
    totals,
    ...end,
    isCoLocated: prepared.isCoLocated,
    // Read once the load is over, so that nothing competes with it.
    baseline: await findBaseline({
      dir: folder.dir,
      planFile: options.planFile,
      environment: options.environment ?? null,
      measured: { machine, tools: toolsOf(prepared) },
      phase: name,
      window: compiled.window,
      goals: prepared.plan.goals,
    }),
  });
  const { plan, isCoLocated } = prepared;
  const evidence = { plan, watch, machine: { cpus: machine.cpus, isShared: isCoLocated } };
  return { ...result, ...judgeLoadResources(phase.load, result, evidence, end.pointsOf) };
}
