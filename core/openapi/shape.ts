/**
 * What the values of a schema can look like. A shape says no more than is certain: keywords that only narrow what is
 * allowed may be left out of it, and what is not understood makes it unknown.
 */
import { resolve, type Api } from './document';
import { asList, asMap, below, entriesIn, type Json } from './json';

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

export interface Field {
  readonly schema: unknown;
  readonly isRequired: boolean;
}

export interface Shape {
  /** Nothing is known of the values. */
  readonly isUnknown: boolean;
  /** Absent where any type may be. */
  readonly types: ReadonlySet<JsonType> | undefined;
  readonly fields: ReadonlyMap<string, Field>;
  /** No other fields than those named anywhere in the shape. */
  readonly isClosed: boolean;
  /** The author of the schema foresees fields with other names. */
  readonly isFree: boolean;
  /** All values there are. */
  readonly values: readonly unknown[] | undefined;
  readonly items: unknown;
  /** Of each group, a value has at least one shape. */
  readonly groups: readonly (readonly Shape[])[];
  /** The schema itself, for its words and limits. */
  readonly schema: Json;
}

const nothing: Json = {};

export const unknownShape: Shape = {
  isUnknown: true,
  types: undefined,
  fields: new Map(),
  isClosed: false,
  isFree: true,
  values: undefined,
  items: undefined,
  groups: [],
  schema: nothing,
};

/** Schemas within each other, by `allOf` and its like, beyond which a shape is unknown. */
const mostSteps = 400;

const known = new WeakMap<Json, Shape>();

export function shapeOf(api: Api, schema: unknown): Shape {
  const found = asMap(resolve(api.root, schema));
  if (found === undefined) return unknownShape;
  const before = known.get(found);
  if (before !== undefined) return before;
  const shape = build(api, found, { left: mostSteps, open: new Set() });
  known.set(found, shape);
  return shape;
}

interface Walk {
  left: number;
  /** What is being built: a schema that is made of itself is unknown. */
  readonly open: Set<Json>;
}

function build(api: Api, schema: unknown, walk: Walk): Shape {
  const found = asMap(resolve(api.root, schema));
  walk.left -= 1;
  if (found === undefined || walk.left < 0 || walk.open.has(found)) return unknownShape;
  walk.open.add(found);
  const parts = asList(below(found, 'allOf')).map((part) => build(api, part, walk));
  const groups = ['anyOf', 'oneOf'].flatMap((key) => {
    const options = asList(below(found, key)).map((option) => build(api, option, walk));
    return options.length === 0 ? [] : [options];
  });
  walk.open.delete(found);
  const own = ownShape(found, groups);
  const merged = parts.reduce(both, own);
  const isSealed =
    below(found, 'unevaluatedProperties') === false && !parts.some(({ isUnknown }) => isUnknown);
  return { ...merged, isClosed: parts.length === 0 ? own.isClosed : isSealed, schema: found };
}

function ownShape(schema: Json, groups: Shape['groups']): Shape {
  const required = new Set(asList(below(schema, 'required')));
  const fields = new Map<string, Field>();
  for (const [name, value] of entriesIn(below(schema, 'properties')))
    fields.set(name, { schema: value, isRequired: required.has(name) });
  for (const name of required)
    if (typeof name === 'string' && !fields.has(name)) fields.set(name, { schema: true, isRequired: true });
  const more = below(schema, 'additionalProperties');
  const isClosed = more === false || below(schema, 'unevaluatedProperties') === false;
  const hasPatterns = asMap(below(schema, 'patternProperties')) !== undefined;
  return {
    isUnknown: false,
    types: typesOf(schema),
    fields,
    isClosed: isClosed && !hasPatterns,
    isFree: hasPatterns || more === true || asMap(more) !== undefined,
    values: valuesOf(schema),
    items: below(schema, 'items'),
    groups,
    schema,
  };
}

const typeNames = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

function typesOf(schema: Json): ReadonlySet<JsonType> | undefined {
  const type = below(schema, 'type');
  const names = typeof type === 'string' ? [type] : asList(type);
  if (names.length === 0 || !names.every(isType)) return undefined;
  return new Set<JsonType>(below(schema, 'nullable') === true ? [...names, 'null'] : names);
}

function isType(name: unknown): name is JsonType {
  return typeof name === 'string' && typeNames.has(name);
}

