type Service = 'gateway' | 'agents' | 'summarizer' | 'researcher' | 'externalAi';
export interface Demo {
  readonly urls: Readonly<Record<Service, string>>;
  readonly pids: Readonly<Record<Service, number>>;
  stop(): Promise<void>;
}
export function startDemo(options?: { portBase?: number; env?: Record<string, string> }): Promise<Demo>;
