/** Records with py-spy, one piece after the other, so that little is lost when one of them is. */
import { isStillAlive, type ProcessIdentity } from '../host/process-identity';
import { startTool, type ToolProcess } from '../host/process-host';
import { readReport, type PySpyReport } from './output';

export interface PySpySettings {
  /** Samples per second. */
  readonly rateHz: number;
  readonly withIdle: boolean;
  readonly onlyGil: boolean;
  readonly withNative: boolean;
  readonly isBlocking: boolean;
}

export interface SliceOrder {
  readonly pySpyFile: string;
  readonly target: ProcessIdentity;
  /** Whether the target has processes of its own, which are recorded too. */
  readonly hasChildren: boolean;
  readonly settings: PySpySettings;
  /** Absolute path; py-spy writes it when it is done. */
  readonly outputFile: string;
  readonly cwd: string;
  readonly seconds: number;
  readonly supervisorFile: string;
  /** Ends the recording before its time; what was recorded by then is kept. */
  readonly stop: AbortSignal;
}

export type SliceEnd =
  | { readonly kind: 'written'; readonly seconds: number; readonly report: PySpyReport }
  | { readonly kind: 'gone' }
  | { readonly kind: 'lost'; readonly message: string; readonly report: PySpyReport };

/** py-spy ends by itself after the time it was given; it is asked only when it is overdue. */
const overdueMs = 3000;
/** From the question to the end by force: writing takes well below a second. */
const writeMs = 5000;
const keptOutput = 64 * 1024;

/**
 * Records one piece. The target is not harmed however the recorder ends: it only reads the target's memory, and where
 * it halts it the kernel lets go of it.
 */
export async function recordSlice(order: SliceOrder): Promise<SliceEnd> {
  // Another process may have the pid by now.
  if (!(await isStillAlive(order.target))) return { kind: 'gone' };
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-keptOutput);
  };
  const startedMs = performance.now();
  const started = await startTool(
    { file: order.pySpyFile, args: argumentsOf(order), env: {}, cwd: order.cwd, endsByInterrupt: true },
    order.supervisorFile,
    { onOutput: keep, onError: keep },
  );
  if (!started.ok) return { kind: 'lost', message: started.message, report: readReport('') };
  const disarm = endInTime(started.process, order);
  const exit = await started.process.ended;
  disarm();
  const report = readReport(text);
  const seconds = Math.min(order.seconds, (performance.now() - startedMs) / 1000);
  if (exit.code === 0) return { kind: 'written', seconds, report };
  const how = exit.signal === null ? firstError(text) : `it was ended by ${exit.signal}`;
  return { kind: 'lost', message: how, report };
}

/** SIGINT makes it write what it has; by SIGTERM it would lose it. */
function endInTime(tool: ToolProcess, { seconds, stop }: SliceOrder): () => void {
  const timers: NodeJS.Timeout[] = [];
  const end = (): void => {
    tool.send('interrupt');
    timers.push(
      setTimeout(() => {
        tool.send('kill');
      }, writeMs),
    );
  };
  timers.push(setTimeout(end, seconds * 1000 + overdueMs));
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  return () => {
    stop.removeEventListener('abort', end);
    for (const timer of timers) clearTimeout(timer);
  };
}

function argumentsOf({ target, settings, hasChildren, outputFile, seconds }: SliceOrder): string[] {
  return [
    'record',
    '--pid',
    String(target.pid),
    '--rate',
    String(Math.round(settings.rateHz)),
    '--duration',
    String(Math.max(1, Math.ceil(seconds))),
    '--format',
    'speedscope',
    '--output',
    outputFile,
    '--full-filenames',
    ...(hasChildren ? ['--subprocesses'] : []),
    ...(settings.withIdle ? ['--idle'] : []),
    ...(settings.onlyGil ? ['--gil'] : []),
    ...(settings.withNative ? ['--native'] : []),
    // py-spy reads native stacks of a halted process only.
    ...(settings.isBlocking || settings.withNative ? [] : ['--nonblocking']),
  ];
}

function firstError(text: string): string {
  const line = text.split('\n').find((each) => /^Error|^Permission|panicked/.test(each));
  return (line ?? 'it failed without a word').replace(/^Error: /, '').slice(0, 200);
}
