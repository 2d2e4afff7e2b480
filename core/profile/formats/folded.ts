/**
 * Collapsed stacks, as `py-spy record -f raw`, stackcollapse-perf and many others write them: one stack per line, its
 * frames from the outermost to the innermost between semicolons, and after the last space how often it was seen.
 */
import { ProfileBuilder } from '../builder';
import { damaged } from '../import-problem';
import type { Profile } from '../profile';
import { linesOf } from './text-lines';

export function importFolded(text: string, fileName: string): Profile {
  const builder = new ProfileBuilder();
  const frames = new Map<string, number>();
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    if (line.trim() === '') continue;
    const space = line.lastIndexOf(' ');
    const weight = Number(line.slice(space + 1));
    // py-spy writes what it could not unwind as a count without a stack.
    if (space === 0) continue;
    if (space === -1 || !Number.isFinite(weight)) throw damaged(`line ${number} does not end with a number`);
    const { thread, rest } = splitThread(line.slice(0, space));
    const stack = rest.split(';').map((frame) => {
      const known = frames.get(frame);
      if (known !== undefined) return known;
      const made = builder.frame(readFrame(frame));
      frames.set(frame, made);
      return made;
    });
    builder.sample(builder.stackOf(stack), weight, { thread: builder.thread(thread) });
  }
  return builder.finish({ name: fileName, unit: 'samples', isInOrder: false });
}

/** py-spy puts the process and the thread before the frames; the command line of a process may hold anything. */
function splitThread(stack: string): { readonly thread: string; readonly rest: string } {
  let at = 0;
  if (/^process \d+:"/.test(stack)) {
    const end = stack.indexOf('";');
    if (end !== -1) at = end + 2;
  }
  if (/^thread \(\d+\)/.test(stack.slice(at, at + 40))) {
    const end = stack.indexOf(';', at);
    if (end !== -1) at = end + 1;
  }
  return { thread: stack.slice(0, Math.max(0, at - 1)), rest: stack.slice(at) };
}

/** `name (file:line)` or a bare name. The file of a frame may have spaces and brackets of its own. */
function readFrame(frame: string): { name: string; file?: string; line?: number } {
  const open = frame.indexOf(' (');
  if (open <= 0 || !frame.endsWith(')')) return { name: frame === '' ? '(unnamed)' : frame };
  const name = frame.slice(0, open);
  const place = frame.slice(open + 2, -1);
  const colon = place.lastIndexOf(':');
  const line = Number(place.slice(colon + 1));
  if (colon <= 0 || !Number.isInteger(line)) return { name, file: place };
  return { name, file: place.slice(0, colon), line };
}
