/** What problems with an OpenAPI document have in common. */
import { t } from '@vscode/l10n';
import type { Operation } from '../openapi/operations';
import type { Fix, Problem, TextRange } from '../problems';
import { planProblem } from './problem-catalogue';
import { rangeInside } from './scalar-offsets';
import { closest, didYouMean } from './similar';
import type { ScalarNode } from './tree';

/** How a message names an operation. */
export function operationName({ method, template }: Operation): string {
  return `\`${method.toUpperCase()} ${template}\``;
}

/** A name that a document does not have, and does not rule out, where it is likely a slip. */
export function undeclaredField(
  name: string,
  known: readonly string[],
  range: TextRange,
  where: string,
): Problem[] {
  const near = closest(name, known);
  if (near === undefined) return [];
  const fix: Fix = { title: t`Change to ${near}`, isGuess: true, edits: [{ range, newText: near }] };
  const message = t`${where} does not name \`${name}\`; did you mean \`${near}\`?`;
  return [planProblem('undeclared-field', message, range, [fix])];
}

export function valueFixes(text: string, node: ScalarNode, names: readonly string[]): readonly Fix[] {
  if (typeof node.value !== 'string') return [];
  const range = rangeInside(text, node, { start: 0, end: node.value.length });
  return didYouMean(node.value, names, range).fixes;
}
