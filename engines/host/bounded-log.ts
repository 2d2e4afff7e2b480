/** A tool's own log in a file that cannot fill the disk: its beginning as it comes, its end when the tool is done. */
import { openAppendLog } from './file-host';
import type { Disk } from './disk';

/** One mebibyte in all: causes are mostly at the start, last words at the end. */
const headBytes = 512 * 1024;
const tailBytes = 512 * 1024;

/** A longer line is cut; the rest of it is dropped. */
const maxLineLength = 64 * 1024;

/** Longer than any form of a secret that travels in a log. */
const longestSecret = 64 * 1024;

export interface BoundedLog {
  /** Takes any number of bytes without waiting, and holds at most about one mebibyte of them. */
  add(chunk: Buffer): void;
  /** The last lines, for a message to a person; of a log that is too long to follow, once it is closed. */
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
  const tail = keepTail(tailBytes);
  const recent: string[] = [];
  let written = 0;
  const splitter = splitLines((raw) => {
    const line = cutLine(raw, cleanse);
    recent.push(line);
    if (recent.length > 50) recent.shift();
    written += line.length + 1;
    log.append(Buffer.from(`${line}\n`));
  }, heldLength);
  // Beyond the head, bytes are only kept, not looked at: a flood must not keep the runner busy.
  const replayTail = (): void => {
    const { chunks, droppedBytes } = tail.take();
    if (droppedBytes > 0) {
      // A gap may be in the middle of a line, and cut a secret in two: neither part of that line is kept.
      splitter.skipToNextLine();
      log.append(Buffer.from(`… ${droppedBytes} bytes left out …\n`));
    }
    for (const chunk of chunks) splitter.add(chunk);
  };
  return {
    add: (chunk) => {
      if (written < headBytes) splitter.add(chunk);
      else tail.add(chunk);
    },
    lastLines: (count) => recent.slice(-count),
    close: async () => {
      replayTail();
      splitter.end();
      await log.close();
    },
  };
}

/** Enough of a line to know a secret that lies across the place where the line is cut. */
const heldLength = maxLineLength + longestSecret;

/** Cleansed first: half a secret is not known as one. */
function cutLine(raw: string, cleanse: (line: string) => string): string {
  const line = cleanse(raw);
  // What was held may itself end within a secret, and cleansing may have moved that end forward.
  const whole = raw.length < heldLength ? line : line.slice(0, Math.max(0, line.length - longestSecret));
  return whole.slice(0, maxLineLength);
}

interface Tail {
  add(chunk: Buffer): void;
  /** What is kept, oldest first, and how many bytes before it are not. */
  take(): { readonly chunks: readonly Buffer[]; readonly droppedBytes: number };
}

function keepTail(maxBytes: number): Tail {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let droppedBytes = 0;
  return {
    add: (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      while (bytes - (chunks[0]?.length ?? 0) >= maxBytes) {
        const dropped = chunks.shift()?.length ?? 0;
        bytes -= dropped;
        droppedBytes += dropped;
      }
    },
    take: () => {
      const taken = { chunks, droppedBytes };
      chunks = [];
      return taken;
    },
  };
}

export interface LineSplitter {
  add(chunk: Buffer): void;
  /** Hands over a last line that has no line feed. */
  end(): void;
  /** Forgets a line that has begun, and what is still to come of it. */
  skipToNextLine(): void;
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
    skipToNextLine: () => {
      pending = '';
      isSkipping = true;
    },
  };
}
