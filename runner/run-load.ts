/** One tool for one load: its script, its records, and how it ended. */
import path from 'node:path';
import type { BesideScript } from './load-files';
import type { PointsOf } from '../core/measure/saturation-breach';
import type { StreamRecord } from '../core/measure/record';
import type { SeriesPoint } from '../core/measure/series';
import type { GeneratorFate } from '../core/measure/lost-generators';
import type { Finding } from '../core/measure/validity';
import type { ToolExit } from '../core/measure/verdict';
import { openStartGate } from '../engines/host/start-gate';
import { k6Config } from '../engines/k6/command';
import type { GeneratorShare } from '../engines/k6/segments';
import { generatorsOf, type CompiledLoad, type Generators } from './compile-phase';
import { conductGenerators, type GeneratorEnd } from './conduct-generators';
import { conductTool, type ToolConduct } from './conduct-tool';
import { fileNames } from './layout';
import { loadFileNames, toolFor, type LoadTool } from './load-tool';
import { createProgressMeter } from './progress';
import { createGeneratorsRecorder, type GeneratorsRecorder } from './record-generators';
import { createStreamRecorder, type StreamRecorder } from './record-stream';
import type { RunContext } from './run-context';
import { isWanted } from './stop';

export interface LoadOrder {
  readonly phase: string;
  /** The name in the stream: that of the phase, or of a part of it. */
  readonly name: string;
  /** The trial of a search, for those who watch; `probe`: nobody needs to watch. */
  readonly part?: number | 'probe';
  readonly compiled: CompiledLoad;
  /** What the files of a part of the phase are called, such as `trial-3`. */
  readonly stem?: string;
  readonly onRecord: (record: StreamRecord) => void;
  /** Whether somebody watches for when to end it: its records then come several times a second. */
  readonly isWatched?: boolean;
  /** Ends the load before its time, and not the run. */
  readonly stop?: AbortSignal;
}

/** How a load ended, in the words of whoever judges it. */
export interface LoadEnd {
  readonly exit: ToolExit;
  readonly isDeadlineHit: boolean;
  readonly findings: readonly Finding[];
  /** Who or what stopped the run before its time. */
  readonly stopped: string | undefined;
  readonly recorderFault: string | undefined;
  /** Where there were several. */
  readonly generators?: GeneratorFate;
  /** The load over time. */
  readonly points: readonly SeriesPoint[];
  readonly pointsOf: (selection: PointsOf) => readonly SeriesPoint[];
}

/** What every load of a phase reads: k6's settings, the rows of the feeds and the files. @returns the folder. */
export async function makePhaseFolder(
  { folder }: RunContext,
  name: string,
  feeds: BesideScript,
): Promise<string> {
  const below = belowRun(name);
  const dir = await folder.makeFolder(below);
  await folder.write(path.posix.join(below, fileNames.config), k6Config);
  for (const inner of new Set([...feeds.keys()].map((file) => path.posix.dirname(file))))
    await folder.makeFolder(path.posix.join(below, inner));
  for (const [file, content] of feeds) await folder.write(path.posix.join(below, file), content);
  return dir;
}

/**
 * Runs a load in the folder of its phase.
 *
 * @throws the error of the disk where the load cannot be kept.
 */
export async function runLoad(context: RunContext, order: LoadOrder): Promise<LoadEnd> {
  const { options, folder, written } = context;
  const { phase, name, part, compiled } = order;
  const tool = toolFor(context, compiled);
  const { script } = loadFileNames(compiled, order.stem);
  await folder.write(path.posix.join(belowRun(phase), script), tool.script({ name }));
  const meter = createProgressMeter(name, compiled.plannedMs);
  // A probe only asks whether the target is at rest.
  const observed =
    part === 'probe'
      ? undefined
      : context.observer.beside({ phase: name, plannedMs: compiled.plannedMs }, order.onRecord);
  const onRecord = (record: StreamRecord): void => {
    written.records += 1;
    observed?.hear(record);
    order.onRecord(record);
    meter.add(record);
  };
  const onStart = (record: StreamRecord): void => observed?.hear(record);
  const { stream: log } = folder;
  const { redact } = context;
  const generators = generatorsOf(compiled);
  const { count } = generators;
  const recorder =
    count === 1
      ? createStreamRecorder(log, redact, onRecord)
      : createGeneratorsRecorder({ log, redact, phase: name, count, onRecord, onStart });
  const ticker = setInterval(() => {
    if (part === 'probe') return;
    options.onEvent({ kind: 'progress', phase, ...(part && { trial: part }), ...meter.now() });
  }, progressMs);
  let seen: readonly Finding[] = [];
  const conducted =
    'part' in recorder
      ? conductAll(context, order, { tool, recorder, generators })
      : conductOne(context, order, tool, recorder);
  const ended = await conducted.finally(async () => {
    clearInterval(ticker);
    seen = (await observed?.end()) ?? [];
  });
  return {
    ...ended,
    findings: [...ended.findings, ...seen],
    stopped: wantedStop(context),
    recorderFault: recorderFault(context, recorder),
    points: meter.points(),
    pointsOf: (selection) => meter.points(selection),
  };
}

