/** Anchors in the outline: beside what they stand for, where that is shown, else within what they stand in. */
import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver-types';
import type { Anchor, PlanNode } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import { toRange, type PlanDocument } from './plan-document';

export class OutlineAnchors {
  readonly #plan: PlanDocument;
  /** In the order of the text. */
  readonly #anchors: readonly Anchor[];
  readonly #byNode: ReadonlyMap<PlanNode, Anchor>;
  readonly #taken = new Set<Anchor>();

  constructor(plan: PlanDocument) {
    this.#plan = plan;
    this.#anchors = plan.analysis.tree.anchors
      .filter(({ range }) => plan.text[range.start] === '&')
      .toSorted((a, b) => a.range.start - b.range.start);
    this.#byNode = new Map(this.#anchors.map((anchor) => [anchor.node, anchor]));
  }

  /** The anchor on a node that is shown. */
  takeOf(node: PlanNode): Anchor | undefined {
    const anchor = this.#byNode.get(node);
    if (anchor === undefined || this.#taken.has(anchor)) return undefined;
    this.#taken.add(anchor);
    return anchor;
  }

  /** Those in a range that nothing within it has taken. */
  takeWithin({ start, end }: TextRange): DocumentSymbol[] {
    const found: DocumentSymbol[] = [];
    for (let at = this.#firstFrom(start); at < this.#anchors.length; at += 1) {
      const anchor = this.#anchors[at];
      if (anchor === undefined || anchor.range.start >= end) break;
      if (this.#taken.has(anchor)) continue;
      this.#taken.add(anchor);
      const range = toRange(this.#plan, anchor.range);
      const name = `&${anchor.name}`;
      found.push({ name, detail: 'anchor', kind: SymbolKind.Key, range, selectionRange: range });
    }
    return found;
  }

  #firstFrom(offset: number): number {
    let [low, high] = [0, this.#anchors.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#anchors[middle]?.range.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
