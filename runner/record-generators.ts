/** From the standard outputs of several generators to the one stream of the run. */
import { mergeStreams, type StreamMerge } from '../core/measure/merge-streams';
import type { StreamRecord } from '../core/measure/record';
import type { Redactor } from '../core/run/redact';
import type { AppendLog } from '../engines/host/file-host';
import { encodeRecord } from '../protocol/stream';
import { createLineRecorder, type StreamRecorder } from './record-stream';

export interface GeneratorsRecorder {
  /** Takes what one generator writes, numbered from 0. */
  part(index: number): StreamRecorder;
  readonly merge: StreamMerge;
  /** Lines of all that were no records; what they told is lost. */
  readonly damaged: number;
}

export interface GeneratorsRecording {
  readonly log: AppendLog;
  readonly redact: Redactor;
  /** Its name in the stream. */
  readonly phase: string;
  readonly count: number;
  /** Called for each record of the merged stream. */
  readonly onRecord: (record: StreamRecord) => void;
  /** Called with what each generator tells at its start. */
  readonly onStart: (record: StreamRecord) => void;
}

export function createGeneratorsRecorder(recording: GeneratorsRecording): GeneratorsRecorder {
  const { log, redact, phase, count, onRecord } = recording;
  const merge = mergeStreams(phase, count);
  const keep = (records: readonly StreamRecord[]): void => {
    for (const record of records) {
      log.append(Buffer.from(`${encodeRecord(record)}\n`));
      onRecord(record);
    }
  };
  const parts = Array.from({ length: count }, (_, index) => {
    const recorder = createLineRecorder(redact, ({ record }) => {
      if (record.kind === 'start') recording.onStart(record);
      keep(merge.add(index, record));
    });
    return {
      add: (chunk: Buffer) => {
        recorder.add(chunk);
      },
      end: () => {
        recorder.end();
        keep(merge.close(index));
      },
      get damaged() {
        return recorder.damaged;
      },
    } satisfies StreamRecorder;
  });
  return {
    part: (index) => parts[index] ?? createLineRecorder(redact, () => undefined),
    merge,
    get damaged() {
      return parts.reduce((sum, { damaged }) => sum + damaged, 0);
    },
  };
}
