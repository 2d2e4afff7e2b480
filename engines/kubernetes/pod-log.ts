/**
 * The log of a pod, which has the records of its k6 and k6's own log in one. It may break off in the middle of a line
 * and be read again from an earlier time: what was told twice is for whoever numbers the records.
 */
import { splitLines } from '../host/bounded-log';

export interface PodLog {
  add(chunk: Buffer): void;
  /** The connection is gone; what it had begun to tell comes again, whole. */
  breakOff(): void;
  /** From when on it has to be read again, as kubectl takes it; `undefined`: from the beginning. */
  since(): string | undefined;
  /** Whether the load of this generator has begun, and whether it told its end. */
  readonly hasBegun: boolean;
  readonly hasEnded: boolean;
}

export interface PodLogReader {
  /** A line that is a record, or was one; `isNew`: it is of a later time than all before it. */
  onRecord(line: string, isNew: boolean): void;
  onText(line: string): void;
}

const head = /^\{"v":\d+,"kind":"(\w+)","source":"[^"]*","phase":"(?:[^"\\]|\\.)*","seq":\d+,"time":(\d+)/;

/** What is left of a record whose beginning is of an earlier time. */
const tail = /,"crc":"[0-9a-f]{8}"\}$/;

export function readPodLog(reader: PodLogReader, maxLineLength: number): PodLog {
  let lastMs: number | undefined;
  let hasBegun = false;
  let hasEnded = false;
  const newSplitter = () =>
    splitLines((line) => {
      const [, kind, timeMs] = head.exec(line) ?? [];
      if (kind === undefined) {
        if (!tail.test(line)) reader.onText(line);
        return;
      }
      hasBegun ||= kind === 'clock';
      hasEnded ||= kind === 'end';
      const isNew = Number(timeMs) > (lastMs ?? 0);
      if (isNew) lastMs = Number(timeMs);
      reader.onRecord(line, isNew);
    }, maxLineLength);
  let splitter = newSplitter();
  return {
    add: (chunk) => {
      splitter.add(chunk);
    },
    breakOff: () => {
      splitter = newSplitter();
    },
    // A record is written after the time that it has, and kubectl takes whole seconds.
    since: () =>
      lastMs === undefined
        ? undefined
        : new Date(Math.floor(lastMs / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
    get hasBegun() {
      return hasBegun;
    },
    get hasEnded() {
      return hasEnded;
    },
  };
}
