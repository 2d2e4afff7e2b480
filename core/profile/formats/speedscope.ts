/**
 * The speedscope format, as py-spy, speedscope and many others write it. One inner profile per thread.
 *
 * It is read as bytes: the lists of samples make up nearly all of a large file, and making values of them would take
 * longer and more memory than all the rest.
 */
import { ProfileBuilder } from '../builder';
import { damaged, ImportFailure } from '../import-problem';
import { listAt, numberOrNone, objectAt, textOr } from '../json-shape';
import { noParent, type Profile, type WeightUnit } from '../profile';
import { JsonCursor } from './json-cursor';

interface Scale {
  readonly unit: WeightUnit;
  /** From the file's unit to the model's. */
  readonly factor: number;
}

const scales: Readonly<Partial<Record<string, Scale>>> = {
  nanoseconds: { unit: 'ns', factor: 1 },
  microseconds: { unit: 'ns', factor: 1e3 },
  milliseconds: { unit: 'ns', factor: 1e6 },
  seconds: { unit: 'ns', factor: 1e9 },
  bytes: { unit: 'bytes', factor: 1 },
  none: { unit: 'samples', factor: 1 },
};

interface Thread {
  readonly builder: ProfileBuilder;
  /** By index of the file's frames. */
  readonly frames: Uint32Array;
  readonly scale: Scale;
  readonly place: string;
  readonly thread: number;
}

/** Where the values of an object begin, by their names. */
type Members = ReadonlyMap<string, JsonCursor>;

export function importSpeedscope(
  bytes: Uint8Array,
  fileName: string,
  decode: (bytes: Uint8Array) => string,
): Profile {
  const { file, profiles } = outline(new JsonCursor(bytes, decode, startOf(bytes)));
  const builder = new ProfileBuilder();
  const frames = readFrames(
    builder,
    listAt(objectAt(valueOf(file, 'shared'), 'shared')['frames'], 'shared.frames'),
  );
  const scale = commonScale(profiles);
  for (const [i, profile] of profiles.entries()) {
    const thread = builder.thread(textOr(valueOf(profile, 'name'), `thread ${i + 1}`));
    const inner: Thread = { builder, frames, scale, place: `profiles[${i}]`, thread };
    const type = valueOf(profile, 'type');
    if (type === 'sampled') readSampled(profile, inner);
    else if (type === 'evented') readEvented(profile, inner);
    else throw damaged(`${inner.place}.type is neither "sampled" nor "evented"`);
  }
  return builder.finish({
    name: textOr(valueOf(file, 'name'), fileName),
    producer: textOr(valueOf(file, 'exporter'), ''),
    unit: scale.unit,
    isInOrder: true,
  });
}

/** Behind the mark that some programs put before UTF-8. */
function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Frames and samples stand in any order, so all places are found before anything is read. */
function outline(cursor: JsonCursor): { readonly file: Members; readonly profiles: readonly Members[] } {
  const file = new Map<string, JsonCursor>();
  const profiles: Members[] = [];
  for (let has = cursor.enterObject(); has; has = cursor.inObject()) {
    const key = cursor.key();
    file.set(key, cursor.at(cursor.position));
    if (key !== 'profiles') cursor.skip();
    else for (let more = cursor.enterList(); more; more = cursor.inList()) profiles.push(membersOf(cursor));
  }
  if (!file.has('profiles')) throw damaged('profiles is not a list');
  return { file, profiles };
}

function membersOf(cursor: JsonCursor): Members {
  const members = new Map<string, JsonCursor>();
  for (let has = cursor.enterObject(); has; has = cursor.inObject()) {
    const key = cursor.key();
    members.set(key, cursor.at(cursor.position));
    cursor.skip();
  }
  return members;
}

function valueOf(members: Members, key: string): unknown {
  const cursor = members.get(key);
  return cursor?.at(cursor.position).value();
}

function readFrames(builder: ProfileBuilder, frames: readonly unknown[]): Uint32Array {
  return Uint32Array.from(frames, (value, i) => {
    const frame = objectAt(value, `shared.frames[${i}]`);
    const line = numberOrNone(frame['line']);
    return builder.frame({
      name: textOr(frame['name'], '(unnamed)'),
      file: textOr(frame['file'], ''),
      ...(line !== undefined && { line }),
    });
  });
}

/** Weights of different units cannot be added up. */
function commonScale(profiles: readonly Members[]): Scale {
  const units = new Set(profiles.map((profile) => textOr(valueOf(profile, 'unit'), 'none')));
  if (units.size > 1)
    throw new ImportFailure(
      'not-supported',
      `its profiles are in different units: ${[...units].join(', ')}`,
      'export the profiles one by one',
    );
  const [unit = 'none'] = units;
  const scale = scales[unit];
  if (scale === undefined) throw damaged(`profiles[0].unit is not a unit of the format: ${unit}`);
  return scale;
}

