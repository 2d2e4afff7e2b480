/** Sees one tool through: drains it, notices when it falls silent, and ends it in time. */
import type { Disk } from '../engines/host/disk';
import { openBoundedLog } from '../engines/host/bounded-log';
import {
  startTool,
  type ProcessExit,
  type ToolCommand,
  type ToolProcess,
} from '../engines/host/process-host';
import type { Redactor } from '../core/run/redact';
import type { StreamRecorder } from './record-stream';

/** Bounds on how long a tool is waited for, in milliseconds. */
export interface Patience {
  /** Beyond what was planned, before the tool counts as hung. */
  readonly overdueMs: number;
  /** Without a record, before the tool counts as stalled. */
  readonly stallMs: number;
  /** From asking a tool to stop to the next, less gentle way. */
  readonly stopMs: number;
}

export const defaultPatience: Patience = { overdueMs: 30_000, stallMs: 15_000, stopMs: 5000 };

export interface ToolOrder {
  readonly command: ToolCommand;
  readonly supervisorFile: string;
  readonly disk: Disk;
  readonly logFile: string;
  readonly redact: Redactor;
  readonly recorder: StreamRecorder;
  /** How long the tool should take, drain included. */
  readonly expectedMs: number;
  readonly patience: Patience;
  /** Ends the tool before its time. */
  readonly stop: AbortSignal;
  readonly onStalled: (silentMs: number) => void;
  readonly onStarted?: (pid: number) => void;
}

export type ToolConduct =
  | {
      readonly kind: 'ended';
      readonly exit: ProcessExit;
      readonly isDeadlineHit: boolean;
      /** The longest time without a record, where it was a stall; else 0. */
      readonly worstSilenceMs: number;
      readonly lastLines: readonly string[];
    }
  | { readonly kind: 'not-started'; readonly message: string };

/** @throws the error of the disk where the tool's log cannot be opened. */
export async function conductTool(order: ToolOrder): Promise<ToolConduct> {
  const { recorder, stop, patience } = order;
  const now = (): number => performance.now();
  const log = await openBoundedLog(order.disk, order.logFile, now, order.redact);
  let heardMs = now();
  const started = await startTool(order.command, order.supervisorFile, {
    onOutput: (chunk) => {
      heardMs = now();
      recorder.add(chunk);
    },
    onError: (chunk) => {
      log.add(chunk);
    },
  });
  if (!started.ok) {
    await log.close();
    return { kind: 'not-started', message: started.message };
  }
  const tool = started.process;
  order.onStarted?.(tool.pid);
  const silence = watchSilence(() => now() - heardMs, patience.stallMs, order.onStalled);
  let isDeadlineHit = false;
  const deadline = setTimeout(() => {
    isDeadlineHit = true;
    endGently(tool, patience.stopMs);
  }, order.expectedMs + patience.overdueMs);
  const onStop = (): void => {
    endGently(tool, patience.stopMs);
  };
  stop.addEventListener('abort', onStop);
  if (stop.aborted) onStop();
  const exit = await tool.ended;
  stop.removeEventListener('abort', onStop);
  clearTimeout(deadline);
  recorder.end();
  await log.close();
  return { kind: 'ended', exit, isDeadlineHit, worstSilenceMs: silence.end(), lastLines: log.lastLines(5) };
}

/** Asks once, then demands, then kills. A tool that has ended hears nothing of it. */
function endGently(tool: ToolProcess, stopMs: number): void {
  tool.send('interrupt');
  const demand = setTimeout(() => {
    tool.send('terminate');
  }, stopMs);
  const kill = setTimeout(() => {
    tool.send('kill');
  }, stopMs * 1.5);
  void tool.ended.then(() => {
    clearTimeout(demand);
    clearTimeout(kill);
  });
}

interface SilenceWatch {
  /** @returns the longest stall in milliseconds, or 0. */
  end(): number;
}

/** Told once per stall, not once per look. */
export function watchSilence(
  silentMs: () => number,
  limitMs: number,
  onStalled: (silentMs: number) => void,
): SilenceWatch {
  let worstMs = 0;
  let isStalled = false;
  const look = (): void => {
    const ms = silentMs();
    if (ms < limitMs) {
      isStalled = false;
      return;
    }
    worstMs = Math.max(worstMs, ms);
    if (!isStalled) onStalled(ms);
    isStalled = true;
  };
  const timer = setInterval(look, Math.min(1000, limitMs / 2));
  return {
    end: () => {
      clearInterval(timer);
      return Math.round(worstMs);
    },
  };
}
