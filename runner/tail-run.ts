/** Follows the stream of a run while it grows. */
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { StreamRecord } from '../core/measure/record';
import { splitLines } from '../engines/host/bounded-log';
import { fileNames } from './layout';
import { pause } from './pause';
import { readEntry, type ReadOptions, type RunEntry } from './open-run';
import { createStreamReader, maxRecordLength, type RunProblem } from './read-stream';

const pollMs = 250;
const chunkBytes = 1024 * 1024;

/** Whether the run still goes on costs a look at several files. */
const stateEveryPolls = 4;

/**
 * Hands over the records that are there, then each new one, until the run is over.
 *
 * @param onRecords called with at least one record, in the order of the stream; `problems` are all that were found so
 *   far. A line that is not whole yet is waited for.
 * @param signal ends the following early.
 * @returns what the run folder says at the end; still `running` where `signal` ended it.
 */
export async function tailRun(
  dir: string,
  onRecords: (records: readonly StreamRecord[], problems: readonly RunProblem[]) => void,
  signal: AbortSignal,
  options: ReadOptions = {},
): Promise<RunEntry> {
  let batch: StreamRecord[] = [];
  const reader = createStreamReader((record) => batch.push(record));
  const splitter = splitLines(reader.take, maxRecordLength);
  const file = path.join(dir, fileNames.stream);
  let offset = 0;
  const readOn = async (): Promise<void> => {
    for (;;) {
      const bytes = await readFrom(file, offset);
      if (bytes.length === 0) return;
      offset += bytes.length;
      splitter.add(bytes);
      if (batch.length > 0) onRecords(batch, reader.problems());
      batch = [];
    }
  };
  for (let poll = 0; ; poll += 1) {
    const entry = poll % stateEveryPolls === 0 ? await readEntry(dir, options) : undefined;
    await readOn();
    if (entry !== undefined && (entry.state !== 'running' || signal.aborted)) return entry;
    if (signal.aborted) return readEntry(dir, options);
    await pause(pollMs, signal);
  }
}

/** At most one mebibyte; nothing where the file ends, or is not there yet. */
async function readFrom(file: string, offset: number): Promise<Buffer> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
