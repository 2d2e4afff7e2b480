/** What a document says of one method of one path. */
import type { Api, ApiPath } from './document';
import { resolve } from './document';
import { asList, asMap, asText, below, entriesIn, type Json } from './json';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly isRequired: boolean;
  readonly description: string | undefined;
  readonly schema: unknown;
}

export interface Media {
  /** Such as `application/json`, in lower case and without parameters. */
  readonly type: string;
  readonly schema: unknown;
}

export interface Answer {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  readonly description: string | undefined;
  readonly media: readonly Media[];
}

export interface Operation {
  /** In lower case. */
  readonly method: string;
  readonly template: string;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly isRequired: boolean; readonly media: readonly Media[] } | undefined;
  readonly answers: readonly Answer[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/** The methods that a path has, in the order in which steps can name them. */
export function methodsOf(path: ApiPath): readonly string[] {
  return methods.filter((method) => asMap(below(path.item, method)) !== undefined);
}

const known = new WeakMap<Json, Operation>();

/** @param method in lower case. */
export function operationOf(api: Api, path: ApiPath, method: string): Operation | undefined {
  const source = methods.includes(method) ? asMap(below(path.item, method)) : undefined;
  if (source === undefined) return undefined;
  const found = known.get(source) ?? readOperation(api, path, method, source);
  known.set(source, found);
  return found;
}

function readOperation(api: Api, path: ApiPath, method: string, source: Json): Operation {
  const given = [path.item, source]
    .flatMap((place) => asList(below(place, 'parameters')))
    .map((item) => asMap(resolve(api.root, item)))
    .filter((item) => item !== undefined);
  return {
    method,
    template: path.template,
    summary: asText(below(source, 'summary')) ?? asText(below(path.item, 'summary')),
    description: asText(below(source, 'description')),
    isDeprecated: below(source, 'deprecated') === true,
    parameters: parametersOf(given, api),
    body: api.isSwagger ? swaggerBody(api, source, given) : bodyOf(api, source),
    answers: entriesIn(below(source, 'responses')).map(([status, value]) =>
      answerOf(api, status, resolve(api.root, value), mediaTypes(api, source, 'produces')),
    ),
  };
}

/** Those of the operation take the place of those of its path. */
function parametersOf(given: readonly Json[], api: Api): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const source of given) {
    const name = asText(below(source, 'name'));
    const place = asText(below(source, 'in'));
    if (name === undefined || !isPlace(place)) continue;
    // Of these the specification says that they are not described as parameters.
    if (place === 'header' && /^(?:accept|content-type|authorization)$/i.test(name)) continue;
    const [content] = entriesIn(below(source, 'content'));
    found.set(`${place} ${name}`, {
      name,
      in: place,
      isRequired: below(source, 'required') === true,
      description: asText(below(source, 'description')),
      schema: api.isSwagger ? source : content === undefined ? below(source, 'schema') : undefined,
    });
  }
  return [...found.values()];
}

function isPlace(place: string | undefined): place is Parameter['in'] {
  return place === 'path' || place === 'query' || place === 'header' || place === 'cookie';
}

function bodyOf(api: Api, source: Json): Operation['body'] {
  const body = asMap(resolve(api.root, below(source, 'requestBody')));
  if (body === undefined) return undefined;
  return { isRequired: below(body, 'required') === true, media: mediaOf(below(body, 'content')) };
}

function mediaOf(content: unknown): Media[] {
  return entriesIn(content).map(([type, value]) => ({
    type: plainType(type),
    schema: below(value, 'schema'),
  }));
}

function plainType(type: string): string {
  return (type.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function mediaTypes(api: Api, source: Json, key: 'consumes' | 'produces'): readonly string[] {
  if (!api.isSwagger) return [];
  const types = asList(below(source, key) ?? below(api.root, key)).flatMap((type) => asText(type) ?? []);
  return types.length === 0 ? ['application/json'] : types.map(plainType);
}

/** Swagger 2 has the body and the fields of a form among the parameters. */
function swaggerBody(api: Api, source: Json, given: readonly Json[]): Operation['body'] {
  const body = given.find((item) => below(item, 'in') === 'body');
  if (body !== undefined) {
    const schema = below(body, 'schema');
    const media = mediaTypes(api, source, 'consumes').map((type) => ({ type, schema }));
    return { isRequired: below(body, 'required') === true, media };
  }
  const fields = given.filter((item) => below(item, 'in') === 'formData');
  if (fields.length === 0) return undefined;
  const required = fields.filter((item) => below(item, 'required') === true);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((item) => [asText(below(item, 'name')) ?? '', item])),
    required: required.map((item) => below(item, 'name')),
  };
  const isUpload = fields.some((item) => below(item, 'type') === 'file');
  const type = isUpload ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
  return { isRequired: required.length > 0, media: [{ type, schema }] };
}

function answerOf(api: Api, status: string, source: unknown, types: readonly string[]): Answer {
  const description = asText(below(source, 'description'));
  if (!api.isSwagger) return { status, description, media: mediaOf(below(source, 'content')) };
  const schema = below(source, 'schema');
  const media = schema === undefined ? [] : types.map((type) => ({ type, schema }));
  return { status, description, media };
}

/** The schema of the JSON among several media types. */
export function jsonOf(media: readonly Media[]): Media | undefined {
  return media.find(({ type }) => type === 'application/json' || /^[^/]+\/[^/]+\+json$/.test(type));
}

/** The answers that a request with this outcome can have; those of any status where none is told. */
export function answersOf(
  operation: Operation,
  statuses: readonly number[] | 'success' | 'any',
): readonly Answer[] {
  if (statuses === 'any') return operation.answers;
  const named = operation.answers.filter(({ status }) => /^\d{3}$/.test(status));
  const wanted = (status: string): boolean =>
    statuses === 'success' ? /^[23]/.test(status) : statuses.some((one) => fits(one, status));
  return operation.answers.filter(({ status }) => {
    if (status !== 'default') return wanted(status);
    // Where a success is described, all others stand for faults, as documents are written.
    if (statuses === 'success') return !operation.answers.some((answer) => wanted(answer.status));
    return statuses.some((one) => !named.some((item) => fits(one, item.status)));
  });
}

function fits(status: number, described: string): boolean {
  return described.toUpperCase() === `${Math.floor(status / 100)}XX` || described === String(status);
}
