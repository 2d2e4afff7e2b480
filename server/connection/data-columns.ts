/** The columns of the data files of plans, as they are on the disk. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesForColumns, columnsIn } from '../../core/data/columns';
import { KeptReadings, readStart } from './kept-readings';

export class DataColumns {
  readonly #files = new KeptReadings(readColumns);

  /** @param file beside or below the plan; what lies elsewhere cannot be run, and is not read. */
  of(planUri: string, file: string): readonly string[] | undefined {
    if (!planUri.startsWith('file:')) return undefined;
    const folder = path.dirname(fileURLToPath(planUri));
    const whole = path.resolve(folder, file);
    return whole.startsWith(folder + path.sep) ? this.#files.of(whole) : undefined;
  }
}

function readColumns(file: string): readonly string[] | undefined {
  const reading = readStart(file, (size) => bytesForColumns(file, size));
  return reading.ok ? columnsIn(file, reading.text, reading.isWhole) : undefined;
}
