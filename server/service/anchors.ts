/** Anchors and aliases of YAML: names within one file, which neither the plan nor its other files know of. */
import { t } from '@vscode/l10n';
import type { Anchor } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import { holdsOffset } from './key-at';
import type { PlanDocument } from './plan-document';

interface AnchorAt {
  readonly anchor: Anchor;
  /** The name under the cursor, without its sign. */
  readonly range: TextRange;
}

export function anchorAt(plan: PlanDocument, offset: number): AnchorAt | undefined {
  const { anchors, aliases } = plan.analysis.tree;
  const isHere = ({ range }: { readonly range: TextRange }): boolean => holdsOffset(range, offset);
  const alias = aliases.find(isHere);
  const anchor = alias === undefined ? anchors.find(isHere) : alias.anchor;
  if (anchor === undefined || plan.text[anchor.range.start] !== '&') return undefined;
  return { anchor, range: nameOf((alias ?? anchor).range) };
}

/** Where the anchor is set, then where it is used: the names without their signs. */
export function anchorPlaces(plan: PlanDocument, anchor: Anchor): readonly TextRange[] {
  const uses = plan.analysis.tree.aliases.filter((alias) => alias.anchor === anchor);
  return [anchor, ...uses].map(({ range }) => nameOf(range));
}

function nameOf({ start, end }: TextRange): TextRange {
  return { start: start + 1, end };
}

/** Why an anchor cannot have a name; `undefined` where it can. */
export function whyNoAnchor(plan: PlanDocument, anchor: Anchor, name: string): string | undefined {
  if (!/^[\w-]+$/.test(name)) return t`\`${name}\` is no name of an anchor: it has letters, digits, - and _`;
  const isTaken = plan.analysis.tree.anchors.some((other) => other !== anchor && other.name === name);
  return isTaken ? t`There is already an anchor \`&${name}\`` : undefined;
}
