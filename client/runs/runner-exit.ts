/** What the exit code of the runner means to a person. A run with a result tells its verdict itself. */
export interface RunnerFailure {
  readonly message: string;
}

const messages: Readonly<Record<number, string>> = {
  2: 'The runner did not accept the plan.',
  6: 'A tool that the run needs did not work.',
  7: 'The run was not started: its target is not approved.',
};

/** A notification shows some lines; the whole is in the output. */
const longestReason = 400;

/**
 * @param code `null` where a signal ended the runner.
 * @param hasRun whether a run folder was made: from then on the folder tells the story.
 * @param lastWords the end of what the runner wrote to its error output.
 */
export function explainRunnerExit(
  code: number | null,
  hasRun: boolean,
  lastWords: string,
): RunnerFailure | undefined {
  const isTold = hasRun && code !== 6;
  if (isTold || code === 0) return undefined;
  const reason = lastWords.trim().split('\n').slice(-2).join(' ').slice(0, longestReason);
  const known = code === null ? 'The runner was ended by a signal.' : messages[code];
  const message = known ?? `The run did not start (exit code ${code ?? ''}).`;
  return { message: `${message} ${reason}`.trim() };
}