function valuesOf(schema: Json): readonly unknown[] | undefined {
  const constant = below(schema, 'const');
  const values = constant === undefined ? asList(below(schema, 'enum')) : [constant];
  if (values.length === 0) return undefined;
  return below(schema, 'nullable') === true ? [...values, null] : values;
}

/** The shape of values that are of both shapes. */
function both(left: Shape, right: Shape): Shape {
  const fields = new Map(left.fields);
  for (const [name, field] of right.fields) {
    const other = fields.get(name);
    const schema = other === undefined || other.schema === true ? field.schema : other.schema;
    fields.set(name, { schema, isRequired: field.isRequired || other?.isRequired === true });
  }
  return {
    ...left,
    isUnknown: false,
    types: bothTypes(left.types, right.types),
    fields,
    isClosed: false,
    isFree: left.isFree || right.isFree,
    values: left.values ?? right.values,
    items: left.items ?? right.items,
    groups: [...left.groups, ...right.groups],
  };
}

function bothTypes(left: Shape['types'], right: Shape['types']): Shape['types'] {
  if (left === undefined || right === undefined) return left ?? right;
  const shared = [...left].filter((type) => right.has(type) || (type === 'integer' && right.has('number')));
  if (left.has('number') && right.has('integer')) shared.push('integer');
  // Where no value can be of both, the document is at fault, and nothing follows from it.
  return shared.length === 0 ? undefined : new Set(shared);
}

/** Values of at least one of some shapes. */
export function eitherShape(shapes: readonly Shape[]): Shape {
  const [only] = shapes;
  if (only !== undefined && shapes.length === 1) return only;
  if (only === undefined || shapes.some(({ isUnknown }) => isUnknown)) return unknownShape;
  return { ...unknownShape, isUnknown: false, isFree: false, groups: [shapes] };
}

/** The fields that some value of the shape can have by name, required ones of the shape itself first. */
export function fieldsOf(shape: Shape): ReadonlyMap<string, Field> {
  const found = new Map<string, Field>();
  const add = (inner: Shape, isCertain: boolean): void => {
    for (const [name, field] of inner.fields)
      if (!found.has(name)) found.set(name, isCertain ? field : { ...field, isRequired: false });
    const told = inner.groups.flatMap((group) => {
      const objects = group.filter((option) => !isOnly(option, 'null'));
      return objects.map((option) => [option, isCertain && objects.length === 1] as const);
    });
    for (const [option, isSure] of told) add(option, isSure);
  };
  add(shape, true);
  return new Map([...found].sort((a, b) => Number(b[1].isRequired) - Number(a[1].isRequired)));
}

export function isOnly({ types }: Shape, type: JsonType): boolean {
  return types?.size === 1 && types.has(type);
}

/** Whether no value of the shape has such a field or item. */
export function certainlyLacks(shape: Shape, key: string | number): boolean {
  const { isUnknown, types, isClosed, groups } = shape;
  if (isUnknown) return false;
  const holder = typeof key === 'number' ? 'array' : 'object';
  if (types !== undefined && !types.has(holder)) return true;
  if (typeof key === 'string' && isClosed && !fieldsOf(shape).has(key)) return true;
  return groups.some((group) => group.length > 0 && group.every((option) => certainlyLacks(option, key)));
}

/** The shape of what is below a key, over all values that may have it. */
export function shapeBelow(api: Api, shape: Shape, key: string | number): Shape {
  if (shape.isUnknown) return unknownShape;
  if (typeof key === 'number' && shape.items !== undefined) return shapeOf(api, shape.items);
  const own = typeof key === 'string' ? shape.fields.get(key) : undefined;
  if (own !== undefined) return shapeOf(api, own.schema);
  const [group] = shape.groups;
  if (group === undefined || shape.groups.length > 1) return unknownShape;
  const holders = group.filter((option) => !certainlyLacks(option, key));
  return eitherShape(holders.map((option) => shapeBelow(api, option, key)));
}

/** Whether the shape names its fields, so that a name which it does not know is likely a slip. */
export function namesFields(shape: Shape): boolean {
  if (shape.isUnknown || shape.isFree) return false;
  const isTold = shape.groups.every((group) =>
    group.every((option) => isOnly(option, 'null') || namesFields(option)),
  );
  return isTold && fieldsOf(shape).size > 0;
}
