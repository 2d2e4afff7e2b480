/** What a plan comes to where it says nothing: defaults of the format, and what a step takes from further above. */
import { t } from '@vscode/l10n';
import { targetOf, verbOf } from '../../core/plan/api-steps';
import { defaultsAt } from '../../core/plan/describe';
import { entriesOf, nodeAt, textOf, type PlanPath } from '../../core/plan/tree';
import type { PlanDocument } from './plan-document';

/** The defaults of the keys that a map leaves out, in Markdown; nothing where the map is none of the format. */
export function defaultsOf(plan: PlanDocument, path: PlanPath): string[] {
  const { root } = plan.analysis;
  const map = nodeAt(root, path);
  if (map?.kind !== 'map') return [];
  const written = new Set(entriesOf(map).map(({ key }) => key));
  const left = [...defaultsAt(root, path)].filter(([key]) => !written.has(key));
  if (left.length === 0) return [];
  return [t`Left out: ${left.map(([key, value]) => `\`${key}: ${value}\``).join(', ')}`];
}

/** Where the request of a step goes, and what else holds for it, where the path is that of its verb. */
export function requestOf(plan: PlanDocument, path: PlanPath): string[] {
  const { root } = plan.analysis;
  const stepPath = path.slice(0, -1);
  const step = typeof stepPath.at(-1) === 'number' ? nodeAt(root, stepPath) : undefined;
  const verb = verbOf(step);
  if (step === undefined || verb === undefined || verb.key !== path.at(-1)) return [];
  const name = targetOf(root, nodeAt(root, path.slice(0, 2)), step);
  const url = name === undefined ? undefined : textOf(nodeAt(root, ['targets', name, 'url']));
  const written = textOf(verb.value);
  const address =
    url === undefined || written?.startsWith('/') !== true
      ? []
      : [t`Sent to \`${url.replace(/\/$/, '')}${written}\`, the target \`${name ?? ''}\`.`];
  return [...address, ...defaultsOf(plan, stepPath)];
}
