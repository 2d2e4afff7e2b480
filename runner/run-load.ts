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
import { generatorsOf, isLocustLoad, type Generators } from './compile-phase';
import { conductGenerators, type GeneratorEnd } from './conduct-generators';
import { fileNames } from './layout';
import { isEndedByUs, stopsOf, tellLoss, type LoadOrder } from './load-order';
import { loadFileNames, toolFor, type LoadTool } from './load-tool';
import { createProgressMeter } from './progress';
import { createGeneratorsRecorder, type GeneratorsRecorder } from './record-generators';
import { createStreamRecorder, type StreamRecorder } from './record-stream';
import type { RunContext } from './run-context';
import { runPods } from './run-pods';
import { runProcess } from './run-process';
import { workersOf } from './run-workers';
import { isWanted } from './stop';

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
  // A pod's process is none of this machine.
  const isHere = context.prepared.cluster === undefined;
  const onStart = (record: StreamRecord): void => {
    if (isHere) observed?.hear(record);
  };
  const onRecord = (record: StreamRecord): void => {
    written.records += 1;
    if (record.kind === 'start') onStart(record);
    else observed?.hear(record);
    order.onRecord(record);
    meter.add(record);
  };
  const { recorder, ended: conducted } = begin(context, order, tool, {
    onRecord,
    onStart,
    onWorker: (pid) => observed?.watch(pid, 'worker'),
  });
  const ticker = setInterval(() => {
    if (part === 'probe') return;
    options.onEvent({ kind: 'progress', phase, ...(part && { trial: part }), ...meter.now() });
  }, progressMs);
  let seen: readonly Finding[] = [];
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

interface Begun {
  readonly recorder: Pick<StreamRecorder, 'damaged'>;
  readonly ended: Promise<GeneratorEnd>;
}

interface Hearing {
  readonly onRecord: (record: StreamRecord) => void;
  /** Called with what each of several processes tells at its start. */
  readonly onStart: (record: StreamRecord) => void;
  /** Called with the process of each worker of this machine: workers write no records. */
  readonly onWorker: (pid: number) => void;
}

/** Starts what makes the load: one process, several that share it, or a master with its workers. */
function begin(context: RunContext, order: LoadOrder, tool: LoadTool, hearing: Hearing): Begun {
  const { onRecord, onStart, onWorker } = hearing;
  const { compiled, name: phase } = order;
  const { redact } = context;
  const { stream: log } = context.folder;
  if (isLocustLoad(compiled)) {
    const crew = workersOf(context, order, { tool, compiled, onWorker });
    const recorder = createStreamRecorder(log, redact, (record) => {
      onRecord(record);
      crew?.hear(record);
    });
    return { recorder, ended: crew?.run(recorder) ?? conductOne(context, order, tool, recorder) };
  }
  const generators = generatorsOf(compiled);
  const { count } = generators;
  const { cluster } = context.prepared;
  if (cluster !== undefined) {
    const recorder = createGeneratorsRecorder({ log, redact, phase, count, onRecord, onStart });
    return { recorder, ended: runPods(context, order, { cluster, tool, compiled, recorder }) };
  }
  if (count === 1) {
    const recorder = createStreamRecorder(log, redact, onRecord);
    return { recorder, ended: conductOne(context, order, tool, recorder) };
  }
  const recorder = createGeneratorsRecorder({ log, redact, phase, count, onRecord, onStart });
  return { recorder, ended: conductAll(context, order, { tool, recorder, generators }) };
}

function belowRun(phase: string): string {
  return path.posix.join(fileNames.phases, phase);
}

function conductOne(
  context: RunContext,
  order: LoadOrder,
  tool: LoadTool,
  recorder: StreamRecorder,
): Promise<GeneratorEnd> {
  const isEnded = (): boolean => isEndedByUs(context, order);
  return runProcess(context, order, { tool, recorder, stops: stopsOf(context, order), isEnded });
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
        const ended = await runProcess(context, order, {
          tool,
          recorder: recorder.part(index),
          share: { index, count, gate: gate.address },
          number: index + 1,
          stops: [...stopsOf(context, order), others],
          isEnded: () => isEndedByUs(context, order) || others.aborted,
        });
        gate.giveUp();
        return ended;
      },
      onLoss: (lost) => {
        tellLoss(context, order, count, lost);
      },
    });
  } finally {
    gate.close();
  }
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
