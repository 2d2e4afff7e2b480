/** Parameters of requests: in the address, the query and the headers. Cookies are kept by users, and not checked. */
import { t } from '@vscode/l10n';
import { misfits } from '../openapi/fit';
import type { Operation, Parameter } from '../openapi/operations';
import { sampleOf } from '../openapi/sample';
import type { Fix, Problem } from '../problems';
import { addEntries, addToMap } from './add-entries';
import { operationName, undeclaredField, valueFixes } from './api-problems';
import { queryIn, sentValue, type ApiStep } from './api-steps';
import type { CheckContext } from './check-context';
import { planProblem } from './problem-catalogue';
import { childOf, entriesOf, entryOf, nodeAt, type MapEntry } from './tree';

export function checkParameters(context: CheckContext, step: ApiStep, operation: Operation): Problem[] {
  return [
    ...missingOf(context, step, operation, 'query'),
    ...missingOf(context, step, operation, 'header'),
    ...givenValues(context, step, operation),
  ];
}

const keyOf = { query: 'query', header: 'headers' } as const;

type Place = keyof typeof keyOf;

function missingOf(context: CheckContext, step: ApiStep, operation: Operation, place: Place): Problem[] {
  const query = queryIn(step.written);
  if (place === 'query' && query.isOpen) return [];
  const given = place === 'query' ? [...query.names, ...queryNames(step)] : headerNames(context, step);
  const missing = operation.parameters.filter(
    (parameter) => parameter.in === place && parameter.isRequired && !isGiven(parameter, given),
  );
  if (missing.length === 0) return [];
  const list = missing.map(({ name }) => `\`${name}\``).join(', ');
  const message = sayMissing(operationName(operation), place, missing.length, list);
  const fix = addition(context, step, keyOf[place], missing);
  return [planProblem('missing-parameter', message, step.verb.keyRange, fix)];
}

function sayMissing(operation: string, place: Place, count: number, list: string): string {
  if (place === 'query')
    return count === 1
      ? t`${operation} requires the query parameter ${list}`
      : t`${operation} requires the query parameters ${list}`;
  return count === 1
    ? t`${operation} requires the header ${list}`
    : t`${operation} requires the headers ${list}`;
}

function isGiven({ name, in: place }: Parameter, given: readonly string[]): boolean {
  if (place !== 'header') return given.some((one) => one === name || one.startsWith(`${name}[`));
  return given.some((one) => one.toLowerCase() === name.toLowerCase());
}

function queryNames({ node }: ApiStep): string[] {
  return entriesOf(childOf(node, 'query')).map(({ key }) => key);
}

/** Of the step and of its target; what authentication adds is a header too. */
function headerNames({ root }: CheckContext, { node, target }: ApiStep): string[] {
  const ofTarget = nodeAt(root, ['targets', target.target, 'headers']);
  return [...entriesOf(childOf(node, 'headers')), ...entriesOf(ofTarget)].map(({ key }) => key);
}

function addition(
  { text }: CheckContext,
  { node, api, verb }: ApiStep,
  key: string,
  missing: readonly Parameter[],
): Fix[] {
  const samples = missing.map(({ name, schema }) => [name, textSample(sampleOf(api, schema))] as const);
  const entry = entryOf(node, key);
  const edit =
    entry === undefined
      ? addToMap(text, node, [[key, Object.fromEntries(samples)]], verb)
      : addEntries(text, entry, Object.fromEntries(samples));
  const [only, ...others] = missing;
  const title = others.length === 0 ? t`Add ${only?.name ?? ''}` : t('Add the required parameters');
  return edit === undefined ? [] : [{ title, edits: [edit] }];
}

function textSample(sample: unknown): unknown {
  return sample !== null && typeof sample === 'object' ? '' : sample;
}

/** Values of the query and of headers, and names that are likely slips. */
function givenValues(context: CheckContext, step: ApiStep, operation: Operation): Problem[] {
  return (['query', 'header'] as const).flatMap((place) => {
    const known = operation.parameters.filter((parameter) => parameter.in === place);
    return entriesOf(childOf(step.node, keyOf[place])).flatMap((entry) => {
      const parameter = known.find((one) => isGiven(one, [entry.key]));
      if (parameter !== undefined) return givenValue(context, step, parameter, entry);
      if (place === 'header' || known.length === 0) return [];
      const free = known.filter((one) => !isGiven(one, queryNames(step))).map(({ name }) => name);
      return undeclaredField(entry.key, free, entry.keyRange, operationName(operation));
    });
  });
}

function givenValue(
  { text }: CheckContext,
  { api }: ApiStep,
  { name, schema }: Parameter,
  { key, value }: MapEntry,
): Problem[] {
  // A key such as `filter[name]` is a part of its parameter.
  if (key.toLowerCase() !== name.toLowerCase() || value.kind !== 'scalar') return [];
  const asField = { type: 'object', properties: { [name]: schema } };
  return misfits(api, asField, { [name]: sentValue(value) }, { isText: true }).map((misfit) =>
    planProblem(
      'unfit-value',
      `\`${name}\` ${misfit.text}`,
      value.range,
      valueFixes(text, value, misfit.names),
    ),
  );
}
