/** Completion by the OpenAPI document of a target: paths, parameters, fields of bodies and of answers. */
import { t } from '@vscode/l10n';
import {
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  MarkupKind,
  type CompletionItem,
} from 'vscode-languageserver-types';
import { prefixOf } from '../../core/openapi/match-path';
import { operationOf, type Parameter } from '../../core/openapi/operations';
import { sampleOf } from '../../core/openapi/sample';
import { fieldsOf, shapeBelow, shapeOf, type Field, type Shape } from '../../core/openapi/shape';
import { descriptionOf, describeShape } from '../../core/openapi/words';
import { writeValue } from '../../core/plan/add-entries';
import { answerOperation, answerShape } from '../../core/plan/check-answers';
import { methods } from '../../core/plan/schema';
import { bodyShape, stepPlace, type StepPlace } from './api-place';
import type { CursorContext } from './cursor-context';
import { toRange, type PlanDocument } from './plan-document';

/** `undefined` where the document has nothing to say. */
export function apiItems(
  plan: PlanDocument,
  context: CursorContext,
  offset: number,
  takesSnippets: boolean,
): CompletionItem[] | undefined {
  const place = plan.analysis.apis.size === 0 ? undefined : stepPlace(plan, context.path, offset);
  if (place === undefined) return undefined;
  const asked: Asked = { plan, context, place, takesSnippets };
  const [key, name] = place.below;
  if (context.kind === 'value' && place.below.length === 1 && isVerb(key)) return pathItems(asked, key);
  if (key === 'query' || key === 'headers')
    return parameterItems(
      asked,
      key === 'query' ? 'query' : 'header',
      typeof name === 'string' ? name : undefined,
    );
  const shape = bodyShape(place);
  if (shape === undefined) return undefined;
  return context.kind === 'key' ? fieldItems(asked, shape) : valueItems(asked, shape);
}

interface Asked {
  readonly plan: PlanDocument;
  readonly context: CursorContext;
  readonly place: StepPlace;
  readonly takesSnippets: boolean;
}

const verbs: readonly unknown[] = [...methods, 'await', 'stream'];

function isVerb(key: unknown): key is string {
  return verbs.includes(key);
}

/** The paths that have the method of the step, and whatever else the document has after them. */
function pathItems({ plan, context, place }: Asked, verb: string): CompletionItem[] {
  const { api, target } = place;
  const method = verb === 'await' ? 'get' : verb === 'stream' ? (place.method ?? 'post') : verb;
  const prefix = prefixOf(api, target.basePath);
  return api.paths.flatMap((path, position) => {
    const operation = operationOf(api, path, method);
    if (operation === undefined) return [];
    // What the author has to fill in is written as a reference that is yet to be given its name.
    const text = (prefix + path.template).replaceAll(
      /\{([^}]*)\}/g,
      (_, name: string) => `\${${nameFrom(name)}}`,
    );
    return [
      {
        label: prefix + path.template,
        kind: CompletionItemKind.Value,
        detail: operation.summary ?? `${method.toUpperCase()} ${target.target}`,
        ...(operation.isDeprecated && { tags: [CompletionItemTag.Deprecated] }),
        ...(operation.description !== undefined && documented(operation.description)),
        sortText: String(position).padStart(5, '0'),
        filterText: text,
        textEdit: { range: toRange(plan, context.range), newText: text },
      },
    ];
  });
}

function nameFrom(parameter: string): string {
  return parameter.replaceAll(/[^A-Za-z0-9_-]|-(?![A-Za-z0-9_])/g, '_').replace(/^[^A-Za-z_]/, '_');
}

function documented(value: string): Pick<CompletionItem, 'documentation'> {
  return { documentation: { kind: MarkupKind.Markdown, value } };
}

/** Names of parameters, or the values of one. */
function parameterItems(
  asked: Asked,
  kind: Parameter['in'],
  name: string | undefined,
): CompletionItem[] | undefined {
  const { operation, api } = asked.place;
  const known = operation?.parameters.filter((parameter) => parameter.in === kind) ?? [];
  if (name !== undefined) {
    const parameter = known.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return parameter && valueItems(asked, shapeOf(api, parameter.schema));
  }
  if (asked.context.kind !== 'key') return undefined;
  const fields = known.map(
    ({ name: key, schema, isRequired, description }) => [key, { schema, isRequired }, description] as const,
  );
  return fields.length === 0 ? undefined : keyItems(asked, fields);
}

