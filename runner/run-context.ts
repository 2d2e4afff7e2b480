import type { Redactor } from '../core/run/redact';
import type { Run } from '../core/run/run';
import type { Disk } from '../engines/host/disk';
import type { Patience } from './conduct-tool';
import type { PreparedRun } from './prepare-run';
import type { RunObserver } from './observe-run';
import type { RunFolder } from './run-folder';
import type { RunPlanOptions } from './run-options';
import type { StopSwitch } from './stop';

/** What the parts of one run share. */
export interface RunContext {
  readonly options: RunPlanOptions;
  readonly prepared: PreparedRun;
  readonly folder: RunFolder;
  readonly disk: Disk;
  readonly patience: Patience;
  readonly redact: Redactor;
  readonly stop: StopSwitch;
  readonly machine: Run['machine'];
  readonly observer: RunObserver;
  /** Counts what is in the stream. */
  readonly written: { records: number };
}
