export type DemoProcess = 'gateway' | 'agents' | 'summarizer' | 'researcher' | 'externalAi';

export interface Demo {
  readonly urls: Readonly<Record<DemoProcess, string>>;
  readonly pids: Readonly<Record<DemoProcess, number>>;
  /** Resolves once a process has ended that was not told to. */
  readonly ended: Promise<Error>;
  /** Ends all five; resolves when none is left. */
  stop(): Promise<void>;
}

export interface DemoOptions {
  /** The port of the gateway; the others take the four after it. Default: 8000. */
  readonly portBase?: number;
  /** Added to the environment of the processes. */
  readonly env?: Readonly<Record<string, string>>;
}

export function startDemo(options?: DemoOptions): Promise<Demo>;
