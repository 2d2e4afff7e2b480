/**
 * Trace events, as py-spy's `chrometrace` and tracing tools write them: functions that begin (`B`) and end (`E`), or
 * are given whole (`X`), per process and thread. Times are in microseconds.
 */
import { ProfileBuilder } from '../builder';
import { damaged } from '../import-problem';
import { listAt, numberAt, numberOrNone, objectAt, textOr, type JsonObject } from '../json-shape';
import { noParent, type Profile } from '../profile';

interface TraceEvent {
  readonly phase: 'B' | 'E' | 'X';
  readonly atUs: number;
  readonly lastsUs: number;
  readonly frame: number;
}

export function importChromeTrace(root: unknown, fileName: string): Profile {
  const list = Array.isArray(root) ? root : listAt(objectAt(root, 'the file')['traceEvents'], 'traceEvents');
  const builder = new ProfileBuilder();
  const { threads, names } = readThreads(builder, list);
  let startUs = Infinity;
  for (const events of threads.values()) for (const { atUs } of events) startUs = Math.min(startUs, atUs);
  for (const [key, events] of threads)
    readThread(builder, events, startUs, builder.thread(names.get(key) ?? key));
  return builder.finish({ name: fileName, unit: 'ns', isInOrder: true });
}

function readThreads(
  builder: ProfileBuilder,
  list: readonly unknown[],
): { threads: ReadonlyMap<string, TraceEvent[]>; names: ReadonlyMap<string, string> } {
  const threads = new Map<string, TraceEvent[]>();
  const names = new Map<string, string>();
  for (const [i, value] of list.entries()) {
    const event = objectAt(value, `event ${i}`);
    const key = `process ${idOf(event['pid'])} thread ${idOf(event['tid'])}`;
    const args = isObject(event['args']) ? event['args'] : {};
    const phase = event['ph'];
    if (phase === 'M' && event['name'] === 'thread_name')
      names.set(key, `${key} ${textOr(args['name'], '')}`);
    // Counters, flows and the like say nothing of functions.
    if (phase !== 'B' && phase !== 'E' && phase !== 'X') continue;
    const events = threads.get(key) ?? [];
    if (events.length === 0) threads.set(key, events);
    events.push({
      phase,
      atUs: numberAt(event['ts'], `event ${i}: ts`),
      lastsUs: phase === 'X' ? numberAt(event['dur'] ?? 0, `event ${i}: dur`) : 0,
      frame: frameOf(builder, textOr(event['name'], '(unnamed)'), args),
    });
  }
  return { threads, names };
}

function frameOf(builder: ProfileBuilder, name: string, args: JsonObject): number {
  const line = numberOrNone(args['line']);
  const file = textOr(args['filename'], textOr(args['file'], ''));
  return builder.frame({ name, file, ...(line !== undefined && { line }) });
}

function readThread(builder: ProfileBuilder, events: TraceEvent[], startUs: number, thread: number): void {
  const open: { readonly stack: number; readonly endsUs: number }[] = [];
  let atUs = -Infinity;
  const passTo = (untilUs: number): void => {
    const weight = Math.round((untilUs - atUs) * 1000);
    const stack = open.at(-1)?.stack ?? noParent;
    if (weight > 0 && stack !== noParent)
      builder.sample(stack, weight, { timeMs: (atUs - startUs) / 1000, thread });
    atUs = Math.max(atUs, untilUs);
  };
  const closeBefore = (us: number): void => {
    for (let top = open.at(-1); top !== undefined && top.endsUs <= us; top = open.at(-1)) {
      passTo(top.endsUs);
      open.pop();
    }
  };
  // Where two begin together, the longer one is the caller; sorting keeps the order of equals.
  events.sort((a, b) => a.atUs - b.atUs || b.lastsUs - a.lastsUs);
  for (const event of events) {
    closeBefore(event.atUs);
    passTo(event.atUs);
    if (event.phase === 'E') {
      // The beginning may lie before the recording.
      if (open.at(-1)?.endsUs === Infinity) open.pop();
      continue;
    }
    builder.checkDepth(open.length + 1);
    const endsUs = event.phase === 'X' ? event.atUs + event.lastsUs : Infinity;
    open.push({ stack: builder.stack(open.at(-1)?.stack ?? noParent, event.frame), endsUs });
  }
  closeBefore(Number.MAX_VALUE);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function idOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if (value === undefined) return '0';
  throw damaged('the process or thread of an event is neither a number nor a text');
}
