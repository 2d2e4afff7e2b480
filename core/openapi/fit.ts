/** Whether a value that a plan sends fits a schema. Only what certainly does not fit is told. */
import { t } from '@vscode/l10n';
import type { Api } from './document';
import { below } from './json';
import { fieldsOf, isOnly, namesFields, shapeOf, type Shape } from './shape';
import { describeShape, typeWord } from './words';

/** Stands in a value for what is known only when the plan runs. */
export const dynamic = Symbol('dynamic');

export interface Misfit {
  /** Keys and positions from the value that was asked about. */
  readonly path: readonly (string | number)[];
  /** `undeclared`: the schema allows fields that it does not name, and this is one; it may be meant. */
  readonly kind: 'missing' | 'impossible' | 'undeclared' | 'value';
  /** Ends a sentence that begins with the value: `is a number; …`. Of a field: its name. */
  readonly text: string;
  /** For `missing`: the fields. Otherwise what could be written in its place. */
  readonly names: readonly string[];
}

export interface FitOptions {
  /** Values are sent as texts, as in a form or an address. */
  readonly isText?: boolean;
}

export function misfits(api: Api, schema: unknown, value: unknown, options: FitOptions = {}): Misfit[] {
  return fit({ api, isText: options.isText === true }, shapeOf(api, schema), value, []);
}

/** Why no value of the shape is this one, which is no map and no list. */
export function shapeMisfit(
  api: Api,
  shape: Shape,
  value: string | number | boolean | null,
): Misfit | undefined {
  return fit({ api, isText: false }, shape, value, []).find(({ kind }) => kind === 'value');
}

interface Asked {
  readonly api: Api;
  readonly isText: boolean;
}

type Path = Misfit['path'];

function fit(asked: Asked, shape: Shape, value: unknown, path: Path): Misfit[] {
  if (value === dynamic || shape.isUnknown) return [];
  const wrong = asked.isText && path.length > 0 ? textMisfit(shape, value) : ownMisfit(shape, value);
  if (wrong !== undefined) return [{ path, ...wrong }];
  const inside = Array.isArray(value)
    ? value.flatMap((item, index) =>
        shape.items === undefined ? [] : fit(asked, shapeOf(asked.api, shape.items), item, [...path, index]),
      )
    : fitFields(asked, shape, value, path);
  return [...inside, ...shape.groups.flatMap((group) => fitGroup(asked, group, value, path))];
}

/** Where several options are left, which of them was meant is not known, and so neither what is wrong. */
function fitGroup(asked: Asked, group: readonly Shape[], value: unknown, path: Path): Misfit[] {
  const results = group.map((option) => fit(asked, option, value, path));
  if (results.some((found) => found.every(({ kind }) => kind === 'undeclared'))) return [];
  const meant = [...group.keys()].filter((index) => group[index] && !isOnly(group[index], 'null'));
  return meant.length === 1 ? (results[meant[0] ?? 0] ?? []) : [];
}

function fitFields(asked: Asked, shape: Shape, value: unknown, path: Path): Misfit[] {
  if (value === null || typeof value !== 'object') return [];
  const given = Object.entries(value);
  const found: Misfit[] = [];
  const missing = [...shape.fields]
    .filter(([name, field]) => field.isRequired && !Object.hasOwn(value, name) && !isAnswerOnly(asked, field))
    .map(([name]) => name);
  if (missing.length > 0) found.push({ path, kind: 'missing', text: '', names: missing });
  const known = fieldsOf(shape);
  for (const [name, inner] of given) {
    const own = shape.fields.get(name);
    if (own !== undefined) found.push(...fit(asked, shapeOf(asked.api, own.schema), inner, [...path, name]));
    else if (!known.has(name)) found.push(...unnamed(shape, name, [...known.keys()], path));
  }
  return found;
}

function unnamed(shape: Shape, name: string, names: readonly string[], path: Path): Misfit[] {
  if (shape.isClosed) return [{ path: [...path, name], kind: 'impossible', text: name, names }];
  return namesFields(shape) ? [{ path: [...path, name], kind: 'undeclared', text: name, names }] : [];
}

