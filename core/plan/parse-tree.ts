/** Text to a positioned tree, by the YAML parser. Every fault of the text is a problem; nothing is thrown. */
import type { Problem } from '../problems';
import { composeText } from './compose-text';
import { scanText } from './limits';
import { parseParts, type KeptParts } from './parse-parts';
import type { PlanTree } from './tree';

export interface TreeReading {
  readonly tree: PlanTree;
  readonly problems: readonly Problem[];
  /** What the next version of the text can be read from. */
  readonly kept?: KeptParts | undefined;
}

/**
 * Reads a text of any content. Its cost is bounded by `limits`, also for what its aliases stand for.
 * @param before the reading of an earlier version: what is the same in both is taken from it.
 */
export function parseTree(text: string, before?: TreeReading): TreeReading {
  const unfit = scanText(text);
  if (unfit !== undefined) {
    const tree = { text, root: undefined, anchors: [], aliases: [] };
    return { tree, problems: [unfit], kept: before?.kept };
  }
  const parts = parseParts(text, before?.kept);
  if (parts !== undefined) return parts;
  const { tree, problems } = composeText(text);
  return { tree, problems, kept: before?.kept };
}
