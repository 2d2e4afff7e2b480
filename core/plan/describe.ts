/**
 * What the schema says about a place in a plan: for hover, completion and the reference. There is no second list of
 * keys: a key that is missing here is missing in the plan format.
 */
import { t } from '@vscode/l10n';
import * as z from 'zod';
import { planSchema } from './schema';
import {
  chooseOption,
  isRequired,
  kindOfSchema,
  metaOf,
  optionsOf,
  schemaAt,
  shapeOf,
  tellingKeys,
  unwrap,
} from './schema-walk';
import { valueBelow } from './value-below';
import { entryOf, type PlanNode, type PlanPath } from './tree';
import { formatDuration } from './units';

type Schema = z.core.$ZodType;

export interface KeyDescription {
  /** Absent for the plan itself, for an item of a list and for a key that the author names. */
  readonly key: string | undefined;
  readonly description: string | undefined;
  /** In words: `duration`, `text`, `list of expression`, `map of target by name` … */
  readonly type: string;
  readonly isRequired: boolean;
  /** As it would be written in a plan. */
  readonly default: string | undefined;
  /** All values there are, where they are few. */
  readonly values: readonly string[];
  readonly examples: readonly string[];
  /** Whether the value holds keys or items of its own. */
  readonly isContainer: boolean;
}

/** What stands at a path, in a plan that has got as far as `root`; `undefined` where nothing may stand. */
export function describeAt(root: PlanNode | undefined, path: PlanPath): KeyDescription | undefined {
  const place = placeIn(root, path);
  const schema = schemaAt(place.path, place.value);
  if (schema === undefined) return undefined;
  const last = path.at(-1);
  return describe(typeof last === 'string' ? last : undefined, schema);
}

/**
 * The keys that a map at a path may have, those that are there included. Where it is still open which kind of step or
 * phase the map is, the keys of all kinds. Empty for a map whose keys the author names, and for anything but a map.
 */
export function keysAt(root: PlanNode | undefined, path: PlanPath): readonly KeyDescription[] {
  const shapes = shapesAt(root, path);
  const found = new Map<string, KeyDescription>();
  for (const [key, inner] of shapes.flatMap(Object.entries<Schema>)) {
    if (found.has(key)) continue;
    // A key that only some kinds require is not required while the kind is open.
    const isNeeded = shapes.every((shape) => shape[key] !== undefined && isRequired(shape[key]));
    found.set(key, { ...describe(key, inner), isRequired: isNeeded });
  }
  return [...found.values()];
}

/** The keys of a map that have a default, with that default as it would be written. */
export function defaultsAt(root: PlanNode | undefined, path: PlanPath): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, inner] of shapesAt(root, path).flatMap(Object.entries<Schema>)) {
    const value = defaultOf(inner);
    if (value !== undefined && !found.has(key)) found.set(key, value);
  }
  return found;
}

type Shape = Readonly<Record<string, Schema>>;

/** The keys of each kind of map that may stand at a path: of one kind, where what stands there tells which. */
function shapesAt(root: PlanNode | undefined, path: PlanPath): readonly Shape[] {
  const place = placeIn(root, path);
  const schema = schemaAt(place.path, place.value);
  if (schema === undefined) return [];
  const value = place.path.reduce<unknown>(valueBelow, place.value);
  const options = optionsOf(schema);
  const isTold = options.some((option) => tellingKeys(options, option).some((key) => isSet(value, key)));
  const chosen = isTold ? options[chooseOption(options, value) ?? -1] : undefined;
  return (chosen === undefined ? options : [chosen]).map(shapeOf).filter((shape) => shape !== undefined);
}

/** An environment changes keys of the plan: within it, the schema of what it changes applies. */
function placeIn(root: PlanNode | undefined, path: PlanPath): { path: PlanPath; value: unknown } {
  const value = valueAlong(root, path);
  const [first, , section, name] = path;
  if (first !== 'environments' || typeof section !== 'string' || typeof name !== 'string')
    return { path, value };
  const own = path.slice(0, 4).reduce<unknown>(valueBelow, value);
  const basePath = [section, name];
  const base = basePath.reduce<unknown>(valueBelow, valueAlong(root, [...basePath, ...path.slice(4)]));
  const laid = { ...(isMap(base) ? base : {}), ...(isMap(own) ? own : {}) };
  return { path: path.slice(2), value: { [section]: { [name]: laid } } };
}

/** As much of a value as says which schema stands at the end of a path: all keys on the way, and nothing beside it. */
function valueAlong(node: PlanNode | undefined, path: PlanPath): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.value;
  const [next, ...rest] = path;
  if (node.kind === 'seq') {
    const list: unknown[] = [];
    if (typeof next === 'number') list[next] = valueAlong(node.items[next], rest);
    return list;
  }
  const value = Object.create(null) as Record<string, unknown>;
  for (const entry of node.entries.slice(0, mostKeys)) value[entry.key] = null;
  const onTheWay = typeof next === 'string' ? entryOf(node, next) : undefined;
  if (onTheWay !== undefined) value[onTheWay.key] = valueAlong(onTheWay.value, rest);
  return value;
}

