/** Where a command writes, and what it may assume of the reader. */
import type { WriteStream } from 'node:tty';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export interface Terminal {
  /** Text for people, whole lines. */
  say(text: string): void;
  /** One event as a line of JSON, for programs. Nothing happens where none was asked for. */
  emit(event: object): void;
  /** Whether lines can be redrawn. */
  readonly isLive: boolean;
  readonly columns: number;
  style(text: string, ...styles: readonly Style[]): string;
  /** Writes as it stands, such as the codes that move the cursor. */
  raw(text: string): void;
}

export interface TerminalOptions {
  readonly output: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
  /** Events go to standard output, and text for people to standard error. */
  readonly isJson: boolean;
  /** Text for people goes to standard error, since standard output is for something else. */
  readonly isQuiet: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

export function openTerminal({ output, error, isJson, isQuiet, environment }: TerminalOptions): Terminal {
  const people: NodeJS.WriteStream = isJson || isQuiet ? error : output;
  const isLive = (people as Partial<WriteStream>).isTTY === true && environment['TERM'] !== 'dumb';
  const hasColour = isLive && (environment['NO_COLOR'] ?? '') === '';
  return {
    isLive,
    get columns() {
      return Math.max(40, isLive ? people.columns : 100);
    },
    say: (text) => people.write(`${text}\n`),
    raw: (text) => people.write(text),
    emit: (event) => {
      if (isJson) output.write(`${JSON.stringify(event)}\n`);
    },
    style: (text, ...styles) =>
      hasColour
        ? styles.reduce((inner, name) => `\u001b[${codes[name][0]}m${inner}\u001b[${codes[name][1]}m`, text)
        : text,
  };
}

/**
 * Whoever read the output may be gone, such as an editor that was closed, or the disk of a file that it goes to may be
 * full: the run goes on without a reader, and its folder tells the result.
 */
export function ignoreWriteErrors(...outputs: readonly NodeJS.WriteStream[]): void {
  for (const output of outputs) output.on('error', () => undefined);
}

/** Text from elsewhere must not move the cursor or change the colours of the terminal. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => (char === '\t' ? ' ' : '�'));
}
