/** What Locust's exit codes and signals mean. It ends with 0 whatever its users met: we ask it to. */
import type { ToolExit } from '../../core/measure/verdict';

interface ExitMeaning {
  readonly kind: ToolExit['kind'];
  /** One sentence without a final full stop. */
  readonly message: string;
}

const signals: Readonly<Partial<Record<string, ExitMeaning>>> = {
  SIGKILL: { kind: 'killed', message: 'Locust was killed' },
  SIGTERM: { kind: 'killed', message: 'Locust was told to end' },
  SIGINT: { kind: 'killed', message: 'Locust was interrupted' },
  SIGHUP: { kind: 'killed', message: 'Locust lost its terminal' },
  SIGPIPE: { kind: 'killed', message: 'Locust lost its reader' },
};

/** Of our listener, where it was interrupted before there was a load to end. */
const interrupted = 130;

/** The meaning of an exit. What is not known counts as a fault of the tool, never as a success. */
export function explainExit(code: number | null, signal: string | null): ExitMeaning {
  if (signal !== null)
    return signals[signal] ?? { kind: 'error', message: `Locust was ended by the signal ${signal}` };
  if (code === 0) return { kind: 'clean', message: 'Locust ended in order' };
  if (code === interrupted) return { kind: 'killed', message: 'Locust was interrupted' };
  if (code === null) return { kind: 'error', message: 'how Locust ended is not known' };
  // Python ends with 1 where a file does not load; a locustfile may set any code.
  return { kind: 'error', message: `Locust ended with the exit code ${code}` };
}

const ownLine = /^benchwright: (.+)/;
const errorLine = /\/(?:ERROR|CRITICAL)\/[\w.-]+: (.+)/;
const placeLine = /^ {2}File "([^"]+)", line (\d+)/;
const exceptionLine = /^(?:[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Warning|Exit)\b.*)/;

/** Why it ended, out of its log: our own words, what it logged as an error, or the exception with its place. */
export function causeIn(lines: readonly string[]): string | undefined {
  const own = lastMatch(lines, ownLine)?.[1] ?? lastMatch(lines, errorLine)?.[1];
  if (own !== undefined) return own.slice(0, 300);
  const exception = lastMatch(lines, exceptionLine)?.[0];
  if (exception === undefined) return undefined;
  const [, file, line] = lastMatch(lines, placeLine) ?? [];
  return (file === undefined ? exception : `${exception} (${file}:${line ?? ''})`).slice(0, 300);
}

function lastMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines.toReversed()) {
    const found = pattern.exec(line);
    if (found !== null) return found;
  }
  return undefined;
}
