/** Where in the text of a document something stands, told when somebody wants to go there. */
import { isMap, isPair, isScalar, parseDocument, type Node } from 'yaml';
import { apiLimits } from './read-text';

export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * The key at the end of a pointer, or the nearest above it that is there.
 *
 * @param pointer keys from the root; none of them leads through a reference.
 */
export function findPlace(text: string, pointer: readonly string[]): Place | undefined {
  return /^\s*\{/.test(text) ? findInJson(text, pointer) : findInYaml(text, pointer);
}

function findInYaml(text: string, pointer: readonly string[]): Place | undefined {
  if (text.length > apiLimits.yaml) return undefined;
  let node: unknown = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' }).contents;
  let found: Place | undefined;
  for (const key of pointer) {
    const pair = isMap(node) ? node.items.find((item) => isPair(item) && keyOf(item.key) === key) : undefined;
    const [start, end] = (pair?.key as Node | undefined)?.range ?? [];
    if (pair === undefined || start === undefined || end === undefined) break;
    found = { start, end };
    node = pair.value;
  }
  return found;
}

function keyOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** One pass over the text, without building anything: documents of several megabytes are common in JSON. */
function findInJson(text: string, pointer: readonly string[]): Place | undefined {
  let depth = 0;
  let matched = 0;
  let found: Place | undefined;
  const string = /"(?:[^"\\]|\\.)*"/y;
  for (let at = 0; at < text.length && matched < pointer.length; at += 1) {
    const character = text[at];
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      // What was found so far has ended without the rest.
      if (depth <= matched && matched > 0) break;
    } else if (character === '"') {
      string.lastIndex = at;
      const written = string.exec(text)?.[0];
      if (written === undefined) break;
      const end = at + written.length;
      const isKey = depth === matched + 1 && /^\s*:/.test(text.slice(end, end + 50));
      if (isKey && textOf(written) === pointer[matched]) {
        found = { start: at, end };
        matched += 1;
      }
      at = end - 1;
    }
  }
  return found;
}

function textOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    // The text may be YAML in braces, which has other escapes.
    return undefined;
  }
}
