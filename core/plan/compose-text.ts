/** One text through the YAML parser. What the parser throws is a problem of the text. */
import { Composer, type Document } from 'yaml';
import { limits, readTokens } from './limits';
import { planProblem } from './problem-catalogue';
import { firstLine, TreeBuilder, type BuiltTree } from './tree-builder';

export interface ComposedText extends BuiltTree {
  /** Absent where reading ended at a limit, or where the parser gave up. */
  readonly documents?: readonly Document.Parsed[];
  /** Lexemes that stand for something, and faults: what `limits` bound. */
  readonly significant: number;
  readonly faults: number;
}

export function composeText(text: string): ComposedText {
  const unreadable = { tree: { text, root: undefined, anchors: [], aliases: [] }, values: 0 };
  const { tokens, problem, significant, faults } = readTokens(text);
  if (problem !== undefined) return { ...unreadable, problems: [problem], significant, faults };
  try {
    // Duplicate keys are found by TreeBuilder in linear time; the parser's own check compares each key with all.
    const composer = new Composer({ uniqueKeys: false });
    const documents = [...composer.compose(tokens, true, text.length)];
    return { ...new TreeBuilder(text).build(documents), documents, significant, faults };
  } catch (error) {
    // The parser promises not to throw; where it does, the text is at fault, and the editor must stay alive.
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The YAML parser gave up: ${firstLine(reason)}`;
    const gaveUp = planProblem('yaml-syntax', message, { start: 0, end: 0 });
    return { ...unreadable, problems: [gaveUp], significant, faults };
  }
}

/** Whether texts of this cost, read as one, would go beyond a limit. */
export function isTooCostly(
  texts: readonly Pick<ComposedText, 'values' | 'significant' | 'faults'>[],
): boolean {
  const sum = (key: 'values' | 'significant' | 'faults'): number =>
    texts.reduce((total, text) => total + text[key], 0);
  return (
    sum('values') > limits.values ||
    sum('significant') > limits.values * limits.tokensPerValue ||
    sum('faults') > limits.problems
  );
}
