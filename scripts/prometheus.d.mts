export interface StartedPrometheus {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
  readonly ended: Promise<unknown>;
}
export declare function findPrometheus(): string | undefined;
export declare function startPrometheus(options: {
  folder: string;
  jobs: Readonly<Record<string, readonly string[]>>;
  port?: number;
  scrapeInterval?: string;
}): Promise<StartedPrometheus>;
