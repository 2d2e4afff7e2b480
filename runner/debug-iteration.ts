/**
 * One iteration of a scenario by one user, told as it happens. It is no run: nothing is kept, nothing is judged by goals,
 * and its script and data lie in a folder that goes with it.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isBroken, type IterationEvent } from '../core/run/iteration';
import { createRedactor } from '../core/run/redact';
import { explainExit, k6Command, k6Config } from '../engines/k6/command';
import { startTool, type ProcessExit, type ToolProcess } from '../engines/host/process-host';
import { whyUnwritable } from './file-words';
import { fileNames } from './layout';
import {
  prepareIteration,
  type IterationOptions,
  type NotPrepared,
  type PreparedIteration,
} from './prepare-iteration';
import { createTraceReader } from './read-trace';

export interface DebugOptions extends IterationOptions {
  /** Absolute path of the bundled supervisor. */
  readonly supervisorFile: string;
  /** Aborting it ends the iteration. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: IterationEvent) => void;
}

export type DebugOutcome =
  | NotPrepared
  /** `isRight`: every step was taken, and every condition held. */
  | { readonly kind: 'ended'; readonly isRight: boolean; readonly fault: string | null };

export async function debugIteration(options: DebugOptions): Promise<DebugOutcome> {
  const prepared = await prepareIteration(options);
  if (prepared.kind !== 'prepared') return prepared;
  const dir = await mkdtemp(path.join(os.tmpdir(), 'benchwright-iteration-'));
  try {
    await layBeside(dir, prepared);
    return await conduct(dir, prepared, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const message = `the script cannot be kept in ${dir}: ${whyUnwritable(error)}`;
    return { kind: 'refused', refusal: { code: 'disk', message, remedy: 'make room there' } };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** What has been told so far. */
interface Seen {
  isRight: boolean;
  isWhole: boolean;
  lastError: string | undefined;
}

const scriptName = 'iteration.js';

async function layBeside(dir: string, { compiled, files }: PreparedIteration): Promise<void> {
  await writeFile(path.join(dir, fileNames.config), k6Config, { mode: 0o600 });
  await writeFile(path.join(dir, scriptName), compiled.script, { mode: 0o600 });
  for (const [file, content] of files) {
    await mkdir(path.join(dir, path.dirname(file)), { recursive: true });
    await writeFile(path.join(dir, file), content, { mode: 0o600 });
  }
}

async function conduct(
  dir: string,
  prepared: PreparedIteration,
  { supervisorFile, signal, onEvent, variables, scenario }: DebugOptions,
): Promise<DebugOutcome> {
  const seen: Seen = { isRight: true, isWhole: false, lastError: undefined };
  const reader = createTraceReader(
    { ...prepared, scenario, redact: createRedactor(prepared.secrets) },
    {
      onEvent: (event) => {
        if (event.kind === 'condition' && isBroken(event)) seen.isRight = false;
        if (event.kind === 'captured' && event.value === null) seen.isRight = false;
        if (event.kind === 'log' && event.level === 'error') seen.lastError = event.message;
        onEvent(event);
      },
      onEnd: (whole) => {
        seen.isWhole = whole;
      },
    },
  );
  const command = {
    ...k6Command({
      k6: prepared.k6.path,
      script: path.join(dir, scriptName),
      config: path.join(dir, fileNames.config),
      phase: scenario,
      environment: prepared.env,
      secrets: prepared.secrets,
      privateFiles: prepared.privateFiles,
      inherited: variables,
    }),
    cwd: dir,
  };
  // Its records tell nothing of one iteration; its log has it all.
  const started = await startTool(command, supervisorFile, {
    onOutput: () => undefined,
    onError: (chunk) => {
      reader.add(chunk);
    },
  });
  if (!started.ok) {
    const message = `k6 could not be started: ${started.message}`;
    return { kind: 'refused', refusal: { code: 'tool-missing', message, remedy: 'build it anew' } };
  }
  const exit = await endOf(started.process, signal);
  reader.end();
  const fault = faultOf(exit, signal.aborted, seen);
  const isWhole = seen.isWhole && fault === null;
  onEvent({ kind: 'over', isWhole, fault });
  return { kind: 'ended', isRight: seen.isRight && isWhole, fault };
}

/** Asked once, then killed: nobody waits for the figures of an iteration. */
const patienceMs = 2000;

async function endOf(tool: ToolProcess, signal: AbortSignal): Promise<ProcessExit> {
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    tool.send('interrupt');
    killing = setTimeout(() => {
      tool.send('kill');
    }, patienceMs);
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const exit = await tool.ended;
  signal.removeEventListener('abort', stop);
  clearTimeout(killing);
  return exit;
}

function faultOf(exit: ProcessExit, isStopped: boolean, { isWhole, lastError }: Seen): string | null {
  if (isStopped) return 'it was stopped';
  if (exit.isSupervisorLost) return 'the supervisor of k6 was killed';
  const meaning = explainExit(exit.code, exit.signal);
  if (meaning.kind !== 'clean') return lastError ?? meaning.message;
  // k6 goes on after a script that throws, and ends in order.
  return isWhole ? null : (lastError ?? null);
}
