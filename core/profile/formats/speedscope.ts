/** The speedscope format, as py-spy, speedscope and many others write it. One inner profile per thread. */
import { ProfileBuilder } from '../builder';
import { damaged, ImportFailure } from '../import-problem';
import { listAt, numberAt, numberOrNone, objectAt, textOr, type JsonObject } from '../json-shape';
import { noParent, type Profile, type WeightUnit } from '../profile';

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

export function importSpeedscope(root: unknown, fileName: string): Profile {
  const file = objectAt(root, 'the file');
  const builder = new ProfileBuilder();
  const frames = readFrames(builder, listAt(objectAt(file['shared'], 'shared')['frames'], 'shared.frames'));
  const profiles = listAt(file['profiles'], 'profiles').map((profile, i) =>
    objectAt(profile, `profiles[${i}]`),
  );
  const scale = commonScale(profiles);
  for (const [i, profile] of profiles.entries()) {
    const thread = builder.thread(textOr(profile['name'], `thread ${i + 1}`));
    const inner: Thread = { builder, frames, scale, place: `profiles[${i}]`, thread };
    if (profile['type'] === 'sampled') readSampled(profile, inner);
    else if (profile['type'] === 'evented') readEvented(profile, inner);
    else throw damaged(`${inner.place}.type is neither "sampled" nor "evented"`);
  }
  return builder.finish({
    name: textOr(file['name'], fileName),
    producer: textOr(file['exporter'], ''),
    unit: scale.unit,
    isInOrder: true,
  });
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
function commonScale(profiles: readonly JsonObject[]): Scale {
  const units = new Set(profiles.map((profile) => textOr(profile['unit'], 'none')));
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

function readSampled(profile: JsonObject, { builder, frames, scale, place, thread }: Thread): void {
  const samples = listAt(profile['samples'], `${place}.samples`);
  const weights = listAt(profile['weights'], `${place}.weights`);
  if (samples.length !== weights.length)
    throw damaged(`${place} has ${samples.length} samples but ${weights.length} weights`);
  let at = 0;
  // Neighbouring samples share most of their callers.
  let before: readonly unknown[] = [];
  const path: number[] = [];
  for (const [i, value] of samples.entries()) {
    const sample = listAt(value, `${place}.samples[${i}]`);
    builder.checkDepth(sample.length);
    let depth = 0;
    while (depth < sample.length && depth < before.length && sample[depth] === before[depth]) depth += 1;
    path.length = depth;
    for (; depth < sample.length; depth++) {
      const frame = frameAt(frames, sample[depth], `${place}.samples[${i}]`);
      path.push(builder.stack(path[depth - 1] ?? noParent, frame));
    }
    before = sample;
    const weight = Math.round(numberAt(weights[i], `${place}.weights[${i}]`) * scale.factor);
    builder.sample(path.at(-1) ?? noParent, weight, { timeMs: timeMsOf(at, scale), thread });
    at += weight;
  }
}

/** Functions are opened and closed; what passes between two events belongs to the stack that was open. */
function readEvented(profile: JsonObject, { builder, frames, scale, place, thread }: Thread): void {
  const startValue = numberOrNone(profile['startValue']) ?? 0;
  const events = listAt(profile['events'], `${place}.events`);
  const open: { readonly frame: number; readonly stack: number }[] = [];
  let at = 0;
  for (const [i, value] of events.entries()) {
    const where = `${place}.events[${i}]`;
    const event = objectAt(value, where);
    const now = Math.round((numberAt(event['at'], `${where}.at`) - startValue) * scale.factor);
    if (now < at) throw damaged(`${where} is earlier than the event before it`);
    const top = open.at(-1);
    builder.sample(top?.stack ?? noParent, now - at, { timeMs: timeMsOf(at, scale), thread });
    at = now;
    const frame = frameAt(frames, event['frame'], where);
    if (event['type'] === 'O') {
      builder.checkDepth(open.length + 1);
      open.push({ frame, stack: builder.stack(top?.stack ?? noParent, frame) });
    } else if (event['type'] === 'C' && top?.frame === frame) open.pop();
    else throw damaged(`${where} closes a frame that is not the innermost open one`);
  }
}

function frameAt(frames: Uint32Array, index: unknown, place: string): number {
  const frame = typeof index === 'number' ? frames[index] : undefined;
  if (frame === undefined) throw damaged(`${place} names a frame that is not there`);
  return frame;
}

function timeMsOf(value: number, scale: Scale): number {
  return scale.unit === 'ns' ? value / 1e6 : value;
}
