/** Runs two sides in turn, so that whatever the machine does over time befalls both alike. */
import type { Run } from '../core/run/run';
import type { RunListener } from './events';
import { runPlan, type RunOutcome } from './run-plan';
import type { RunPlanOptions } from './run-options';

export interface Side {
  readonly planFile: string;
  readonly environment?: string | undefined;
}

export type SideName = 'A' | 'B';

export interface InterleaveOptions extends Omit<RunPlanOptions, 'planFile' | 'environment' | 'onEvent'> {
  readonly sides: Readonly<Record<SideName, Side>>;
  /** How many runs of each side. */
  readonly count: number;
  readonly onRun: (side: SideName, number: number) => void;
  readonly onEvent: RunListener;
}

export type Interleaving =
  | {
      readonly kind: 'ran';
      readonly dirs: Readonly<Record<SideName, readonly string[]>>;
      readonly runs: readonly Run[];
    }
  /** A run that could not be made: the rest was not tried. */
  | { readonly kind: 'stopped'; readonly side: Side; readonly outcome: RunOutcome };

export async function interleave(options: InterleaveOptions): Promise<Interleaving> {
  const { sides, count, onRun, ...shared } = options;
  const dirs: Record<SideName, string[]> = { A: [], B: [] };
  const runs: Run[] = [];
  for (let number = 1; number <= count; number += 1) {
    for (const name of ['A', 'B'] as const) {
      onRun(name, number);
      const { planFile, environment } = sides[name];
      const outcome = await runPlan({ ...shared, planFile, environment });
      if (outcome.kind !== 'ended' || isHopeless(outcome))
        return { kind: 'stopped', side: sides[name], outcome };
      dirs[name].push(outcome.dir);
      runs.push(outcome.run);
    }
  }
  return { kind: 'ran', dirs, runs };
}

/** One more run would go the same way, or nobody wants it. A goal that is broken is what the comparison is about. */
function isHopeless({ run, unsaved }: Extract<RunOutcome, { kind: 'ended' }>): boolean {
  const isDown = run.phases.every(({ requests, failed }) => requests > 0 && requests === failed);
  return unsaved !== undefined || isDown || ['aborted', 'tool-error', 'incomplete'].includes(run.verdict);
}
