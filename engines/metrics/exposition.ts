/** The Prometheus text format, of which only the samples of wanted names are read. */

export interface Sample {
  readonly name: string;
  /** The labels as they stand, without braces; empty where there are none. */
  readonly labels: string;
  /** Never infinite and never not a number: such samples are left out. */
  readonly value: number;
}

/** A longer line is no sample. */
const maxLine = 16 * 1024;

export interface ExpositionReader {
  add(chunk: Buffer): void;
  end(): void;
  /** Lines that were samples or comments of the format. */
  readonly goodLines: number;
  readonly badLines: number;
}

/** Reads piece by piece, so that a large answer neither fills the memory nor holds anybody up. */
export function readExposition(
  wanted: (name: string) => boolean,
  onSample: (sample: Sample) => void,
): ExpositionReader {
  let rest = '';
  let isTooLong = false;
  let goodLines = 0;
  let badLines = 0;
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const reading = line.startsWith('#') ? 'comment' : readSample(line.trim(), wanted);
    if (reading === undefined) badLines += 1;
    else goodLines += 1;
    if (typeof reading === 'object' && Number.isFinite(reading.value)) onSample(reading);
  };
  const takeLines = (text: string): void => {
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (isTooLong) badLines += 1;
      else take(line);
      isTooLong = false;
    }
    if (rest.length > maxLine) {
      rest = '';
      isTooLong = true;
    }
  };
  return {
    add: (chunk) => {
      // Label values may hold any character, but none that is read is told by half of one.
      takeLines(rest + chunk.toString('latin1'));
    },
    end: () => {
      if (rest !== '') takeLines(`${rest}\n`);
    },
    get goodLines() {
      return goodLines;
    },
    get badLines() {
      return badLines;
    },
  };
}

const name = /^[a-zA-Z_:][\w:]*/;

/** `unwanted` is a line whose name nobody asked for; `undefined` is none of the format. */
function readSample(line: string, wanted: (name: string) => boolean): Sample | 'unwanted' | undefined {
  const found = name.exec(line)?.[0];
  if (found === undefined) return undefined;
  if (!wanted(found)) return /^[{ \t]/.test(line.slice(found.length)) ? 'unwanted' : undefined;
  let at = found.length;
  let labels = '';
  if (line[at] === '{') {
    const end = endOfLabels(line, at + 1);
    if (end === undefined) return undefined;
    labels = line.slice(at + 1, end);
    at = end + 1;
  }
  const value = readValue(line.slice(at));
  return value === undefined ? undefined : { name: found, labels, value };
}

/** What follows the labels: a value, perhaps a time, perhaps an exemplar. */
function readValue(rest: string): number | undefined {
  const [text, timestamp, ...more] = (rest.split('#', 1)[0] ?? '').trim().split(/[ \t]+/);
  if (text === undefined || text === '' || more.length > 0) return undefined;
  if (timestamp !== undefined && !/^-?\d+(?:\.\d+)?$/.test(timestamp)) return undefined;
  return numberOf(text);
}

/** Where the closing brace is; braces within quotes are text. */
function endOfLabels(line: string, from: number): number | undefined {
  let isQuoted = false;
  for (let at = from; at < line.length; at++) {
    const char = line[at];
    if (isQuoted && char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === '}' && !isQuoted) return at;
  }
  return undefined;
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  return /^[+-]?(?:\d|\.\d)/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
}
