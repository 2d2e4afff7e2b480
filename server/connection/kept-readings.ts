/** Files that are read when something asks for them, and again when they have changed. */
import type { WorkspaceFiles } from './workspace-files';

interface Kept<T> {
  readonly stamp: string;
  readonly reading: T;
}

export class KeptReadings<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #files: Pick<WorkspaceFiles, 'stamp'>;
  readonly #read: (uri: string) => T;

  constructor(files: Pick<WorkspaceFiles, 'stamp'>, read: (uri: string) => T) {
    this.#files = files;
    this.#read = read;
  }

  /** The same value as long as the file is the same. */
  of(uri: string): T {
    const stamp = this.#files.stamp(uri);
    const known = this.#kept.get(uri);
    if (known?.stamp === stamp) return known.reading;
    const reading = this.#read(uri);
    this.#kept.set(uri, { stamp, reading });
    return reading;
  }
}
