/**
 * Plans with marks in them: `⟦⟧` is a cursor, `⟦text⟧` a range. The bars of other notations mean something in YAML.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { openPlan, type PlanContext, type PlanDocument } from '../../server/service/plan-document';

interface MarkedPlan {
  readonly plan: PlanDocument;
  /** Where the first mark begins. */
  readonly offset: number;
  /** The texts between the marks with their places, in the order of the text. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

export const planUri = 'file:///work/shop.bench.yaml';

/** What a plan reads beside itself. */
export type Beside = Pick<PlanContext, 'readApi' | 'readColumns'>;

export function openText(text: string, uri = planUri, beside: Beside = {}): PlanDocument {
  const document = TextDocument.create(uri, 'benchwright-plan', 1, text);
  const readInclude = () => ({ ok: false, reason: 'it is not there' }) as const;
  return openPlan(document, { planUri: uri, planText: text, readInclude, ...beside });
}

export function openMarked(marked: string, beside: Beside = {}): MarkedPlan {
  const ranges: { start: number; end: number }[] = [];
  let text = '';
  for (const piece of marked.split(/(⟦[^⟧]*⟧)/)) {
    const inner = /^⟦([^⟧]*)⟧$/.exec(piece)?.[1];
    const start = text.length;
    text += inner ?? piece;
    if (inner !== undefined) ranges.push({ start, end: text.length });
  }
  return { plan: openText(text, planUri, beside), offset: ranges[0]?.start ?? -1, ranges };
}
