/** What a runner tells while it works; the CLI prints it, or passes it on as lines of JSON (docs/cli.md). */
import type { PlannedPhase } from '../core/run/runner-file';
import type { Capacity, PhaseResult, Run, TrialResult } from '../core/run/run';

/** Figures of the latest moment for which there are enough samples. Times in milliseconds, shares from 0 to 1. */
export interface Progress {
  readonly elapsedMs: number;
  readonly plannedMs: number;
  readonly users: number | null;
  /** Requests per second. */
  readonly rps: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Since the start of the load. */
  readonly requests: number;
  readonly failed: number;
  readonly dropped: number;
  readonly taskSuccess: number | null;
}

/** A trial that is about to start. */
export interface PlannedTrial extends Pick<TrialResult, 'number' | 'purpose' | 'level'> {
  /** Of `level`. */
  readonly unit: Capacity['unit'];
  readonly plannedMs: number;
}

export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly dir: string;
      readonly id: string;
      readonly phases: readonly PlannedPhase[];
    }
  | { readonly kind: 'phase-started'; readonly phase: string; readonly plannedMs: number }
  | ({ readonly kind: 'progress'; readonly phase: string; readonly trial?: number } & Progress)
  /** The phase is a search, and this is its next trial. */
  | ({ readonly kind: 'trial-started'; readonly phase: string } & PlannedTrial)
  | { readonly kind: 'trial-ended'; readonly phase: string; readonly result: TrialResult }
  | { readonly kind: 'notice'; readonly phase: string; readonly code: string; readonly message: string }
  | { readonly kind: 'phase-ended'; readonly result: PhaseResult }
  | { readonly kind: 'run-ended'; readonly dir: string; readonly run: Run };

export type RunListener = (event: RunEvent) => void;
