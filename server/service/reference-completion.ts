/** What may stand behind `${`, and behind the names of expressions. */
import { t } from '@vscode/l10n';
import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import { kindWord } from '../../core/plan/kind-words';
import { builtInNames, outsideNames } from '../../core/plan/expression';
import type { NameKind } from '../../core/plan/names';
import { nodeAt, textOf, type PlanPath } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import { textItem } from './completion-item';
import type { PlanDocument } from './plan-document';

/** Names of variables of the environment, and of secrets. */
export interface OutsideNames {
  readonly env: readonly string[];
  readonly secret: readonly string[];
}

export function namesOf(plan: PlanDocument, kind: NameKind): string[] {
  return [
    ...new Set(plan.analysis.names.definitions.filter((each) => each.kind === kind).map(({ name }) => name)),
  ];
}

/** Behind `${`: what a template can refer to at this place. */
export function references(plan: PlanDocument, path: PlanPath, range: TextRange): CompletionItem[] {
  const scenario = path[0] === 'scenarios' ? path[1] : undefined;
  const captures = plan.analysis.names.definitions.filter(
    (each) => each.kind === 'capture' && each.scenario === scenario,
  );
  const item = (name: string, detail: string) =>
    textItem(plan, range, name, CompletionItemKind.Variable, detail);
  return [
    ...namesOf(plan, 'data').map((name) => item(name, kindWord('data'))),
    ...[...new Set(captures.map(({ name }) => name))].map((name) => item(name, kindWord('capture'))),
    ...[...builtInNames].map((name) => item(name, t('built in'))),
    ...[...outsideNames].map((name) => item(name, t('from outside of the plan'))),
  ];
}

/**
 * Behind a name and a dot: columns of a feed, variables of the environment, secrets.
 *
 * @param before the names so far, each with its dot.
 */
export function referenceKeys(
  plan: PlanDocument,
  before: string,
  range: TextRange,
  outside: OutsideNames = { env: [], secret: [] },
): CompletionItem[] {
  const [root = '', ...more] = before.split('.').slice(0, -1);
  if (more.length > 0) return [];
  const item = (name: string, detail: string) =>
    textItem(plan, range, name, CompletionItemKind.Field, detail);
  if (root === 'env' || root === 'secret') {
    const known = [...new Set([...usedBehind(plan, root), ...outside[root]])];
    return known.map((name) => item(name, root === 'env' ? t('variable of the environment') : t('secret')));
  }
  const file = textOf(nodeAt(plan.analysis.root, ['data', root, 'file']));
  const columns = file === undefined ? undefined : plan.analysis.columns.get(file);
  return (columns ?? []).map((name) => item(name, t`column of ${file ?? ''}`));
}

/** Keys that the plan has behind a name already. */
function usedBehind(plan: PlanDocument, root: string): string[] {
  return plan.analysis.texts.flatMap((text) =>
    text.kind === 'template' || text.kind === 'expression'
      ? text.references.flatMap((one) => (one.root.name === root ? (one.keys[0]?.name ?? []) : []))
      : [],
  );
}
