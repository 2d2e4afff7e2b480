/** What a word or a value of an expression, a template or a goal is. */
import { t } from '@vscode/l10n';
import {
  builtInNames,
  outsideNames,
  tokenize,
  typeInWords,
  type Expression,
} from '../../core/plan/expression';
import { wordMeaning } from '../../core/plan/expression/word-meanings';
import { formatDuration } from '../../core/plan/units';
import { nodeAt, textOf } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import { holdsOffset } from './key-at';
import type { PlanDocument } from './plan-document';
import { innermost, textAt, type TextAt } from './text-at';

export interface Words {
  readonly lines: readonly string[];
  readonly range: TextRange;
}

export function expressionWords(plan: PlanDocument, offset: number): Words | undefined {
  const at = textAt(plan, offset);
  if (at === undefined) return undefined;
  return referenceWords(plan, at, offset) ?? tokenWords(at, offset);
}

const outside = (): Readonly<Record<string, string>> => ({
  vu: t('The number of the user, from 1.'),
  iteration: t('The number of its iteration, from 0.'),
  uuid: t('A random id, new in every iteration.'),
  env: t('A variable of the environment of the run.'),
  secret: t('A secret, from the environment, a file or the storage of the editor. It stands in no output.'),
});

function referenceWords(plan: PlanDocument, { text }: TextAt, offset: number): Words | undefined {
  if (text.kind !== 'template' && text.kind !== 'expression') return undefined;
  const found = text.references.find(({ range }) => holdsOffset(range, offset));
  if (found === undefined) return undefined;
  const { root, keys, range } = found;
  if (builtInNames.has(root.name) || outsideNames.has(root.name)) {
    const name = [root, ...keys].map(({ name: part }) => part).join('.');
    return { lines: [`**${name}**`, outside()[root.name] ?? ''], range };
  }
  const [column] = keys;
  const file = textOf(nodeAt(plan.analysis.root, ['data', root.name, 'file']));
  if (column === undefined || file === undefined || !holdsOffset(column.range, offset)) return undefined;
  return { lines: [t`**${column.name}**: column of \`${file}\``], range: column.range };
}

function tokenWords({ text, value, place }: TextAt, offset: number): Words | undefined {
  if (text.kind === 'template') return undefined;
  const tokens = tokenize(value);
  const index = tokens.findIndex(({ kind, range }) => kind !== 'end' && holdsOffset(place(range), offset));
  const token = tokens[index];
  if (token === undefined) return undefined;
  const range = place(token.range);
  const isKey = tokens[index - 1]?.text === '.';
  const kind = text.kind === 'expression' ? 'expression' : 'goal';
  const known = isKey
    ? undefined
    : wordMeaning(kind, wholeWord(kind, value, token.range.start) ?? token.text);
  if (known !== undefined) return { lines: [`\`${known.form}\``, known.meaning], range };
  return text.kind === 'expression' ? typeWords(text.expression, place, offset) : undefined;
}

/** A percentile such as `p99.9` is one word to people and several tokens to the parser. */
function wholeWord(kind: 'expression' | 'goal', value: string, start: number): string | undefined {
  return kind === 'goal' ? /^p\d+(?:\.\d+)?/.exec(value.slice(start))?.[0] : undefined;
}

function typeWords(
  expression: Expression | undefined,
  place: TextAt['place'],
  offset: number,
): Words | undefined {
  const node = expression && innermost(expression, (inner) => holdsOffset(place(inner), offset));
  const words = node && describeNode(node);
  return node === undefined || words === undefined ? undefined : { lines: [words], range: place(node.range) };
}

function describeNode(node: Expression): string | undefined {
  const type = typeInWords(node);
  if (type === undefined) return undefined;
  if (node.kind !== 'literal') return type;
  if (node.type === 'duration')
    return t`${type}: ${formatDuration(Number(node.value))}, ${String(node.value)} ms`;
  if (node.type === 'percent') return t`${type}: ${String(node.value)} as a share`;
  return `${type}: \`${JSON.stringify(node.value)}\``;
}
