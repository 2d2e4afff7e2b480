/** From the tool's standard output to the stream of the run: every whole record, in order, free of secrets. */
import type { ResourceRecord, StreamRecord } from '../core/measure/record';
import type { Redactor } from '../core/run/redact';
import { splitLines } from '../engines/host/bounded-log';
import type { AppendLog } from '../engines/host/file-host';
import { decodeLine, encodeRecord } from '../protocol/stream';
import { maxRecordLength } from './read-stream';

export interface StreamRecorder {
  add(chunk: Buffer): void;
  /** To be called once the tool's output has ended. */
  end(): void;
  /** Lines that were no records; what they told is lost. */
  readonly damaged: number;
}

/** Bytes go on verbatim, so that the checksum of whoever wrote a record vouches for it to the last reader. */
export function createStreamRecorder(
  log: AppendLog,
  redact: Redactor,
  onRecord: (record: StreamRecord) => void,
): StreamRecorder {
  return createLineRecorder(redact, ({ record, line }) => {
    log.append(Buffer.from(`${line ?? encodeRecord(record)}\n`));
    onRecord(record);
  });
}

interface RecordedLine {
  readonly record: StreamRecord;
  /** As it came; absent where a secret was taken out of it. */
  readonly line?: string;
}

/** Hands over every whole record, free of secrets. */
export function createLineRecorder(
  redact: Redactor,
  onLine: (recorded: RecordedLine) => void,
): StreamRecorder {
  let damaged = 0;
  const splitter = splitLines((line) => {
    const decoded = decodeLine(line);
    if (!decoded.ok) {
      damaged += 1;
      return;
    }
    const { record } = decoded;
    onLine(redact(line) === line ? { record, line } : { record: redactRecord(record, redact) });
  }, maxRecordLength);
  return {
    add: (chunk) => {
      splitter.add(chunk);
    },
    end: () => {
      splitter.end();
    },
    get damaged() {
      return damaged;
    },
  };
}

function redactRecord(record: StreamRecord, redact: Redactor): StreamRecord {
  if (record.kind === 'end') {
    return record.error === undefined ? record : { ...record, error: redact(record.error) };
  }
  if (record.kind === 'resources') return redactResources(record, redact);
  if (record.kind !== 'tick') return record;
  const named = <T extends { readonly scenario: string; readonly step: string }>(cell: T): T => ({
    ...cell,
    scenario: redact(cell.scenario),
    step: redact(cell.step),
  });
  return {
    ...record,
    requests: record.requests.map(named),
    metrics: record.metrics.map(named),
    log: record.log.map((cell) => ({ ...cell, message: redact(cell.message) })),
  };
}

/** Names of labels and the words of a refusal come from a target, which may repeat what it was sent. */
export function redactResources(record: ResourceRecord, redact: Redactor): ResourceRecord {
  return {
    ...record,
    component: redact(record.component),
    readings: record.readings.map((reading) => ({
      ...reading,
      metric: redact(reading.metric),
      ...(reading.instance !== undefined && { instance: redact(reading.instance) }),
    })),
    ...(record.gap !== undefined && { gap: redact(record.gap) }),
  };
}
