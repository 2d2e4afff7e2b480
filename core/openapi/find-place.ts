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
  for (let at = 0; at < text.length && matched < pointer.length; at += 1) {
    const character = text.charAt(at);
    const change = depthChange(character);
    depth += change;
    // What was found so far has ended without the rest.
    if (change < 0 && matched > 0 && depth <= matched) break;
    if (character !== '"') continue;
    const end = endOfString(text, at);
    if (end === undefined) break;
    const isKey = depth === matched + 1 && /^\s*:/.test(text.slice(end, end + 50));
    if (isKey && textOf(text.slice(at, end)) === pointer[matched]) {
      found = { start: at, end };
      matched += 1;
    }
    at = end - 1;
  }
  return found;
}

function depthChange(character: string): number {
  if (character === '{' || character === '[') return 1;
  return character === '}' || character === ']' ? -1 : 0;
}

const string = /"(?:[^"\\]|\\.)*"/y;

function endOfString(text: string, at: number): number | undefined {
  string.lastIndex = at;
  return string.test(text) ? string.lastIndex : undefined;
}

function textOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    // The text may be YAML in braces, which has other escapes.
    return undefined;
  }
}