/** More than a map of the format has: beyond them, its author names the keys, and they say nothing of its kind. */
const mostKeys = 100;

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isSet(value: unknown, key: string): boolean {
  return valueBelow(value, key) !== undefined;
}

function describe(key: string | undefined, schema: Schema): KeyDescription {
  const examples = metaOf(schema, 'examples');
  return {
    key,
    description: descriptionOf(schema),
    type: typeName(schema),
    isRequired: isRequired(schema),
    default: defaultOf(schema),
    values: valuesOf(schema),
    examples: Array.isArray(examples) ? examples.map(String) : [],
    isContainer: optionsOf(schema).some((option) => ['map', 'list'].includes(kindOfSchema(option) ?? '')),
  };
}

function descriptionOf(schema: Schema): string | undefined {
  const own = metaOf(schema, 'description');
  if (typeof own === 'string') return own;
  const options = optionsOf(schema);
  return options.length === 1 ? undefined : optionDescriptions(options);
}

/** A union that says nothing of itself is described by its options. */
function optionDescriptions(options: readonly Schema[]): string | undefined {
  const texts = options
    .map((option) => metaOf(option, 'description'))
    .filter((text) => typeof text === 'string');
  return texts.length === 0 ? undefined : texts.join(' ');
}

const kindWords = () => ({
  map: t('map'),
  list: t('list'),
  text: t('text'),
  number: t('number'),
  boolean: t('true or false'),
  null: t('null'),
});

/** The type of a schema in words. */
function typeName(schema: Schema): string {
  const title = metaOf(schema, 'title');
  if (typeof title === 'string') return t(title);
  const options = optionsOf(schema);
  if (options.length > 1) return [...new Set(options.map(typeName))].join(t(' or '));
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return t`list of ${typeInside(inner.def.element)}`;
  if (inner instanceof z.ZodRecord) return t`map of ${typeInside(inner.def.valueType)} by name`;
  if (inner instanceof z.ZodLiteral || inner instanceof z.ZodEnum) return valuesOf(schema).join(t(' or '));
  const kind = kindOfSchema(inner);
  return kind === undefined ? t('any value') : kindWords()[kind];
}

/** What is found only when it is asked for may hold itself, as the values of JSON do. */
function typeInside(schema: Schema): string {
  return schema instanceof z.ZodLazy ? t('any value') : typeName(schema);
}

function valuesOf(schema: Schema): readonly string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodEnum) return inner.options.map(String);
  if (inner instanceof z.ZodLiteral) return [...inner.values].map(String);
  return inner instanceof z.ZodBoolean ? ['true', 'false'] : [];
}

/** The default as an author would write it: the schema holds it as it is read, in milliseconds or as a share. */
export function defaultOf(schema: Schema): string | undefined {
  if (!(schema instanceof z.ZodDefault)) {
    return schema instanceof z.ZodOptional ? defaultOf(schema.def.innerType) : undefined;
  }
  const value: unknown = schema.def.defaultValue;
  if (typeof value === 'number') {
    const title = metaOf(schema, 'title');
    if (title === 'duration') return formatDuration(value);
    return title === 'percentage' ? `${value * 100}%` : String(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A map of the plan format with its keys, for the reference. */
export interface ShapeDescription {
  /** Keys from the root; what the author names stands as `NAME`, items of a list as `[]`. */
  readonly path: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly keys: readonly KeyDescription[];
}

/** Every map of the format, outer ones first. */
export function describeFormat(): readonly ShapeDescription[] {
  const found: ShapeDescription[] = [];
  collectShapes(planSchema, '', found);
  return found;
}

function collectShapes(schema: Schema, path: string, found: ShapeDescription[]): void {
  // Bodies may hold anything, and have no keys of the format; steps within steps are described already.
  if (unwrapOptional(schema) instanceof z.ZodLazy) return;
  const options = optionsOf(schema);
  for (const option of options) {
    const inner = unwrap(option);
    if (inner instanceof z.ZodArray) collectShapes(inner.def.element, `${path}[]`, found);
    else if (inner instanceof z.ZodRecord) collectShapes(inner.def.valueType, `${path}.NAME`, found);
    const shape = shapeOf(option);
    if (shape === undefined) continue;
    const verb = options.length > 1 ? tellingKeys(options, option)[0] : undefined;
    const place = path.replace(/^\./, '');
    found.push({
      path: place,
      title: verb === undefined ? place : `${place} with ${verb}`,
      description: descriptionOf(option) ?? descriptionOf(schema),
      keys: Object.entries(shape).map(([key, value]) => describe(key, value)),
    });
    for (const [key, value] of Object.entries(shape)) collectShapes(value, `${path}.${key}`, found);
  }
}

function unwrapOptional(schema: Schema): Schema {
  return schema instanceof z.ZodOptional ? unwrapOptional(schema.def.innerType) : schema;
}
