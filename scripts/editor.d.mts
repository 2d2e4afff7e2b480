export interface RunningEditor {
  readonly port: number;
  readonly pid: number;
  readonly ended: Promise<unknown>;
  log(): string;
  stop(): Promise<void>;
}
export function prepareEditor(options: {
  folder: string;
  vsix: string;
  settings?: Record<string, unknown>;
}): Promise<void>;
export function startCodeServer(options: {
  folder: string;
  port?: number;
  env?: Record<string, string>;
  language?: string | undefined;
}): Promise<RunningEditor>;
