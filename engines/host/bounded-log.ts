/** A tool's own log in a file that cannot fill the disk: its beginning as it comes, its end when the tool is done. */
import { openAppendLog } from './file-host';
import type { Disk } from './disk';

/** One mebibyte in all: causes are mostly at the start, last words at the end. */
const headBytes = 512 * 1024;
const tailBytes = 512 * 1024;

/** A longer line is cut; the rest of it is dropped. */
const maxLineLength = 64 * 1024;

export interface BoundedLog {
  /** Takes any number of bytes without waiting, and holds at most about one mebibyte of them. */
  add(chunk: Buffer): void;
  /** The last lines, for a message to a person. */
  lastLines(count: number): readonly string[];
  close(): Promise<void>;
}

/**
 * @param cleanse is applied to every line before it is kept or written.
 * @throws the error of the disk on opening. Later errors only cost the log, never the run.
 */
export async function openBoundedLog(
  disk: Disk,
  file: string,
  now: () => number,
  cleanse: (line: string) => string,
): Promise<BoundedLog> {
  const log = await openAppendLog(disk, file, now);
  const tail: string[] = [];
  let written = 0;
  let kept = 0;
  let left = 0;
  const keep = (line: string): void => {
    tail.push(line);
    kept += line.length;
    while (kept > tailBytes) {
      const dropped = tail.shift()?.length ?? 0;
      kept -= dropped;
      left += dropped;
    }
  };
  const recent: string[] = [];
  const splitter = splitLines((raw) => {
    const line = `${cleanse(raw)}\n`;
    recent.push(line);
    if (recent.length > 50) recent.shift();
    if (written + line.length > headBytes) {
      written = headBytes;
      keep(line);
      return;
    }
    written += line.length;
    log.append(Buffer.from(line));
  }, maxLineLength);
  return {
    add: (chunk) => {
      splitter.add(chunk);
    },
    lastLines: (count) => recent.slice(-count).map((line) => line.trimEnd()),
    close: async () => {
      splitter.end();
      if (left > 0) log.append(Buffer.from(`… ${left} characters left out …\n`));
      if (tail.length > 0) log.append(Buffer.from(tail.join('')));
      await log.close();
    },
  };
}

export interface LineSplitter {
  add(chunk: Buffer): void;
  /** Hands over a last line that has no line feed. */
  end(): void;
}

/**
 * Cuts a stream of bytes into lines of text without their line feed; empty lines are left out.
 *
 * @param maxLength characters of a line; the rest of a longer one is dropped.
 */
export function splitLines(
  onLine: (line: string, isWhole: boolean) => void,
  maxLength: number,
): LineSplitter {
  const decoder = new TextDecoder('utf-8');
  let pending = '';
  let isSkipping = false;
  const add = (text: string): void => {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      if (!isSkipping) {
        const whole = pending + line;
        if (whole !== '') onLine(whole.slice(0, maxLength), whole.length <= maxLength);
      }
      pending = '';
      isSkipping = false;
    }
    if (isSkipping) return;
    pending += last;
    if (pending.length > maxLength) {
      onLine(pending.slice(0, maxLength), false);
      pending = '';
      isSkipping = true;
    }
  };
  return {
    add: (chunk) => {
      add(decoder.decode(chunk, { stream: true }));
    },
    end: () => {
      if (pending !== '') onLine(pending, false);
      pending = '';
    },
  };
}
