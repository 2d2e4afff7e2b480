/** Lines of a stream to records, whatever state the lines are in. */
import { SequenceWatches } from '../core/measure/sequence';
import type { StreamRecord } from '../core/measure/record';
import { decodeLine } from '../protocol/stream';

/** A record is some kilobytes; a longer line than this is damage. */
export const maxRecordLength = 16 * 1024 * 1024;

/** Something wrong with a run folder, for a person. */
export interface RunProblem {
  readonly code: 'missing' | 'damaged' | 'newer' | 'repeated' | 'cut';
  readonly message: string;
}

export interface StreamReader {
  readonly take: (line: string) => void;
  /** What was wrong so far, with how many records were kept. */
  problems(): readonly RunProblem[];
}

/** Hands over every record whose checksum is right, once; a line that is none costs only itself. */
export function createStreamReader(onRecord: (record: StreamRecord) => void): StreamReader {
  const sequences = new SequenceWatches();
  let kept = 0;
  let damaged = 0;
  let repeated = 0;
  return {
    take: (line) => {
      const decoded = decodeLine(line);
      if (!decoded.ok) {
        damaged += 1;
        return;
      }
      const { record } = decoded;
      if (!sequences.accept(record)) {
        repeated += 1;
        return;
      }
      kept += 1;
      onRecord(record);
    },
    problems: () => [
      ...(damaged === 0
        ? []
        : [
            {
              code: 'damaged' as const,
              message: `${damaged} lines of the stream are damaged, ${kept} records are kept`,
            },
          ]),
      ...(repeated === 0
        ? []
        : [
            {
              code: 'repeated' as const,
              message: `${repeated} records of the stream are there twice and are used once`,
            },
          ]),
    ],
  };
}
