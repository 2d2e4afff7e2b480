/** The names that an expression or a template refers to, with their places, for rename, definition and completion. */
import type { TextRange } from '../../problems';
import type { Expression, NameAt } from './syntax';
import type { Template } from './template';

/** A name that was captured, or a feed with the column that is read from it. */
export interface Reference {
  readonly root: NameAt;
  /** The keys after the root: of `tasks.text`, the column `text`. Positions such as `[0]` end the list. */
  readonly keys: readonly NameAt[];
  readonly range: TextRange;
}

/** Every variable of an expression, in the order of the text. */
export function referencesIn(expression: Expression): Reference[] {
  const found: Reference[] = [];
  walk(expression, (node, keys) => {
    if (node.kind !== 'variable') return;
    const end = keys.at(-1)?.range.end ?? node.range.end;
    found.push({
      root: { name: node.name, range: node.range },
      keys,
      range: { start: node.range.start, end },
    });
  });
  return found;
}

/** Every reference of a template, in the order of the text. */
export function referencesInTemplate(template: Template): Reference[] {
  return template.parts.filter((part) => part.kind === 'reference');
}

/** Whether the expression reads this part of the response. */
export function reads(expression: Expression, part: 'json' | 'status' | 'body' | 'header'): boolean {
  let found = false;
  walk(expression, (node) => {
    found ||= node.kind === part;
  });
  return found;
}

/** Visits every node; `keys` are the text keys directly behind it. */
function walk(
  node: Expression,
  visit: (node: Expression, keys: readonly NameAt[]) => void,
  keys: readonly NameAt[] = [],
): void {
  visit(node, keys);
  if (node.kind === 'member') {
    const own = typeof node.key === 'string' ? [{ name: node.key, range: node.keyRange }, ...keys] : [];
    walk(node.object, visit, own);
  } else {
    for (const part of partsOf(node)) walk(part, visit);
  }
}

/** The parts that an expression is made of, in the order of the text. */
export function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'member':
      return [node.object];
    case 'list':
      return node.items;
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'call':
      return [node.argument];
    default:
      return [];
  }
}
