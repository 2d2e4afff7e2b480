/** Text to a positioned tree, by the YAML parser. Every fault of the text is a problem; nothing is thrown. */
import type { Problem, TextRange } from '../problems';
import { composeText } from './compose-text';
import { scanText } from './limits';
import { parseAround } from './parse-around';
import { parseParts, type KeptParts } from './parse-parts';
import { isSyntaxProblem } from './syntax-problems';
import type { PlanTree } from './tree';

export interface TreeReading {
  readonly tree: PlanTree;
  readonly problems: readonly Problem[];
  /** Stretches of the text that are not YAML, so that nobody knows what stands in them. */
  readonly broken?: readonly TextRange[];
  /** What the next version of the text can be read from. */
  readonly kept?: KeptParts | undefined;
}

/**
 * Reads a text of any content. Its cost is bounded by `limits`, also for what its aliases stand for.
 * @param before the reading of an earlier version: what is the same in both is taken from it.
 */
export function parseTree(text: string, before?: TreeReading): TreeReading {
  const kept = before?.kept;
  const unfit = scanText(text);
  if (unfit !== undefined) {
    const tree = { text, root: undefined, anchors: [], aliases: [] };
    return { tree, problems: [unfit], kept };
  }
  const parts = parseParts(text, kept);
  const { tree, problems } = parts ?? composeText(text);
  if (!problems.some(isSyntaxProblem)) return parts ?? { tree, problems, kept };
  const broken = [{ start: 0, end: text.length }];
  return parseAround(text, parts?.kept ?? kept) ?? { tree, problems, broken, kept };
}
