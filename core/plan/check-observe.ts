/** What is wrong with the keys that say where resources are observed. */
import { t } from '@vscode/l10n';
import type { Problem } from '../problems';
import { keyRange, valueRange, type Check, type CheckContext } from './check-context';
import { builtInNames } from './expression';
import { planProblem } from './problem-catalogue';
import { checkQuery } from './promql/check-query';
import { promAggregations, promFunctions } from './promql/functions';
import { rangesInside } from './scalar-offsets';
import { didYouMean } from './similar';
import { entriesOf, nodeAt, textOf, type PlanPath } from './tree';
import { parseDuration } from './units';

/** Observing is no load, but more often than this it would become one. */
const minEveryMs = 100;

export const checkObserve: Check = (context) => [
  ...checkEvery(context),
  ...checkTemplates(context),
  ...checkServer(context),
  ...checkQueries(context),
];

function checkEvery(context: CheckContext): Problem[] {
  const every = parseDuration(textOf(nodeAt(context.root, ['observe', 'every'])) ?? '');
  if (every === undefined || every >= minEveryMs) return [];
  const message = t('Reading more often than every 100ms would be a load of its own');
  return [planProblem('wrong-value', message, valueRange(context, 'observe', 'every'))];
}

/** Resources are read outside of every scenario: nothing is captured there, and there is no user. */
function checkTemplates({ texts, names }: CheckContext): Problem[] {
  const feeds = names.definitions.filter(({ kind }) => kind === 'data').map((feed) => feed.name);
  return texts.flatMap((item) => {
    if (item.kind !== 'template' || !isObserved(item.path)) return [];
    return item.references.flatMap(({ root, range }) => {
      // A name that means nothing anywhere is told by the check of names.
      if (!builtInNames.has(root.name) && !feeds.includes(root.name)) return [];
      const message = t`\`${root.name}\` has no value here: only \`\${env.NAME}\` and \`\${secret.NAME}\` have one`;
      return [planProblem('not-known-yet', message, range)];
    });
  });
}

function isObserved([section, , key]: PlanPath): boolean {
  return section === 'observe' || (section === 'targets' && key === 'metrics');
}

/** What a target says of a server that the plan does not have. */
function checkServer(context: CheckContext): Problem[] {
  if (nodeAt(context.root, ['observe', 'prometheus']) !== undefined) return [];
  return entriesOf(nodeAt(context.root, ['targets'])).flatMap(({ key, value }) => {
    if (nodeAt(value, ['prometheus']) === undefined) return [];
    const message = t('`prometheus` has no effect: the plan names no server in `observe.prometheus`');
    return [planProblem('not-observed', message, keyRange(context, 'targets', key, 'prometheus'))];
  });
}

const known = [...promFunctions, ...promAggregations].map(({ name }) => name);

function checkQueries(context: CheckContext): Problem[] {
  return entriesOf(nodeAt(context.root, ['targets'])).flatMap(({ value }) =>
    entriesOf(nodeAt(value, ['prometheus', 'queries'])).flatMap((entry) => {
      const query = textOf(entry.value);
      if (query === undefined || entry.value.kind !== 'scalar') return [];
      const place = rangesInside(context.text, entry.value);
      return checkQuery(query).map(({ code, message, range, name: unknown }) => {
        const at = place(range);
        if (unknown === undefined) return planProblem(code, message, at);
        const hint = didYouMean(unknown, known, at);
        return planProblem(code, message + hint.text, at, hint.fixes);
      });
    }),
  );
}
