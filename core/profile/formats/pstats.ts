/**
 * What `cProfile` and `profile` write: per function its calls and times, and the same per caller. There are no stacks.
 * The file is a marshalled `{(file, line, name): (outer calls, calls, self, total, {caller: …})}`, in seconds.
 */
import { ProfileBuilder } from '../builder';
import { Float64Column, Uint32Column } from '../column';
import { damaged } from '../import-problem';
import { noParent, type Profile } from '../profile';
import { readMarshal, type Marshalled } from './marshal';

export function importPstats(
  bytes: Uint8Array,
  fileName: string,
  decode: (bytes: Uint8Array) => string,
): Profile {
  const stats = readMarshal(bytes, decode);
  if (!(stats instanceof Map)) throw damaged('the file is not a table of functions');
  const builder = new ProfileBuilder();
  const functions = {
    frame: new Uint32Column(),
    calls: new Float64Column(),
    outerCalls: new Float64Column(),
    self: new Float64Column(),
    total: new Float64Column(),
  };
  const edges = {
    caller: new Uint32Column(),
    callee: new Uint32Column(),
    calls: new Float64Column(),
    total: new Float64Column(),
  };
  for (const [key, row] of stats as ReadonlyMap<Marshalled, Marshalled>) {
    const frame = frameOf(builder, key);
    const [outerCalls, calls, self, total, callers] = numbersOf(row);
    functions.frame.push(frame);
    functions.calls.push(calls);
    functions.outerCalls.push(outerCalls);
    functions.self.push(nanoseconds(self));
    functions.total.push(nanoseconds(total));
    builder.sample(builder.stack(noParent, frame), nanoseconds(self));
    if (!(callers instanceof Map)) continue;
    for (const [callerKey, part] of callers as ReadonlyMap<Marshalled, Marshalled>) {
      edges.caller.push(frameOf(builder, callerKey));
      edges.callee.push(frame);
      // The pure Python `profile` counts the calls of a caller and nothing else.
      const [edgeCalls, , , edgeTotal] = typeof part === 'number' ? [part, part, 0, 0] : numbersOf(part);
      edges.calls.push(edgeCalls);
      edges.total.push(nanoseconds(edgeTotal));
    }
  }
  return builder.finish({
    name: fileName,
    producer: 'cProfile',
    unit: 'ns',
    isInOrder: false,
    calls: {
      functions: {
        frame: functions.frame.done(),
        calls: functions.calls.done(),
        outerCalls: functions.outerCalls.done(),
        self: functions.self.done(),
        total: functions.total.done(),
      },
      edges: {
        caller: edges.caller.done(),
        callee: edges.callee.done(),
        calls: edges.calls.done(),
        total: edges.total.done(),
      },
    },
  });
}

function frameOf(builder: ProfileBuilder, key: Marshalled): number {
  const [file, line, name] = Array.isArray(key) ? (key as readonly Marshalled[]) : [];
  if (typeof file !== 'string' || typeof line !== 'number' || typeof name !== 'string')
    throw damaged('a function is not named by file, line and name');
  return builder.frame({ name, file, definedAt: line });
}

function numbersOf(row: Marshalled): readonly [number, number, number, number, Marshalled] {
  const [first, second, self, total, callers] = Array.isArray(row) ? (row as readonly Marshalled[]) : [];
  if (
    typeof first !== 'number' ||
    typeof second !== 'number' ||
    typeof self !== 'number' ||
    typeof total !== 'number'
  )
    throw damaged('the figures of a function are not four numbers');
  return [first, second, self, total, callers ?? null];
}

/** The clocks of a machine may run backwards by a little; a time below zero is none. */
function nanoseconds(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1e9));
}
