/** The door to the files of the workspace. Everything is answered at once; places are URIs. */
import type { FolderEntry } from '../../protocol/looked-through';
import type { PageOf } from '../service/diagnostics';
import type { OutsideNames } from '../service/reference-completion';

export type TextReading =
  | { readonly ok: true; readonly text: string; readonly isWhole: boolean }
  /** `reason` ends a sentence about the file. */
  | { readonly ok: false; readonly reason: string };

export interface WorkspaceFiles {
  /** Whether it has files of this kind of address at all. */
  reaches(uri: string): boolean;
  /** With links followed, so that none leads out of the workspace; what is not there is where it would be. */
  real(uri: string): string;
  /** The folder of a file, and what a relative path leads to from there: both with links followed. */
  resolve(from: string, relative: string): { readonly folder: string; readonly file: string };
  isBelow(root: string, uri: string): boolean;
  /** What lies beside or below a file, as it is written; `undefined` where the path leads elsewhere. */
  beside(file: string, relative: string): string | undefined;
  plansBelow(folder: string): readonly string[];
  /** The whole of a plan; `undefined` where it cannot be read. */
  text(uri: string): string | undefined;
  /**
   * The start of a file.
   *
   * @param most how many bytes of a file of a size are read; `undefined`: none.
   * @returns `undefined` where it is being asked for: it will be told as a change of the file.
   */
  start(uri: string, most: (size: number) => number | undefined): TextReading | undefined;
  /** Another one for each state of a file. */
  stamp(uri: string): string;
  entriesIn(folder: string): readonly FolderEntry[];
  /** Absent where it looks at the files themselves: another one saw that a file has changed. */
  changed?(uri: string): void;
}

/** What a server has of the place that it runs in. */
export interface Host {
  readonly files: WorkspaceFiles;
  /** Is told the `initializationOptions` before anything is asked. */
  readonly begin?: (options: unknown) => void;
  /** Chooses the language of what is told; `undefined` where the client names none. May throw. */
  readonly speak: (locale: string | undefined) => void;
  /** Calls back with the files of which something else is known now; absent where files are asked for when they are needed. */
  readonly onChange?: (changed: (uris: readonly string[]) => void) => void;
  /** Names alone: values are read where a run starts, and nowhere else. */
  readonly outsideNames: () => OutsideNames;
  /** Where problems are explained; absent where there is no such page. */
  readonly pageOf: () => PageOf | undefined;
}
