/** One phase: one script, one k6, one result. */
import path from 'node:path';
import { z } from 'zod';
import { judgePhase } from '../core/measure/judge-phase';
import { PhaseTotals } from '../core/measure/phase-totals';
import type { Finding } from '../core/measure/validity';
import type { ToolExit } from '../core/measure/verdict';
import type { PhaseResult } from '../core/run/run';
import { explainExit, k6Command, k6Config } from '../engines/k6/command';
import { conductTool, type ToolConduct } from './conduct-tool';
import { fileNames } from './layout';
import type { PreparedPhase } from './prepare-run';
import { createProgressMeter } from './progress';
import { createStreamRecorder, type StreamRecorder } from './record-stream';
import type { RunContext } from './run-context';
import { isWanted, type StopReason } from './stop';

type PreparedLoad = Extract<PreparedPhase, { readonly kind: 'load' }>;

const progressMs = 1000;

/** @throws the error of the disk where the phase cannot be kept. */
export async function runPhase(context: RunContext, phase: PreparedLoad): Promise<PhaseResult> {
  const { options, folder, machine, written } = context;
  const { name, compiled, planned } = phase;
  const dir = await writePhase(context, phase);
  const totals = new PhaseTotals(name, compiled.window, { cpus: machine.cpus });
  const meter = createProgressMeter(name, planned.plannedMs);
  const recorder = createStreamRecorder(folder.stream, context.redact, (record) => {
    written.records += 1;
    totals.add(record);
    meter.add(record);
  });
  options.onEvent({ kind: 'phase-started', phase: name, plannedMs: planned.plannedMs });
  const ticker = setInterval(() => {
    options.onEvent({ kind: 'progress', phase: name, ...meter.now() });
  }, progressMs);
  const conduct = await conductK6(context, phase, dir, recorder).finally(() => {
    clearInterval(ticker);
  });
  return judgePhase(phase.load, {
    plan: context.prepared.plan,
    phase: name,
    totals,
    ...endOf(conduct, context.stop.reason),
    stopped: wantedStop(context),
    recorderFault: recorderFault(context, recorder),
    isCoLocated: context.prepared.isCoLocated,
    points: meter.points(),
  });
}

/** What the tool reads: its script, and the rows of its feeds. */
async function writePhase({ folder }: RunContext, { name, compiled, feeds }: PreparedLoad): Promise<string> {
  const below = path.posix.join(fileNames.phases, name);
  const dir = await folder.makeFolder(below);
  await folder.write(path.posix.join(below, fileNames.script), compiled.script);
  await folder.write(path.posix.join(below, fileNames.config), k6Config);
  if (feeds.size > 0) await folder.makeFolder(path.posix.join(below, 'data'));
  for (const [file, content] of feeds) await folder.write(path.posix.join(below, file), content);
  return dir;
}

function conductK6(
  context: RunContext,
  { name, compiled, planned }: PreparedLoad,
  dir: string,
  recorder: StreamRecorder,
): Promise<ToolConduct> {
  const { options, prepared } = context;
  return conductTool({
    command: {
      ...k6Command({
        k6: prepared.k6.path,
        script: path.join(dir, fileNames.script),
        config: path.join(dir, fileNames.config),
        phase: name,
        environment: only(Object.keys(compiled.environment), prepared.env),
        secrets: only(Object.keys(compiled.secrets), prepared.secrets),
        inherited: options.variables,
      }),
      cwd: dir,
    },
    supervisorFile: options.supervisorFile,
    disk: context.disk,
    logFile: path.join(dir, fileNames.log),
    redact: context.redact,
    recorder,
    expectedMs: planned.plannedMs + planned.drainMs,
    patience: context.patience,
    stop: context.stop,
    onStalled: (silentMs) => {
      const message = `no record for ${Math.round(silentMs / 1000)} s: the tool may hang`;
      options.onEvent({ kind: 'notice', phase: name, code: 'stalled', message });
    },
  });
}

/** What this phase takes from outside, out of what the run does. */
function only(names: readonly string[], values: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(names.map((name) => [name, values.get(name) ?? '']));
}

interface End {
  readonly exit: ToolExit;
  readonly isDeadlineHit: boolean;
  readonly findings: readonly Finding[];
}

function endOf(conduct: ToolConduct, stopped: StopReason | undefined): End {
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
  if (stopped !== undefined && meaning.kind === 'killed') {
    return { exit: { kind: 'clean' }, isDeadlineHit, findings };
  }
  const cause = meaning.kind === 'error' ? lastError(conduct.lastLines) : undefined;
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

function recorderFault({ stop, folder }: RunContext, { damaged }: StreamRecorder): string | undefined {
  if (stop.reason !== undefined && !isWanted(stop.reason.code)) return stop.reason.message;
  if (folder.stream.failure !== undefined) return folder.stream.failure.message;
  return damaged === 0 ? undefined : `${damaged} lines of the tool were damaged`;
}
