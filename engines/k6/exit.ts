/** What k6's exit codes and signals mean. A code 0 says only that k6 itself had no trouble. */
import type { ToolExit } from '../../core/measure/verdict';

export interface ExitMeaning {
  readonly kind: ToolExit['kind'];
  /** One sentence without a final full stop. */
  readonly message: string;
  /** What to do about it, likewise; empty where there is nothing to do. */
  readonly remedy: string;
}

type Meaning = readonly [kind: ToolExit['kind'], message: string, remedy: string];

const readLog = 'read k6.log in the folder of the phase';
const report = `${readLog}; this is a fault of Benchwright, please report it`;
const noCloud = 'Benchwright never uses the cloud: check that the program is the k6 it was built with';

/** Every code of k6 2.0, and 255 for whatever has none. */
const meanings: Readonly<Record<number, Meaning>> = {
  0: ['clean', 'k6 ended in order', ''],
  97: ['error', 'k6 aborted a test in its cloud', noCloud],
  98: ['error', 'k6 could not follow a test in its cloud', noCloud],
  99: ['error', 'a threshold of k6 was crossed, though the script sets none', report],
  100: ['error', 'the setup of the script took too long', readLog],
  101: ['error', 'the teardown of the script took too long', readLog],
  102: ['error', 'k6 ran into a time limit', readLog],
  103: ['aborted', 'k6 was stopped over its control interface', 'find out who reached it: it should be off'],
  104: ['error', 'k6 refused the options of the script', report],
  105: ['killed', 'k6 was asked to stop by a signal', ''],
  106: ['error', 'the control interface of k6 could not start, though it should be off', report],
  107: ['error', 'the script failed before the load began', `${readLog}: it names the line`],
  108: [
    'aborted',
    'the script stopped the load',
    `${readLog}: it names the reason, such as test data used up`,
  ],
  109: ['error', 'k6 itself crashed', `${readLog}, and report it to the makers of k6`],
  110: ['error', 'the script marked the test as failed', readLog],
  255: ['error', 'k6 failed before the load began, without saying how', readLog],
};

const signals: Readonly<Partial<Record<string, Meaning>>> = {
  SIGKILL: ['killed', 'k6 was killed', 'look for what killed it, such as the system being out of memory'],
  SIGTERM: ['killed', 'k6 was told to end', ''],
  SIGINT: ['killed', 'k6 was interrupted', ''],
  SIGHUP: ['killed', 'k6 lost its terminal', ''],
  SIGPIPE: ['killed', 'k6 lost its reader', 'see why the runner ended before it'],
  SIGSEGV: ['error', 'k6 itself crashed', `${readLog}, and report it to the makers of k6`],
  SIGABRT: ['error', 'k6 itself crashed', `${readLog}, and report it to the makers of k6`],
};

/** The meaning of an exit. What is not known counts as a fault of the tool, never as a success. */
export function explainExit(code: number | null, signal: string | null): ExitMeaning {
  if (signal !== null) return meaningOf(signals[signal], `k6 was ended by the signal ${signal}`, 'killed');
  if (code === null) return meaningOf(undefined, 'how k6 ended is not known', 'error');
  return meaningOf(meanings[code], `k6 ended with the unknown code ${code}`, 'error');
}

function meaningOf(known: Meaning | undefined, otherwise: string, kind: ToolExit['kind']): ExitMeaning {
  const [knownKind, message, remedy] = known ?? [kind, otherwise, readLog];
  return { kind: knownKind, message, remedy };
}