function fieldItems(asked: Asked, shape: Shape): CompletionItem[] | undefined {
  const { api } = asked.place;
  const fields = [...fieldsOf(shape)].map(
    ([key, field]) => [key, field, descriptionOf(shapeOf(api, field.schema))] as const,
  );
  return fields.length === 0 ? undefined : keyItems(asked, fields);
}

type Named = readonly [key: string, field: Field, description: string | undefined];

function keyItems(asked: Asked, fields: readonly Named[]): CompletionItem[] {
  const { plan, context, place } = asked;
  const free = fields.filter(([key]) => !context.siblings.includes(key));
  const required = free.filter(([, field]) => field.isRequired);
  const single = free.map(([key, field, description], position): CompletionItem => {
    const shape = shapeOf(place.api, field.schema);
    return {
      label: key,
      kind: CompletionItemKind.Field,
      detail: `${describeShape(shape)}${field.isRequired ? t(', required') : ''}`,
      ...(description !== undefined && documented(description)),
      sortText: `${field.isRequired ? 1 : 2}${String(position).padStart(4, '0')}`,
      textEdit: { range: toRange(plan, context.range), newText: `${keyText(key)}: ` },
    };
  });
  return required.length > 1 && asked.takesSnippets ? [allRequired(asked, required), ...single] : single;
}

function keyText(key: string): string {
  return writeValue({ [key]: null }).replace(/^\{ (.*): null \}$/, '$1');
}

/** Every required field at once, each with a value to begin with, to be gone through with the tab key. */
function allRequired({ plan, context, place }: Asked, required: readonly Named[]): CompletionItem {
  const pieces = required.map(([key, { schema }], index) => {
    const value = writeValue(sampleOf(place.api, schema));
    return `${keyText(key)}: \${${index + 1}:${value.replaceAll(/[\\$}]/g, String.raw`\$&`)}}`;
  });
  return {
    label: t('all required fields'),
    kind: CompletionItemKind.Snippet,
    detail: required.map(([key]) => key).join(', '),
    sortText: '0',
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: {
      range: toRange(plan, context.range),
      // The editor indents what follows a line end as the line is.
      newText: pieces.join(context.isFlow ? ', ' : '\n'),
    },
  };
}

/** Values of an enumeration, or an example. */
function valueItems({ plan, context }: Asked, shape: Shape): CompletionItem[] | undefined {
  const values = valuesOf(shape);
  if (values.length === 0) return undefined;
  return values.map((value) => ({
    label: String(value),
    kind: CompletionItemKind.EnumMember,
    detail: describeShape({ ...shape, values: undefined }),
    textEdit: { range: toRange(plan, context.range), newText: writeValue(value) },
  }));
}

function valuesOf(shape: Shape): readonly unknown[] {
  const own = shape.values ?? (shape.types?.has('boolean') ? [true, false] : []);
  return [...new Set([...own, ...shape.groups.flatMap((group) => group.flatMap(valuesOf))])];
}

/** Fields of the answer behind `$.a.`; `undefined` where nothing is known of it. */
export function answerItems(
  plan: PlanDocument,
  context: CursorContext,
  offset: number,
): CompletionItem[] | undefined {
  const chain = /\$((?:\.[A-Za-z_][\w-]*|\[\d+\])*)\.([\w-]*)$/.exec(context.prefix);
  const place = chain && stepPlace(plan, context.path, offset);
  const operation = place?.step && answerOperation(place.step);
  if (!place?.node || operation === undefined || chain === null) return undefined;
  const keys = [...(chain[1] ?? '').matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(
    ([, key, index]) => key ?? Number(index),
  );
  const whole = answerShape(place.api, operation, place.node, undefined);
  const shape = keys.reduce<Shape>((outer, key) => shapeBelow(place.api, outer, key), whole);
  const word = chain[2] ?? '';
  const range = toRange(plan, { start: offset - word.length, end: context.range.end });
  return [...fieldsOf(shape)].map(([key, { schema }], position) => {
    const field = shapeOf(place.api, schema);
    const description = descriptionOf(field);
    return {
      label: key,
      kind: CompletionItemKind.Field,
      detail: describeShape(field),
      ...(description !== undefined && documented(description)),
      sortText: String(position).padStart(4, '0'),
      textEdit: { range, newText: /^[A-Za-z_]\w*$/.test(key) ? key : `['${key}']` },
    };
  });
}
