/** One process of a load, from its command to what its end means. */
import path from 'node:path';
import type { Finding } from '../core/measure/validity';
import type { ToolExit } from '../core/measure/verdict';
import type { LocustRole } from '../engines/locust/command';
import type { GeneratorShare } from '../engines/k6/segments';
import type { GeneratorEnd } from './conduct-generators';
import { conductTool, type ToolConduct } from './conduct-tool';
import { fileNames } from './layout';
import type { LoadOrder } from './load-order';
import { loadFileNames, type LoadTool } from './load-tool';
import type { RunContext } from './run-context';
import type { StreamRecorder } from './record-stream';

export interface ProcessWish {
  readonly tool: LoadTool;
  /** What takes its records; absent where it writes none. */
  readonly recorder?: StreamRecorder;
  /** Where it is one of several that make the load together. */
  readonly share?: GeneratorShare;
  readonly role?: LocustRole;
  /** Where each of several has a log of its own: `k6-2.log`. */
  readonly number?: number;
  /** How long it may wait for others before its load begins, in milliseconds. */
  readonly waitMs?: number;
  /** Told once it has started, where its own records do not tell its process. */
  readonly onStarted?: (pid: number) => void;
  /** What ends it before its time. */
  readonly stops: readonly AbortSignal[];
  /** Whether it was this runner that ended it. */
  readonly isEnded: () => boolean;
}

const watchedRecordMs = 250;

const noRecorder: StreamRecorder = { add: () => undefined, end: () => undefined, damaged: 0 };

/** Runs a process of a load, and tells how it ended. */
export async function runProcess(
  context: RunContext,
  order: LoadOrder,
  wish: ProcessWish,
): Promise<GeneratorEnd> {
  const { options, patience } = context;
  const { phase, name, compiled } = order;
  const dir = path.join(context.folder.dir, fileNames.phases, phase);
  const files = loadFileNames(compiled, order.stem);
  const { tool, recorder, share, role, waitMs = 0 } = wish;
  const conduct = await conductTool({
    command: tool.command({
      ...{ name, dir, scriptFile: path.join(dir, files.script), share, role },
      // Those of several generators are merged second by second.
      recordEveryMs: order.isWatched === true && share === undefined ? watchedRecordMs : undefined,
    }),
    supervisorFile: options.supervisorFile,
    disk: context.disk,
    logFile: path.join(dir, wish.number === undefined ? files.log : numberedLog(files.log, wish.number)),
    redact: context.redact,
    recorder: recorder ?? noRecorder,
    expectedMs: compiled.plannedMs + compiled.drainMs + waitMs,
    // Whoever writes no records is silent.
    patience: recorder === undefined ? { ...patience, stallMs: Infinity } : patience,
    stop: AbortSignal.any([...wish.stops]),
    ...(wish.onStarted && { onStarted: wish.onStarted }),
    onStalled: (silentMs) => {
      const which = wish.number === undefined ? '' : ` of generator ${wish.number}`;
      const message = `no record${which} for ${Math.round(silentMs / 1000)} s: the tool may hang`;
      options.onEvent({ kind: 'notice', phase, code: 'stalled', message });
    },
  });
  return endOf(tool, conduct, wish.isEnded());
}

/** The log of one of several: `k6-2.log`. */
export function numberedLog(file: string, number: number): string {
  const { name, ext } = path.parse(file);
  return `${name}-${number}${ext}`;
}

export function stalledFinding(silentMs: number): Finding {
  return {
    code: 'stalled',
    weight: 'suspect',
    message: `no record came for ${Math.round(silentMs / 1000)} s: the generator or the machine hung`,
  };
}

/** @param isEnded whether it was this runner that ended the tool. */
function endOf(tool: LoadTool, conduct: ToolConduct, isEnded: boolean): GeneratorEnd {
  if (conduct.kind === 'not-started') {
    const exit: ToolExit = {
      kind: 'error',
      message: `${tool.title} could not be started: ${conduct.message}`,
    };
    return { exit, isDeadlineHit: false, findings: [] };
  }
  const { exit, isDeadlineHit, worstSilenceMs } = conduct;
  const findings: Finding[] = worstSilenceMs === 0 ? [] : [stalledFinding(worstSilenceMs)];
  if (exit.isSupervisorLost) {
    return {
      exit: { kind: 'killed', message: `the supervisor of ${tool.title} was killed` },
      isDeadlineHit,
      findings,
    };
  }
  const meaning = tool.explain(exit.code, exit.signal);
  // It was this runner that ended it, for a reason that is told elsewhere.
  if (isEnded && meaning.kind === 'killed') {
    return { exit: { kind: 'clean' }, isDeadlineHit, findings };
  }
  if (isDeadlineHit && meaning.kind === 'killed') {
    const message = `${tool.title} did not end by its deadline and was killed`;
    return { exit: { kind: 'killed', message }, isDeadlineHit, findings };
  }
  const tellsWhy = meaning.kind === 'error' || meaning.kind === 'aborted';
  const cause = tellsWhy ? tool.cause(conduct.lastLines) : undefined;
  const message = cause === undefined ? meaning.message : `${meaning.message}: ${cause}`;
  return { exit: { kind: meaning.kind, message }, isDeadlineHit, findings };
}
