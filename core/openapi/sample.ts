/** A value that fits a schema, to begin with: its example, its default, or the plainest there is. */
import type { Api } from './document';
import { asList, below } from './json';
import { fieldsOf, isOnly, shapeOf, type Shape } from './shape';

/** Maps and lists within each other that are filled in. */
const mostDepth = 4;

export function sampleOf(api: Api, schema: unknown, depth = 0): unknown {
  const shape = shapeOf(api, schema);
  const told = toldValue(shape);
  if (told !== undefined) return told;
  const [option] = shape.groups.flatMap((group) => group.filter((one) => !isOnly(one, 'null')));
  if (shape.types === undefined && shape.fields.size === 0 && option !== undefined)
    return sampleOf(api, option.schema, depth + 1);
  if (shape.fields.size > 0 || shape.types?.has('object')) return sampleFields(api, shape, depth);
  return plainSample(api, shape, depth);
}

function toldValue({ schema, values }: Shape): unknown {
  const example = below(schema, 'example') ?? asList(below(schema, 'examples'))[0];
  return example ?? below(schema, 'default') ?? values?.[0];
}

function sampleFields(api: Api, shape: Shape, depth: number): unknown {
  if (depth >= mostDepth) return {};
  const required = [...fieldsOf(shape)].filter(([, field]) => field.isRequired);
  return Object.fromEntries(required.map(([name, { schema }]) => [name, sampleOf(api, schema, depth + 1)]));
}

function plainSample(api: Api, { types, schema, items }: Shape, depth: number): unknown {
  const least = (key: string): number => {
    const value = below(schema, key);
    return typeof value === 'number' ? value : 0;
  };
  if (types?.has('integer') || types?.has('number')) return Math.max(0, Math.ceil(least('minimum')));
  if (types?.has('boolean')) return false;
  if (types?.has('array'))
    return least('minItems') > 0 && depth < mostDepth ? [sampleOf(api, items, depth + 1)] : [];
  return '';
}
