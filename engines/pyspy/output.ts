/** What py-spy says while it records. */

export interface PySpyReport {
  /** Stacks that were taken, and those that could not be read whole; `null` where it did not say. */
  readonly samples: number | null;
  readonly errors: number | null;
  /** The most that it fell behind its rate, in seconds; 0 where it kept it. */
  readonly behindS: number;
  readonly hasTargetExited: boolean;
}

export function readReport(text: string): PySpyReport {
  const [, samples, errors] = /Samples: (\d+) Errors: (\d+)/.exec(text) ?? [];
  const behind = [...text.matchAll(/(\d+(?:\.\d+)?)s behind in sampling/g)].map(([, seconds]) =>
    Number(seconds),
  );
  return {
    samples: samples === undefined ? null : Number(samples),
    errors: errors === undefined ? null : Number(errors),
    behindS: Math.max(0, ...behind),
    hasTargetExited: /process (?:\d+ )?(?:exited|ended)/i.test(text),
  };
}
