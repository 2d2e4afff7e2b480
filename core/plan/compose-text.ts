/** One text through the YAML parser. What the parser throws is a problem of the text. */
import { t } from '@vscode/l10n';
import { Composer, type Document } from 'yaml';
import { limits, readTokens, type ReadingCost } from './limits';
import { planProblem } from './problem-catalogue';
import { firstLine } from './syntax-problems';
import { TreeBuilder, type BuiltTree, type NamedAnchors } from './tree-builder';

export interface ComposedText extends BuiltTree {
  /** Absent where reading ended at a limit, or where the parser gave up. */
  readonly documents?: readonly Document.Parsed[];
  /** What it cost, as far as `limits` bound it. */
  readonly cost: ReadingCost;
}

/** @param above the anchors that are set above the text, where it is a part of one. */
export function composeText(text: string, above?: NamedAnchors): ComposedText {
  const nothing = { text, root: undefined, anchors: [], aliases: [] };
  const unreadable = { tree: nothing, values: 0, named: new Map(), outer: new Set<string>() };
  const { tokens, problem, cost } = readTokens(text);
  if (problem !== undefined) return { ...unreadable, problems: [problem], cost };
  try {
    // Duplicate keys are found by TreeBuilder in linear time; the parser's own check compares each key with all.
    const composer = new Composer({ uniqueKeys: false });
    const documents = [...composer.compose(tokens, true, text.length)];
    return { ...new TreeBuilder(text, above).build(documents), documents, cost };
  } catch (error) {
    // The parser promises not to throw; where it does, the text is at fault, and the editor must stay alive.
    const reason = error instanceof Error ? error.message : String(error);
    const message = t`The YAML parser gave up: ${firstLine(reason)}`;
    const gaveUp = planProblem('yaml-syntax', message, { start: 0, end: 0 });
    return { ...unreadable, problems: [gaveUp], cost };
  }
}

/** Whether texts of this cost, read as one, would go beyond a limit. */
export function isTooCostly(texts: readonly Pick<ComposedText, 'values' | 'cost'>[]): boolean {
  const sum = (of: (text: Pick<ComposedText, 'values' | 'cost'>) => number): number =>
    texts.reduce((total, text) => total + of(text), 0);
  return (
    sum(({ values }) => values) > limits.values ||
    sum(({ cost }) => cost.significant) > limits.values * limits.tokensPerValue ||
    sum(({ cost }) => cost.aliases) > limits.aliases ||
    sum(({ cost }) => cost.faults) > limits.problems
  );
}
