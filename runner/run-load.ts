/** One k6 for one load: its script, its records, and how it ended. */
import path from 'node:path';
import type { BesideScript } from './load-files';
import { z } from 'zod';
import type { PointsOf } from '../core/measure/saturation-breach';
import type { StreamRecord } from '../core/measure/record';
import type { SeriesPoint } from '../core/measure/series';
import type { GeneratorFate } from '../core/measure/lost-generators';
import type { Finding } from '../core/measure/validity';
import type { ToolExit } from '../core/measure/verdict';
import type { CompiledPhase } from '../engines/k6/compile/compile';
import { openStartGate } from '../engines/host/start-gate';
import { explainExit, k6Command, k6Config } from '../engines/k6/command';
import type { GeneratorShare } from '../engines/k6/segments';
import { conductGenerators, type GeneratorEnd } from './conduct-generators';
import { conductTool, type ToolConduct } from './conduct-tool';
import { fileNames } from './layout';
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
  readonly compiled: CompiledPhase;
  /** Names of the files in the folder of the phase. */
  readonly files: { readonly script: string; readonly log: string };
  readonly onRecord: (record: StreamRecord) => void;
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
  await folder.write(path.posix.join(belowRun(phase), order.files.script), compiled.script);
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
  const { generators: count } = compiled;
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
    'part' in recorder ? conductAll(context, order, recorder) : conductOne(context, order, recorder);
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

function belowRun(phase: string): string {
  return path.posix.join(fileNames.phases, phase);
}

async function conductOne(
  context: RunContext,
  order: LoadOrder,
  recorder: StreamRecorder,
): Promise<GeneratorEnd> {
  const conduct = await conductK6(context, order, recorder);
  return endOf(conduct, isEndedByUs(context, order));
}

function isEndedByUs({ stop }: RunContext, order: LoadOrder): boolean {
  return stop.reason !== undefined || order.stop?.aborted === true;
}

async function conductAll(
  context: RunContext,
  order: LoadOrder,
  recorder: GeneratorsRecorder,
): Promise<GeneratorEnd> {
  const { generators: count, onLostGenerator: onLost } = order.compiled;
  const gate = await openStartGate(count);
  try {
    return await conductGenerators({
      count,
      onLost,
      merge: recorder.merge,
      run: async (index, others) => {
        const share = { index, count, gate: gate.address };
        const conduct = await conductK6(context, order, recorder.part(index), { share, stop: others });
        gate.giveUp();
        return endOf(conduct, isEndedByUs(context, order) || others.aborted);
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

function conductK6(
  context: RunContext,
  order: LoadOrder,
  recorder: StreamRecorder,
  part?: Part,
): Promise<ToolConduct> {
  const { options, prepared } = context;
  const { phase, name, compiled, files } = order;
  const dir = path.join(context.folder.dir, fileNames.phases, phase);
  const { signal } = context.stop;
  return conductTool({
    command: {
      ...k6Command({
        k6: prepared.k6.path,
        script: path.join(dir, files.script),
        config: path.join(dir, fileNames.config),
        phase: name,
        environment: only(Object.keys(compiled.environment), prepared.env),
        secrets: only(Object.keys(compiled.secrets), prepared.secrets),
        privateFiles: new Map(
          Object.entries(compiled.privateFiles).map(([file, variable]) => [
            variable,
            prepared.privateFiles.get(file) ?? '',
          ]),
        ),
        inherited: options.variables,
        share: part?.share,
        remoteWrite: context.observer.remoteWrite && {
          ...context.observer.remoteWrite,
          run: context.folder.id,
        },
      }),
      cwd: dir,
    },
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

/** What this phase takes from outside, out of what the run does. */
function only(names: readonly string[], values: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(names.map((name) => [name, values.get(name) ?? '']));
}

/** @param isEnded whether it was this runner that ended the tool. */
function endOf(conduct: ToolConduct, isEnded: boolean): GeneratorEnd {
  if (conduct.kind === 'not-started') {
    const exit: ToolExit = { kind: 'error', message: `k6 could not be started: ${conduct.message}` };
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
    return { exit: { kind: 'killed', message: 'the supervisor of k6 was killed' }, isDeadlineHit, findings };
  }
  const meaning = explainExit(exit.code, exit.signal);
  // It was this runner that ended it, for a reason that is told elsewhere.
  if (isEnded && meaning.kind === 'killed') {
    return { exit: { kind: 'clean' }, isDeadlineHit, findings };
  }
  const tellsWhy = meaning.kind === 'error' || meaning.kind === 'aborted';
  const cause = tellsWhy ? lastError(conduct.lastLines) : undefined;
  const message = cause === undefined ? meaning.message : `${meaning.message}: ${cause}`;
  return { exit: { kind: meaning.kind, message }, isDeadlineHit, findings };
}

const logLine = z.object({ level: z.literal('error'), msg: z.string() });

/** The first line of the last error in k6's log, which holds one JSON object per line. */
function lastError(lines: readonly string[]): string | undefined {
  const messages = lines.flatMap((line) => {
    const read = line.startsWith('{') ? logLine.safeParse(parseJson(line)) : undefined;
    return read?.success === true ? [read.data.msg] : [];
  });
  return messages.at(-1)?.split('\n')[0]?.slice(0, 300);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
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
