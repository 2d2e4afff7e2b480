/** Finds the way through the plan's schema for a value: which schema stands at a path, and which option of a union is meant. */
import * as z from 'zod';
import { planSchema } from './schema';
import { valueBelow } from './value-below';

type Schema = z.core.$ZodType;

/** A schema without what only says that it may be left out, how it is read, or what stands in for it. */
export function unwrap(schema: Schema): Schema {
  let inner = schema;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.def.innerType;
    else if (inner instanceof z.ZodPipe) inner = inner.def.in;
    else if (inner instanceof z.ZodLazy) inner = inner.def.getter();
    else return inner;
  }
}

/** The options of a union; the schema itself where it is none. */
export function optionsOf(schema: Schema): readonly Schema[] {
  const inner = unwrap(schema);
  return inner instanceof z.ZodUnion ? inner.def.options : [schema];
}

export function shapeOf(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}

export function isRequired(schema: Schema): boolean {
  let inner = schema;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) return false;
    if (!(inner instanceof z.ZodPipe)) return true;
    inner = inner.def.in;
  }
}

/** The kind of a value, in the words of the schemas. */
export type ValueKind = 'map' | 'list' | 'text' | 'number' | 'boolean' | 'null';

function kindOfValue(value: unknown): ValueKind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'map';
}

/** The kind of value a schema takes; `undefined` for one that takes several. */
export function kindOfSchema(schema: Schema): ValueKind | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return 'map';
  if (inner instanceof z.ZodArray) return 'list';
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum || inner instanceof z.ZodURL) return 'text';
  if (inner instanceof z.ZodNumber) return 'number';
  if (inner instanceof z.ZodBoolean) return 'boolean';
  if (inner instanceof z.ZodNull) return 'null';
  if (inner instanceof z.ZodLiteral) return kindOfValue([...inner.values][0]);
  return undefined;
}

/** The required keys of an option that no other option has: they say which option is meant. */
export function tellingKeys(options: readonly Schema[], option: Schema): readonly string[] {
  return tellingOf(options)[options.indexOf(option)] ?? [];
}

const knownTelling = new WeakMap<readonly Schema[], readonly (readonly string[])[]>();

/** Of each option. The options of a union are the same list every time. */
function tellingOf(options: readonly Schema[]): readonly (readonly string[])[] {
  const known = knownTelling.get(options);
  if (known !== undefined) return known;
  const shapes = options.map((option) => shapeOf(option) ?? {});
  const counts = new Map<string, number>();
  for (const key of shapes.flatMap(Object.keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const telling = shapes.map((shape) =>
    Object.keys(shape).filter((key) => counts.get(key) === 1 && isRequired(shape[key] as Schema)),
  );
  knownTelling.set(options, telling);
  return telling;
}

/**
 * The position of the option that a value was meant for: the only one of its kind, or the one whose telling key is
 * there, or the only one that has no telling key. `undefined` where the value does not say.
 */
export function chooseOption(options: readonly Schema[], value: unknown): number | undefined {
  const kind = kindOfValue(value);
  const fitting = [...options.keys()].filter((index) => kindOfSchema(options[index] as Schema) === kind);
  if (fitting.length <= 1) return fitting[0];
  const keys = kind === 'map' ? Object.keys(value as object) : [];
  const telling = fitting.map((index) => tellingOf(options)[index] ?? []);
  // The first key of the value that tells anything decides, so that a second one is the one that is out of place.
  for (const key of keys) {
    const position = telling.findIndex((own) => own.includes(key));
    if (position >= 0) return fitting[position];
  }
  const silent = telling.findIndex((own) => own.length === 0);
  return silent < 0 ? undefined : fitting[silent];
}

/** The schema of a key or an item of a value; `undefined` where the schema has none. */
export function schemaBelow(schema: Schema, key: string | number, value: unknown): Schema | undefined {
  const options = optionsOf(schema);
  const meant = options.length === 1 ? 0 : chooseOption(options, value);
  const told = meant === undefined ? undefined : belowOption(options[meant] as Schema, key);
  // A value that is still being typed does not say which option is meant: the first that has the key will do.
  return told ?? options.map((option) => belowOption(option, key)).find((below) => below !== undefined);
}

function belowOption(option: Schema, key: string | number): Schema | undefined {
  const inner = unwrap(option);
  if (inner instanceof z.ZodArray) return typeof key === 'number' ? inner.def.element : undefined;
  if (inner instanceof z.ZodRecord) return inner.def.valueType;
  const shape = shapeOf(inner);
  return shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined;
}

/** The schema at a path, chosen by the values on the way. */
export function schemaAt(
  path: readonly PropertyKey[],
  rootValue: unknown,
  root: Schema = planSchema,
): Schema | undefined {
  let schema: Schema | undefined = root;
  let value = rootValue;
  for (const key of path) {
    if (schema === undefined || typeof key === 'symbol') return undefined;
    schema = schemaBelow(schema, key, value);
    value = valueBelow(value, key);
  }
  return schema;
}

/** A word from a schema's own description of itself, from the outside inwards. */
export function metaOf(schema: Schema, field: 'title' | 'description' | 'examples'): unknown {
  let inner: Schema | undefined = schema;
  while (inner !== undefined) {
    const value = z.globalRegistry.get(inner)?.[field];
    if (value !== undefined) return value;
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.def.innerType;
    else if (inner instanceof z.ZodPipe) inner = inner.def.in;
    else inner = undefined;
  }
  return undefined;
}
