import type { Disk } from '../engines/host/disk';
import type { Patience } from './conduct-tool';
import type { RunListener } from './events';

/** What a run is asked to do, and what it may use. */
export interface RunPlanOptions {
  readonly planFile: string;
  /** Names of phases; all where none is given. */
  readonly phases: readonly string[];
  readonly environment?: string | undefined;
  /** Hosts, or `host:port`, that a person has approved beyond this machine. */
  readonly allowedTargets: readonly string[];
  /** Where pods may be made, as `CONTEXT/NAMESPACE`: what a person has approved. */
  readonly allowedClusters?: readonly string[];
  /** Whether the run stops when nobody renews its lease. */
  readonly hasLease: boolean;
  /** Where run folders are kept; by default where the plan's workspace keeps them. */
  readonly runsFolder?: string | undefined;
  /** Run beside another run on the same target. */
  readonly isForced: boolean;
  /** How many k6 make each load together, in place of what the plan says. */
  readonly generators?: number | undefined;
  /** What arrivals at random are drawn from, a whole number from 0; drawn itself where it is not given. */
  readonly seed?: number | undefined;
  /** The variables that the plan may refer to. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** A file with secrets that the environment does not have. */
  readonly secretsFile?: string | undefined;
  /** Absolute path of the bundled supervisor. */
  readonly supervisorFile: string;
  /** The folder that holds k6; by default the one beside the bundle. */
  readonly k6Folder?: string;
  /** The py-spy to use, where somebody chose one; else it is looked for. */
  readonly pySpyFile?: string | undefined;
  /** Absolute path of the Python to run Locust with, where somebody chose it; else it is looked for. */
  readonly pythonFile?: string | undefined;
  /** The folder of our listener in Locust; by default the one beside the bundle. */
  readonly locustListener?: string;
  /** Aborting it stops the load; the result is still written. */
  readonly signal: AbortSignal;
  readonly onEvent: RunListener;
  readonly disk?: Disk;
  readonly patience?: Partial<Patience>;
  readonly leaseLimitMs?: number;
}