/** A field that only answers have is not sent, even where it is required. */
function isAnswerOnly({ api }: Asked, { schema }: { schema: unknown }): boolean {
  return below(shapeOf(api, schema).schema, 'readOnly') === true;
}

type Wrong = Pick<Misfit, 'kind' | 'text' | 'names'>;

const wrong = (text: string, names: readonly string[] = []): Wrong => ({ kind: 'value', text, names });

function ownMisfit(shape: Shape, value: unknown): Wrong | undefined {
  const { types, values } = shape;
  if (types !== undefined && !typesOfValue(value).some((type) => types.has(type)))
    return wrong(t`is ${typeWord(typesOfValue(value)[0])}, where ${describeShape(shape)} is expected`);
  if (values?.every((one) => one === null || typeof one !== 'object') && !values.includes(value)) {
    const names = values.map((one) => JSON.stringify(one));
    return wrong(t`is none of ${names.join(', ')}`, values.map(String));
  }
  return limitMisfit(shape, value);
}

function typesOfValue(value: unknown) {
  if (value === null) return ['null'] as const;
  if (Array.isArray(value)) return ['array'] as const;
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? (['integer', 'number'] as const) : (['number'] as const);
    case 'string':
      return ['string'] as const;
    case 'boolean':
      return ['boolean'] as const;
    default:
      return ['object'] as const;
  }
}

/** What is sent as text can be a number all the same. Which texts stand for true or false is not agreed upon. */
function textMisfit(shape: Shape, value: unknown): Wrong | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  const { values } = shape;
  if (values !== undefined && !isOnly(shape, 'boolean') && !values.some((one) => String(one) === text))
    return wrong(t`is none of ${values.map((one) => `\`${String(one)}\``).join(', ')}`, values.map(String));
  const isNumber = isOnly(shape, 'integer') || isOnly(shape, 'number');
  if (!isNumber) return isOnly(shape, 'string') ? limitMisfit(shape, text) : undefined;
  const pattern = isOnly(shape, 'integer')
    ? /^[+-]?\d+(?:\.0+)?$/
    : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
  if (!pattern.test(text)) return wrong(t`is text, where ${describeShape(shape)} is expected`);
  return limitMisfit(shape, Number(text));
}

function limitMisfit({ schema }: Shape, value: unknown): Wrong | undefined {
  const limit = (key: string): number | undefined => {
    const found = below(schema, key);
    return typeof found === 'number' ? found : undefined;
  };
  if (typeof value === 'number') return numberMisfit(value, limit, (key) => below(schema, key) === true);
  const size =
    typeof value === 'string' ? Array.from(value).length : Array.isArray(value) ? value.length : undefined;
  if (size === undefined) return undefined;
  const [least, most, sized] =
    typeof value === 'string'
      ? [limit('minLength'), limit('maxLength'), t`has ${size} characters`]
      : [limit('minItems'), limit('maxItems'), t`has ${size} items`];
  if (least !== undefined && size < least) return wrong(t`${sized}, and needs at least ${least}`);
  if (most !== undefined && size > most) return wrong(t`${sized}, and may have at most ${most}`);
  return undefined;
}

/** In 3.0 `exclusiveMinimum` says of the minimum that it is excluded; in 3.1 it is a limit itself. */
function numberMisfit(
  value: number,
  limit: (key: string) => number | undefined,
  isSet: (key: string) => boolean,
): Wrong | undefined {
  const bound = (key: string, plain: string): number | undefined =>
    limit(key) ?? (isSet(key) ? limit(plain) : undefined);
  const bounds = [
    [t('is less than'), limit('minimum'), (most: number) => value < most],
    [t('is more than'), limit('maximum'), (least: number) => value > least],
    [t('is not more than'), bound('exclusiveMinimum', 'minimum'), (most: number) => value <= most],
    [t('is not less than'), bound('exclusiveMaximum', 'maximum'), (least: number) => value >= least],
  ] as const;
  const broken = bounds.find(([, at, isBroken]) => at !== undefined && isBroken(at));
  return broken && wrong(`${broken[0]} ${String(broken[1])}`);
}
