/** A load that pods of a cluster make: their making, their records, what the end of each means, and their removal. */
import path from 'node:path';
import { clusterName } from '../core/run/cluster-name';
import type { Redactor } from '../core/run/redact';
import type { Finding } from '../core/measure/validity';
import type { ToolExit } from '../core/measure/verdict';
import type { CompiledPhase } from '../engines/k6/compile/compile';
import { exitOf } from '../engines/kubernetes/pods';
import { conductGenerators, type GeneratorEnd } from './conduct-generators';
import { generatorsOf } from './compile-phase';
import { followPod, type PodEnd } from './follow-pod';
import { fileNames } from './layout';
import { isEndedByUs, stopsOf, tellLoss, type LoadOrder } from './load-order';
import { loadFileNames, type LoadTool } from './load-tool';
import type { PreparedCluster } from './prepare-cluster';
import type { GeneratorsRecorder } from './record-generators';
import type { RunContext } from './run-context';
import { numberedLog, stalledFinding } from './run-process';
import { testRunFor, type TestRun } from './test-run';
import { watchPods, type PodWatch } from './watch-pods';

export interface PodsLoad {
  readonly cluster: PreparedCluster;
  readonly tool: LoadTool;
  readonly compiled: CompiledPhase;
  readonly recorder: GeneratorsRecorder;
}

export async function runPods(context: RunContext, order: LoadOrder, load: PodsLoad): Promise<GeneratorEnd> {
  const { cluster, compiled } = load;
  const { options, redact } = context;
  const reading = testRunFor(context, cluster, order, compiled);
  if (!reading.ok) return failed(reading.message);
  const { testRun } = reading;
  const notice = (code: string, message: string): void => {
    options.onEvent({ kind: 'notice', phase: order.phase, code, message: redact(message) });
  };
  let left: readonly Finding[] = [];
  const conduct = async (): Promise<GeneratorEnd> => {
    const made = await testRun.create();
    if (!made.ok) return failed(`the pods could not be made: ${redact(made.message)}`);
    const { count } = generatorsOf(compiled);
    const pods = count === 1 ? 'a pod' : `${count} pods`;
    notice(
      'pods-made',
      `the TestRun ${testRun.name} asks ${clusterName(cluster.kubectl.cluster)} for ${pods}`,
    );
    return await conductPods(context, order, { ...load, testRun });
  };
  const end = await conduct().finally(async () => {
    const obstacle = await testRun.remove();
    if (obstacle === undefined) return;
    const message = `the TestRun ${testRun.name} is left in the cluster (${obstacle}): take it back by “${testRun.removal}”`;
    left = [{ code: 'left-behind', weight: 'info', message: redact(message) }];
    notice('left-behind', message);
  });
  return { ...end, findings: [...end.findings, ...unsent(context), ...left] };
}

function conductPods(
  context: RunContext,
  order: LoadOrder,
  load: PodsLoad & { readonly testRun: TestRun },
): Promise<GeneratorEnd> {
  const { cluster, compiled, recorder, testRun } = load;
  const { count, onLost } = generatorsOf(compiled);
  const watch = watchPods(cluster.kubectl, testRun.name);
  return conductGenerators({
    count,
    onLost,
    merge: recorder.merge,
    run: (index, others) => runPod(context, order, { ...load, index, others, watch }),
    onLoss: (lost) => {
      tellLoss(context, order, count, lost);
    },
  });
}

interface Pod extends PodsLoad {
  readonly testRun: TestRun;
  readonly index: number;
  readonly others: AbortSignal;
  readonly watch: PodWatch;
}

async function runPod(context: RunContext, order: LoadOrder, pod: Pod): Promise<GeneratorEnd> {
  const { options, folder, patience } = context;
  const { cluster, compiled, recorder, testRun, index, others, watch } = pod;
  const dir = path.join(folder.dir, fileNames.phases, order.phase);
  const conduct = await followPod({
    kubectl: cluster.kubectl,
    supervisorFile: options.supervisorFile,
    watch,
    index,
    recorder: recorder.part(index),
    disk: context.disk,
    logFile: path.join(dir, numberedLog(loadFileNames(compiled, order.stem).log, index + 1)),
    redact: context.redact,
    expectedMs: compiled.plannedMs + compiled.drainMs,
    patience,
    stop: AbortSignal.any([...stopsOf(context, order), others]),
    endAll: () => testRun.end(),
    onStalled: (silentMs) => {
      const message = `no record of generator ${index + 1} for ${Math.round(silentMs / 1000)} s: it may hang, or cannot be reached`;
      options.onEvent({ kind: 'notice', phase: order.phase, code: 'stalled', message });
    },
  });
  const { end, isDeadlineHit, worstSilenceMs } = conduct;
  const findings = worstSilenceMs === 0 ? [] : [stalledFinding(worstSilenceMs)];
  if (isEndedByUs(context, order) || others.aborted || isDeadlineHit)
    return { exit: { kind: 'clean' }, isDeadlineHit, findings };
  const exit = exitOfPod(pod.tool, end, context.redact);
  // As long as one has not begun, the operator lets none begin.
  const hasBegun = recorder.merge.reachMs(index) > 0 || recorder.merge.hasEnded(index);
  if (hasBegun || exit.kind === 'clean') return { exit, isDeadlineHit, findings };
  const message = `generator ${index + 1} of ${compiled.generators} did not begin: ${exit.message}`;
  return { exit: { ...exit, message }, isDeadlineHit, findings, endsAll: true };
}

function exitOfPod(tool: LoadTool, end: PodEnd, redact: Redactor): ToolExit {
  if (end.kind === 'never') return { kind: 'error', message: redact(end.message) };
  if (end.kind === 'unheard') return { kind: 'killed', message: redact(end.message) };
  const { state, hasEnded, lastLines } = end;
  if (state.kind !== 'ended')
    return hasEnded ? { kind: 'clean' } : { kind: 'killed', message: 'its pod is gone from the cluster' };
  const reason = ['', 'Completed', 'Error'].includes(state.reason) ? '' : ` (${state.reason})`;
  if (state.code === null) return { kind: 'killed', message: `its pod ended${reason}` };
  const { code, signal } = exitOf(state.code);
  const { kind, message } = tool.explain(code, signal);
  const cause = kind === 'error' || kind === 'aborted' ? tool.cause(lastLines) : undefined;
  return { kind, message: `${message}${reason}${cause === undefined ? '' : `: ${cause}`}` };
}

function failed(message: string): GeneratorEnd {
  return { exit: { kind: 'error', message }, isDeadlineHit: false, findings: [] };
}

/** The relay of the runner is on this machine. */
function unsent({ observer }: RunContext): Finding[] {
  if (observer.remoteWrite === undefined) return [];
  const message =
    'k6 in pods does not write its own figures to the Prometheus server: its way there leads through this machine';
  return [{ code: 'remote-write', weight: 'info', message }];
}
