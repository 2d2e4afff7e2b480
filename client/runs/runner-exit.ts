/** What the exit code of the runner means to a person. A run with a result tells its verdict itself. */
import { t } from '@vscode/l10n';
import { notStarted } from '../../runner/refusal';

export interface RunnerFailure {
  readonly message: string;
}

const messages = (): Readonly<Record<number, string>> => ({
  2: t('The runner did not accept the plan.'),
  6: t('A tool that the run needs did not work.'),
  7: t('The run was not started: its target is not approved.'),
});

/** What a runner left behind: nothing, a folder that it did not finish, or a folder with the result. */
export type RunTrace = 'none' | 'folder' | 'result';

/** A notification shows some lines; the whole is in the output. */
const longestReason = 400;

/**
 * @param code `null` where a signal ended the runner.
 * @param trace a folder with a result tells the story itself.
 * @param lastWords the end of what the runner wrote to its error output.
 */
export function explainRunnerExit(
  code: number | null,
  trace: RunTrace,
  lastWords: string,
): RunnerFailure | undefined {
  if (trace === 'result' && code !== 6) return undefined;
  if (trace === 'none' && code === 0) return undefined;
  const reason = lastWords.trim().split('\n').slice(-2).join(' ').slice(0, longestReason);
  // Why the runner refused is no fault of the plan's where another run is on its target.
  if (reason.startsWith(notStarted)) return { message: reason };
  const known = code === null ? t('The runner was ended by a signal.') : messages()[code];
  const story =
    trace === 'none' ? t('The run did not start') : t('The runner ended without a result of the run');
  const message = known ?? t`${story} (exit code ${code ?? ''}).`;
  return { message: `${message} ${reason}`.trim() };
}