function readSampled(profile: Members, { builder, frames, scale, place, thread }: Thread): void {
  const samples = listOf(profile, 'samples', place);
  const weights = listOf(profile, 'weights', place);
  // Neighbouring samples share most of their callers.
  const before = new StackBefore();
  let [at, count] = [0, 0];
  let [hasSample, hasWeight] = [samples.enterList(), weights.enterList()];
  for (; hasSample && hasWeight; hasSample = samples.inList(), hasWeight = weights.inList()) {
    const stack = before.read(samples, builder, frames);
    const weight = Math.round(weights.number() * scale.factor);
    builder.sample(stack, weight, { timeMs: timeMsOf(at, scale), thread });
    at += weight;
    count += 1;
  }
  if (hasSample !== hasWeight)
    throw damaged(
      `${place} has ${count} ${hasSample ? 'weights' : 'samples'}, and more ${hasSample ? 'samples' : 'weights'}`,
    );
}

/** The stack of the sample before, of which the next one keeps what it shares with it. */
class StackBefore {
  /** As the file numbers them, from the outermost on. */
  readonly #frames: number[] = [];
  readonly #stacks: number[] = [];
  /** How much of both is of that sample. */
  #known = 0;

  /** @returns the stack of a list of frames. */
  read(cursor: JsonCursor, builder: ProfileBuilder, ofFile: Uint32Array): number {
    const [frames, stacks] = [this.#frames, this.#stacks];
    let [known, depth, stack] = [this.#known, 0, noParent];
    for (let has = cursor.enterList(); has; has = cursor.inList()) {
      const index = cursor.number();
      if (depth >= known || frames[depth] !== index) {
        known = depth + 1;
        builder.checkDepth(known);
        frames[depth] = index;
        stacks[depth] = builder.stack(stack, frameAt(ofFile, index, cursor));
      }
      stack = stacks[depth] ?? noParent;
      depth += 1;
    }
    this.#known = known;
    return stack;
  }
}

/** Functions are opened and closed; what passes between two events belongs to the stack that was open. */
function readEvented(profile: Members, { builder, frames, scale, place, thread }: Thread): void {
  const startValue = numberOrNone(valueOf(profile, 'startValue')) ?? 0;
  const events = listOf(profile, 'events', place);
  const open: { readonly frame: number; readonly stack: number }[] = [];
  let at = 0;
  for (let has = events.enterList(); has; has = events.inList()) {
    const where = `${place}.events at byte `;
    const { position } = events;
    const event = readEvent(events);
    const now = Math.round((event.at - startValue) * scale.factor);
    if (now < at) throw damaged(`${where}${position} is earlier than the event before it`);
    const top = open.at(-1);
    builder.sample(top?.stack ?? noParent, now - at, { timeMs: timeMsOf(at, scale), thread });
    at = now;
    const frame = frameAt(frames, event.frame, events);
    if (event.isOpening) {
      builder.checkDepth(open.length + 1);
      open.push({ frame, stack: builder.stack(top?.stack ?? noParent, frame) });
    } else if (top?.frame === frame) open.pop();
    else throw damaged(`${where}${position} closes a frame that is not the innermost open one`);
  }
}

interface Event {
  readonly isOpening: boolean;
  readonly frame: number;
  readonly at: number;
}

function readEvent(cursor: JsonCursor): Event {
  let [frame, at] = [NaN, NaN];
  let isOpening: boolean | undefined;
  const { position } = cursor;
  for (let has = cursor.enterObject(); has; has = cursor.inObject()) {
    if (cursor.passKey('at')) at = cursor.number();
    else if (cursor.passKey('frame')) frame = cursor.number();
    else if (cursor.passKey('type')) {
      isOpening = cursor.passText('O');
      if (!isOpening && !cursor.passText('C'))
        throw damaged(`the event at byte ${position} is neither "O" nor "C"`);
    } else {
      cursor.key();
      cursor.skip();
    }
  }
  if (isOpening === undefined || Number.isNaN(at))
    throw damaged(`the event at byte ${position} has no ${isOpening === undefined ? 'type' : 'time'}`);
  return { isOpening, frame, at };
}

function listOf(members: Members, key: string, place: string): JsonCursor {
  const cursor = members.get(key);
  if (cursor === undefined) throw damaged(`${place}.${key} is not a list`);
  return cursor.at(cursor.position);
}

function frameAt(frames: Uint32Array, index: number, { position }: JsonCursor): number {
  const frame = frames[index];
  if (frame === undefined) throw damaged(`byte ${position} names a frame that is not there`);
  return frame;
}

function timeMsOf(value: number, scale: Scale): number {
  return scale.unit === 'ns' ? value / 1e6 : value;
}
