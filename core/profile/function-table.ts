/** Functions of a profile: frames that differ in their line alone are one function. */
import { type Profile } from './profile';

export interface FunctionTable {
  /** By index of the frame. */
  readonly ofFrame: Uint32Array;
  /** One frame of each function. */
  readonly frame: readonly number[];
  /** Where it is defined, or the first of its lines that was seen; 0 where no line is known. */
  readonly line: Uint32Array;
}

export function functionTable({ frames, strings }: Profile): FunctionTable {
  const count = frames.name.length;
  const known = new Map<number, number>();
  const ofFrame = new Uint32Array(count);
  const frame: number[] = [];
  for (let i = 0; i < count; i++) {
    const key = (frames.name[i] ?? 0) * strings.length + (frames.file[i] ?? 0);
    let fn = known.get(key);
    if (fn === undefined) {
      fn = frame.push(i) - 1;
      known.set(key, fn);
    }
    ofFrame[i] = fn;
  }
  return { ofFrame, frame, line: firstLines(frames, ofFrame, frame.length) };
}

function firstLines(frames: Profile['frames'], ofFrame: Uint32Array, functions: number): Uint32Array {
  const [defined, seen] = [new Uint32Array(functions), new Uint32Array(functions)];
  for (let i = 0; i < ofFrame.length; i++) {
    const fn = ofFrame[i] ?? 0;
    defined[fn] = earlier(defined[fn] ?? 0, frames.definedAt[i] ?? 0);
    seen[fn] = earlier(seen[fn] ?? 0, frames.line[i] ?? 0);
  }
  return defined.map((line, fn) => (line === 0 ? (seen[fn] ?? 0) : line));
}

function earlier(a: number, b: number): number {
  if (a === 0) return b;
  return b === 0 ? a : Math.min(a, b);
}