const progressMs = 1000;
const watchedRecordMs = 250;

function belowRun(phase: string): string {
  return path.posix.join(fileNames.phases, phase);
}

async function conductOne(
  context: RunContext,
  order: LoadOrder,
  tool: LoadTool,
  recorder: StreamRecorder,
): Promise<GeneratorEnd> {
  const ended = await conduct(context, order, tool, recorder);
  return endOf(tool, ended, isEndedByUs(context, order));
}

function isEndedByUs({ stop }: RunContext, order: LoadOrder): boolean {
  return stop.reason !== undefined || order.stop?.aborted === true;
}

interface Several {
  readonly tool: LoadTool;
  readonly recorder: GeneratorsRecorder;
  readonly generators: Generators;
}

async function conductAll(
  context: RunContext,
  order: LoadOrder,
  { tool, recorder, generators: { count, onLost } }: Several,
): Promise<GeneratorEnd> {
  const gate = await openStartGate(count);
  try {
    return await conductGenerators({
      count,
      onLost,
      merge: recorder.merge,
      run: async (index, others) => {
        const share = { index, count, gate: gate.address };
        const ended = await conduct(context, order, tool, recorder.part(index), { share, stop: others });
        gate.giveUp();
        return endOf(tool, ended, isEndedByUs(context, order) || others.aborted);
      },
      onLoss: ({ number, why }) => {
        const message = `generator ${number} of ${count} was lost: ${why}`;
        context.options.onEvent({ kind: 'notice', phase: order.phase, code: 'lost-generator', message });
      },
    });
  } finally {
    gate.close();
  }
}

interface Part {
  readonly share: GeneratorShare;
  /** Ends it for what became of another part. */
  readonly stop: AbortSignal;
}

function conduct(
  context: RunContext,
  order: LoadOrder,
  tool: LoadTool,
  recorder: StreamRecorder,
  part?: Part,
): Promise<ToolConduct> {
  const { options } = context;
  const { phase, name, compiled } = order;
  const dir = path.join(context.folder.dir, fileNames.phases, phase);
  const files = loadFileNames(compiled, order.stem);
  const { signal } = context.stop;
  return conductTool({
    command: tool.command({
      ...{ name, dir, scriptFile: path.join(dir, files.script), share: part?.share },
      // Those of several generators are merged second by second.
      recordEveryMs: order.isWatched === true && part === undefined ? watchedRecordMs : undefined,
    }),
    supervisorFile: options.supervisorFile,
    disk: context.disk,
    logFile: path.join(dir, logOf(files.log, part)),
    redact: context.redact,
    recorder,
    expectedMs: compiled.plannedMs + compiled.drainMs,
    patience: context.patience,
    stop: AbortSignal.any([signal, ...(order.stop ? [order.stop] : []), ...(part ? [part.stop] : [])]),
    onStalled: (silentMs) => {
      const message = `no record for ${Math.round(silentMs / 1000)} s: the tool may hang`;
      options.onEvent({ kind: 'notice', phase, code: 'stalled', message });
    },
  });
}

/** `k6-2.log`: each generator has a log of its own. */
function logOf(file: string, part: Part | undefined): string {
  if (part === undefined) return file;
  const { name, ext } = path.parse(file);
  return `${name}-${part.share.index + 1}${ext}`;
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
  const findings: Finding[] =
    worstSilenceMs === 0
      ? []
      : [
          {
            code: 'stalled',
            weight: 'suspect',
            message: `no record came for ${Math.round(worstSilenceMs / 1000)} s: the generator or the machine hung`,
          },
        ];
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
  const tellsWhy = meaning.kind === 'error' || meaning.kind === 'aborted';
  const cause = tellsWhy ? tool.cause(conduct.lastLines) : undefined;
  const message = cause === undefined ? meaning.message : `${meaning.message}: ${cause}`;
  return { exit: { kind: meaning.kind, message }, isDeadlineHit, findings };
}

function wantedStop({ stop }: RunContext): string | undefined {
  return stop.reason !== undefined && isWanted(stop.reason.code) ? stop.reason.message : undefined;
}

function recorderFault(
  { stop, folder }: RunContext,
  { damaged }: Pick<StreamRecorder, 'damaged'>,
): string | undefined {
  if (stop.reason !== undefined && !isWanted(stop.reason.code)) return stop.reason.message;
  if (folder.stream.failure !== undefined) return folder.stream.failure.message;
  return damaged === 0 ? undefined : `${damaged} lines of the tool were damaged`;
}
