/** The columns of the data files of plans, as the files are now. */
import { bytesForColumns, columnsIn } from '../../core/data/columns';
import { KeptReadings } from './kept-readings';
import type { WorkspaceFiles } from './workspace-files';

export class DataColumns {
  readonly #files: WorkspaceFiles;
  readonly #columns: KeptReadings<readonly string[] | undefined>;

  constructor(files: WorkspaceFiles) {
    this.#files = files;
    this.#columns = new KeptReadings(files, (uri) => readColumns(files, uri));
  }

  /** @param file beside or below the plan; what lies elsewhere cannot be run, and is not read. */
  of(planUri: string, file: string): readonly string[] | undefined {
    if (!this.#files.reaches(planUri)) return undefined;
    const uri = this.#files.beside(planUri, file);
    return uri === undefined ? undefined : this.#columns.of(uri);
  }
}

function readColumns(files: WorkspaceFiles, uri: string): readonly string[] | undefined {
  const reading = files.start(uri, (size) => bytesForColumns(uri, size));
  return reading?.ok === true ? columnsIn(uri, reading.text, reading.isWhole) : undefined;
}
