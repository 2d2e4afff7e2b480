/**
 * The text format of Austin: `# key: value` lines, then `P<process>;T<interpreter>:<thread>;file:function:line;… <µs>`.
 * With full metrics the weight is `<µs>,<1 where idle>,<memory>`.
 */
import { ProfileBuilder } from '../builder';
import { damaged, ImportFailure } from '../import-problem';
import type { Profile } from '../profile';
import { linesOf } from './text-lines';

export function importAustin(text: string, fileName: string): Profile {
  const facts = new Map<string, string>();
  const reader = new SampleReader();
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    if (line === '') continue;
    if (!line.startsWith('#')) {
      reader.add(line, number);
      continue;
    }
    const [, key = '', value = ''] = /^# (\w+): (.*)$/.exec(line) ?? [];
    facts.set(key, value);
    checkMode(facts.get('mode'));
  }
  return reader.builder.finish({
    name: fileName,
    producer: `austin@${facts.get('austin') ?? ''}`,
    unit: 'ns',
    isInOrder: true,
  });
}

class SampleReader {
  readonly builder = new ProfileBuilder();
  readonly #frames = new Map<string, number>();
  readonly #elapsedMs = new Map<number, number>();

  add(line: string, number: number): void {
    const { process, thread: name, stack, metrics } = splitLine(line, number);
    const [us = NaN, idle = 0] = metrics.split(',').map(Number);
    if (!Number.isFinite(us)) throw damaged(`line ${number} does not end with a time`);
    const thread = this.builder.thread(`${process} ${name}`);
    const timeMs = this.#elapsedMs.get(thread) ?? 0;
    this.#elapsedMs.set(thread, timeMs + us / 1000);
    if (idle === 1) return;
    const frames = stack.map((frame) => this.#frame(frame, number));
    this.builder.sample(this.builder.stackOf(frames), us * 1000, { timeMs, thread });
  }

  #frame(text: string, number: number): number {
    const known = this.#frames.get(text);
    if (known !== undefined) return known;
    const frame = this.builder.frame(readFrame(text, number));
    this.#frames.set(text, frame);
    return frame;
  }
}

/** @throws where the figures are not times. */
export function checkMode(mode: string | undefined): void {
  if (mode !== 'memory') return;
  throw new ImportFailure(
    'not-supported',
    'it holds memory rather than time',
    'record with Austin without --memory',
  );
}

function splitLine(
  line: string,
  number: number,
): {
  process: string;
  thread: string;
  stack: string[];
  metrics: string;
} {
  const space = line.lastIndexOf(' ');
  const [process = '', thread = '', ...stack] = line.slice(0, Math.max(0, space)).split(';');
  if (!process.startsWith('P') || !thread.startsWith('T'))
    throw damaged(`line ${number} does not begin with a process and a thread`);
  return {
    process: `process ${process.slice(1)}`,
    thread: `thread ${thread.slice(thread.lastIndexOf(':') + 1).replace(/^T/, '')}`,
    stack: stack.filter((frame) => frame !== '' && frame !== ':INVALID:' && frame !== ':GC:'),
    metrics: line.slice(space + 1),
  };
}

/** The path of a file may have colons of its own, the name and the line have none. */
function readFrame(frame: string, number: number): { name: string; file: string; line: number } {
  const lineAt = frame.lastIndexOf(':');
  const nameAt = frame.lastIndexOf(':', lineAt - 1);
  if (nameAt <= 0) throw damaged(`line ${number} has a frame that is not file:function:line`);
  return {
    file: frame.slice(0, nameAt),
    name: frame.slice(nameAt + 1, lineAt),
    line: Number(frame.slice(lineAt + 1)),
  };
}
