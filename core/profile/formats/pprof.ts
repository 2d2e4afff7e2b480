/** The protobuf format of pprof, as Go and many continuous profilers write it (here already unpacked). */
import { ProfileBuilder, type FrameFacts } from '../builder';
import { damaged, ImportFailure } from '../import-problem';
import type { Profile, WeightUnit } from '../profile';
import { fieldsOf, packedNumbers, type FieldValue } from './protobuf';

const units: Readonly<Partial<Record<string, { readonly unit: WeightUnit; readonly factor: number }>>> = {
  nanoseconds: { unit: 'ns', factor: 1 },
  microseconds: { unit: 'ns', factor: 1e3 },
  milliseconds: { unit: 'ns', factor: 1e6 },
  seconds: { unit: 'ns', factor: 1e9 },
  bytes: { unit: 'bytes', factor: 1 },
  count: { unit: 'count', factor: 1 },
};

/** The parts of the message, by the numbers of their fields. */
interface Parts {
  readonly types: Uint8Array[];
  readonly samples: Uint8Array[];
  readonly locations: Uint8Array[];
  readonly functions: Uint8Array[];
  readonly strings: string[];
  defaultType: number;
}

export function importPprof(
  bytes: Uint8Array,
  fileName: string,
  decode: (bytes: Uint8Array) => string,
): Profile {
  const parts = readParts(bytes, decode);
  const builder = new ProfileBuilder();
  const functions = readFunctions(parts);
  const locations = readLocations(parts, functions, builder);
  const { index, unit, factor } = chooseValue(parts);
  for (const sample of parts.samples) {
    const ids: number[] = [];
    const values: number[] = [];
    for (const { field, value } of fieldsOf(sample)) {
      if (field === 1) append(ids, value);
      else if (field === 2) append(values, value);
    }
    builder.sample(stackOf(builder, locations, ids), (values[index] ?? 0) * factor);
  }
  return builder.finish({ name: fileName, producer: 'pprof', unit, isInOrder: false });
}

/** A repeated number may be written one by one, or packed into bytes. */
function append(list: number[], value: FieldValue): void {
  if (typeof value === 'number') list.push(value);
  else for (const number of packedNumbers(value)) list.push(number);
}

/** The innermost location comes first. */
function stackOf(
  builder: ProfileBuilder,
  locations: ReadonlyMap<number, readonly number[]>,
  ids: readonly number[],
): number {
  const frames = ids.toReversed().flatMap((id) => {
    const found = locations.get(id);
    if (found === undefined) throw damaged(`a sample names the location ${id}, which is not there`);
    return found;
  });
  return builder.stackOf(frames);
}

function readParts(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): Parts {
  const parts: Parts = { types: [], samples: [], locations: [], functions: [], strings: [], defaultType: 0 };
  const lists: Partial<Record<number, Uint8Array[]>> = {
    1: parts.types,
    2: parts.samples,
    4: parts.locations,
    5: parts.functions,
  };
  for (const { field, value } of fieldsOf(bytes)) {
    if (typeof value === 'number') {
      if (field === 14) parts.defaultType = value;
    } else if (field === 6) parts.strings.push(decode(value));
    else lists[field]?.push(value);
  }
  return parts;
}

/** Which of a sample's values is taken: the default of the file, or else the last, as pprof does. */
function chooseValue({ types, strings, defaultType }: Parts): {
  index: number;
  unit: WeightUnit;
  factor: number;
} {
  const named = types.map((type) => {
    const fact = { type: 0, unit: 0 };
    for (const { field, value } of fieldsOf(type)) {
      if (field === 1) fact.type = numeric(value);
      if (field === 2) fact.unit = numeric(value);
    }
    return fact;
  });
  const wanted = defaultType === 0 ? -1 : named.findIndex(({ type }) => type === defaultType);
  const index = wanted === -1 ? named.length - 1 : wanted;
  const name = strings[named[index]?.unit ?? 0] ?? '';
  const scale = units[name];
  if (scale === undefined)
    throw new ImportFailure(
      'not-supported',
      `its samples are counted in "${name}"`,
      'export a profile of time, bytes or counts',
    );
  return { index, ...scale };
}

function readFunctions({ functions, strings }: Parts): ReadonlyMap<number, FrameFacts> {
  const known = new Map<number, FrameFacts>();
  for (const part of functions) {
    const fields = new Map([...fieldsOf(part)].map(({ field, value }) => [field, numeric(value)]));
    const text = (field: number): string => strings[fields.get(field) ?? 0] ?? '';
    known.set(fields.get(1) ?? 0, {
      name: text(2) || text(3) || '(unnamed)',
      file: text(4),
      definedAt: fields.get(5) ?? 0,
    });
  }
  return known;
}

/** Frames per location, from the outermost in: an inlined function is a frame of the function it was inlined into. */
function readLocations(
  { locations }: Parts,
  functions: ReadonlyMap<number, FrameFacts>,
  builder: ProfileBuilder,
): ReadonlyMap<number, readonly number[]> {
  const known = new Map<number, readonly number[]>();
  for (const part of locations) {
    let [id, address] = [0, 0];
    const frames: number[] = [];
    for (const { field, value } of fieldsOf(part)) {
      if (field === 1) id = numeric(value);
      else if (field === 3) address = numeric(value);
      else if (field === 4 && typeof value !== 'number') frames.push(lineFrame(value, functions, builder));
    }
    if (frames.length === 0) frames.push(builder.frame({ name: `0x${address.toString(16)}` }));
    known.set(id, frames.reverse());
  }
  return known;
}

function lineFrame(
  part: Uint8Array,
  functions: ReadonlyMap<number, FrameFacts>,
  builder: ProfileBuilder,
): number {
  let [fn, line] = [0, 0];
  for (const { field, value } of fieldsOf(part)) {
    if (field === 1) fn = numeric(value);
    else if (field === 2) line = numeric(value);
  }
  const facts = functions.get(fn);
  if (facts === undefined) throw damaged(`a location names the function ${fn}, which is not there`);
  return builder.frame({ ...facts, line });
}

function numeric(value: FieldValue): number {
  if (typeof value !== 'number') throw damaged('a field that is a number holds bytes');
  return value;
}
