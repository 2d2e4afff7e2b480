/** Requests held against the OpenAPI document of their target. Only what the document settles is told. */
import { t } from '@vscode/l10n';
import { misfits, type Misfit } from '../openapi/fit';
import { methodsOf, type Media, type Operation } from '../openapi/operations';
import { sampleOf } from '../openapi/sample';
import { fieldsOf, shapeBelow, shapeOf } from '../openapi/shape';
import type { Fix, Problem, TextRange } from '../problems';
import { addEntries, addToMap } from './add-entries';
import { bodyKeys, mediaFor } from './api-bodies';
import { operationName, undeclaredField, valueFixes } from './api-problems';
import { apiStepsOf, sentValue, type ApiStep } from './api-steps';
import type { Check, CheckContext } from './check-context';
import { checkParameters } from './check-parameters';
import { nearestPath } from './nearest-path';
import { planProblem } from './problem-catalogue';
import { rangeInside } from './scalar-offsets';
import { didYouMean } from './similar';
import { entryOf, keyRangeAt, nodeAt, valueRangeAt, type MapEntry, type ScalarNode } from './tree';

export const checkApi: Check = (context) => [
  ...[...context.apis.values()].flatMap(({ reading, range, target }) => {
    if (reading === undefined || reading.ok) return [];
    const message = t`The OpenAPI document of \`${target}\` ${reading.reason}`;
    return [planProblem('openapi-unreadable', message, range)];
  }),
  ...apiStepsOf(context.root, context.apis).flatMap((step) => checkStep(context, step)),
];

function checkStep(context: CheckContext, step: ApiStep): Problem[] {
  const { match, operations } = step;
  if (match.paths.length === 0) return match.isPossible ? [] : [unknownPath(context, step)];
  if (operations.length === 0) return [unknownMethod(step)];
  const [operation, ...others] = operations;
  if (operation === undefined || others.length > 0 || match.paths.length > 1) return [];
  return [...checkParameters(context, step, operation), ...checkBody(context, step, operation)];
}

function unknownPath({ text }: CheckContext, step: ApiStep): Problem {
  const range = pathRange(text, step);
  const near = nearestPath(step);
  const fixes: Fix[] =
    near === undefined ? [] : [{ title: t`Change to ${near}`, edits: [{ range, newText: near }] }];
  const advice = near === undefined ? '' : t`; did you mean \`${near}\`?`;
  const message = t`The OpenAPI document of \`${step.target.target}\` has no path \`${step.written}\`${advice}`;
  return planProblem('unknown-path', message, range, fixes);
}

function pathRange(text: string, { verb, written }: ApiStep): TextRange {
  return rangeInside(text, verb.value as ScalarNode, { start: 0, end: written.length });
}

function unknownMethod({ match, verb, method }: ApiStep): Problem {
  const [path] = match.paths;
  const known = [...new Set(match.paths.flatMap(methodsOf))];
  const [only] = known;
  const range = verb.keyRange;
  const edits = [{ range, newText: only ?? '' }];
  // A body, and what is asked of the answer, may be wrong for the other method.
  const fixes: Fix[] =
    known.length === 1 && verb.key === method
      ? [{ title: t`Change to ${only ?? ''}`, isGuess: true, edits }]
      : [];
  const list = known.map((name) => `\`${name.toUpperCase()}\``).join(', ');
  const advice = known.length === 0 ? '' : t`; there is ${list}`;
  const message = t`\`${path?.template ?? ''}\` has no method \`${method.toUpperCase()}\`${advice}`;
  return planProblem('unknown-method', message, range, fixes);
}

function checkBody(context: CheckContext, step: ApiStep, operation: Operation): Problem[] {
  if (['json', 'form', 'body', 'multipart'].every((key) => entryOf(step.node, key) === undefined))
    return operation.body?.isRequired === true ? missingBody(context, step, operation) : [];
  return bodyKeys.flatMap((key) => {
    const entry = entryOf(step.node, key);
    const media = mediaFor(operation, key);
    if (entry === undefined || media === undefined) return [];
    const found = misfits(step.api, media.schema, sentValue(entry.value), { isText: key !== 'json' });
    return found.flatMap((misfit) => misfitProblem(context, step, operation, { entry, media, misfit }));
  });
}

function missingBody({ text }: CheckContext, step: ApiStep, operation: Operation): Problem[] {
  const key = bodyKeys.find((kind) => mediaFor(operation, kind) !== undefined);
  const media = key && mediaFor(operation, key);
  const sample = media && sampleOf(step.api, media.schema);
  const edit = key && addToMap(text, step.node, [[key, sample]], step.verb);
  const fixes = edit === undefined ? [] : [{ title: t`Add the body as ${key ?? ''}`, edits: [edit] }];
  const message = t`${operationName(operation)} requires a body, and none is sent`;
  return [planProblem('missing-field', message, step.verb.keyRange, fixes)];
}

interface BodyMisfit {
  readonly entry: MapEntry;
  readonly media: Media;
  readonly misfit: Misfit;
}

function misfitProblem(
  context: CheckContext,
  step: ApiStep,
  operation: Operation,
  { entry, media, misfit }: BodyMisfit,
): Problem[] {
  const path = [...step.path, entry.key, ...misfit.path];
  const place = keyRangeAt(context.root, path);
  switch (misfit.kind) {
    case 'missing':
      return [missingFields(context, step, operation, { entry, media, misfit })];
    case 'impossible': {
      const hint = didYouMean(misfit.text, misfit.names, place);
      const message = t`${operationName(operation)} allows no field \`${misfit.text}\`${hint.text}`;
      return [planProblem('impossible-field', message, place, hint.fixes)];
    }
    case 'undeclared':
      return undeclaredField(misfit.text, misfit.names, place, operationName(operation));
    case 'value': {
      const node = nodeAt(context.root, path);
      const range = valueRangeAt(context.root, path);
      const name = String(path.at(-1) ?? '');
      return [
        planProblem(
          'unfit-value',
          `\`${name}\` ${misfit.text}`,
          range,
          node?.kind === 'scalar' ? valueFixes(context.text, node, misfit.names) : [],
        ),
      ];
    }
  }
}

function missingFields(
  { text, root }: CheckContext,
  step: ApiStep,
  operation: Operation,
  { entry, media, misfit: { path, names } }: BodyMisfit,
): Problem {
  const whole = [...step.path, entry.key, ...path];
  const shape = path.reduce(
    (outer, key) => shapeBelow(step.api, outer, key),
    shapeOf(step.api, media.schema),
  );
  const known = fieldsOf(shape);
  const samples = names.map((name) => [name, sampleOf(step.api, known.get(name)?.schema)] as const);
  const node = nodeAt(root, whole);
  const edit =
    node?.kind === 'map' && node.entries.length > 0
      ? addToMap(text, node, samples, undefined)
      : path.length === 0
        ? addEntries(text, entry, Object.fromEntries(samples))
        : node && addToMap(text, node, samples, undefined);
  const list = names.map((name) => `\`${name}\``).join(', ');
  const title = names.length === 1 ? t`Add ${names[0] ?? ''}` : t('Add the required fields');
  const fixes = edit === undefined ? [] : [{ title, edits: [edit] }];
  const message = t`${operationName(operation)} requires ${list} in \`${String(whole.at(-1))}\``;
  return planProblem('missing-field', message, keyRangeAt(root, whole), fixes);
}
