import type { DocumentLink } from 'vscode-languageserver-types';
import { rangeInside } from '../../core/plan/scalar-offsets';
import { visitMeant } from '../../core/plan/schema-nodes';
import { metaOf } from '../../core/plan/schema-walk';
import type { TextRange } from '../../core/problems';
import { toRange, type PlanDocument } from './plan-document';

/** Files and addresses that the plan names, as the schema says which values are such. */
export function documentLinks(plan: PlanDocument): DocumentLink[] {
  const links: DocumentLink[] = [];
  visitMeant(plan.analysis.tree.root, { start: 0, end: plan.text.length }, ({ node, schema, path }) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value.includes('${')) return;
    const target = linkTarget(
      path[0] === 'include' ? plan.uri : plan.planUri,
      metaOf(schema, 'title'),
      node.value,
    );
    if (target === undefined) return;
    const range: TextRange = rangeInside(plan.text, node, { start: 0, end: node.value.length });
    links.push({ range: toRange(plan, range), target });
  });
  return links;
}

/** Titles of the schema that stand for something that can be opened. */
function linkTarget(planUri: string, title: unknown, value: string): string | undefined {
  if (title === 'address') return URL.canParse(value) ? value : undefined;
  if (title === 'OpenAPI document')
    return URL.canParse(value) ? value : value.startsWith('/') ? undefined : resolved(planUri, value);
  if (title === 'file') return resolved(planUri, value);
  return title === 'function of a file' ? resolved(planUri, value.replace(/#[^#]*$/, '')) : undefined;
}

/** A path as a URI beside the plan. */
function resolved(planUri: string, path: string): string | undefined {
  if (path === '' || !URL.canParse('.', planUri)) return undefined;
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return new URL(escaped, planUri).href;
}
