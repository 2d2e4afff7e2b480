/** Files that are read when something asks for them, and again when they have changed on the disk. */
import { t } from '@vscode/l10n';
import { closeSync, openSync, readSync, statSync } from 'node:fs';

interface Kept<T> {
  readonly stamp: string;
  readonly reading: T;
}

export class KeptReadings<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #read: (file: string) => T;

  constructor(read: (file: string) => T) {
    this.#read = read;
  }

  /** The same value as long as the file is the same. */
  of(file: string): T {
    const stamp = stampOf(file);
    const known = this.#kept.get(file);
    if (known?.stamp === stamp) return known.reading;
    const reading = this.#read(file);
    this.#kept.set(file, { stamp, reading });
    return reading;
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

export type TextReading =
  | { readonly ok: true; readonly text: string; readonly isWhole: boolean }
  /** `reason` ends a sentence about the file. */
  | { readonly ok: false; readonly reason: string };

/** @param most how many bytes of a file of a size are read; `undefined`: none. */
export function readStart(file: string, most: (size: number) => number | undefined): TextReading {
  let handle: number | undefined;
  try {
    const stat = statSync(file);
    // A pipe would never answer.
    if (!stat.isFile()) return { ok: false, reason: t('is not a plain file') };
    const { size } = stat;
    const wanted = most(size);
    if (wanted === undefined) return { ok: false, reason: t('is too large to be read') };
    handle = openSync(file, 'r');
    const bytes = Buffer.alloc(wanted);
    const read = readSync(handle, bytes, 0, wanted, 0);
    return { ok: true, text: bytes.subarray(0, read).toString('utf8'), isWhole: wanted >= size };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ok: false, reason: isMissing ? t('is not there') : t('cannot be read') };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
