/** The sections of a plan in the order of the format, each with the comments above it. */
import { describeFormat } from './describe';
import { parseTree } from './parse-tree';
import { isSameMeaning } from './same-meaning';
import { startOfLine } from './start-of-line';
import { entriesOf } from './tree';

/** The text with its sections in order; `undefined` where they are already, or where the text is not fit for it. */
export function orderSections(text: string): string | undefined {
  const reading = parseTree(text);
  const { tree, problems } = reading;
  const { root } = tree;
  // An anchor has to stand above its aliases, wherever that is.
  if (root?.kind !== 'map' || root.isFlow || problems.length > 0 || tree.anchors.length > 0) return undefined;
  const order = describeFormat()[0]?.keys.map(({ key }) => key) ?? [];
  const starts = entriesOf(root).map(({ keyRange }) => startWithComments(text, keyRange.start));
  const [first] = starts;
  if (first === undefined) return undefined;
  const sections = entriesOf(root).map(({ key }, index) => {
    const position = order.indexOf(key);
    const body = text.slice(starts[index], starts[index + 1] ?? text.length);
    return {
      position: position < 0 ? order.length : position,
      body: body.endsWith('\n') ? body : `${body}\n`,
    };
  });
  const sorted = [...sections].sort((a, b) => a.position - b.position);
  if (sorted.every((section, index) => section === sections[index])) return undefined;
  const ordered = text.slice(0, first) + sorted.map(({ body }) => body).join('');
  return isSameMeaning(reading, parseTree(ordered, reading)) ? ordered : undefined;
}

/** The start of the comments directly above a line. */
export function startWithComments(text: string, start: number): number {
  let at = startOfLine(text, start);
  while (at > 0) {
    const above = startOfLine(text, at - 1);
    if (!/^[ \t]*#/.test(text.slice(above, at))) break;
    at = above;
  }
  return at;
}
