/** What V8 writes: `node --cpu-prof`, the Chrome developer tools, the editor's own profiler. Times are in microseconds. */
import { ProfileBuilder } from '../builder';
import { damaged } from '../import-problem';
import { listAt, numberAt, numberOrNone, objectAt, textOr, type JsonObject } from '../json-shape';
import { noParent, type Profile } from '../profile';

interface Node {
  readonly facts: { readonly name: string; readonly file: string; readonly definedAt: number };
  /** The lines that were being executed, one per sample that ended here. */
  readonly ticks: Iterator<number>;
  readonly parentStack: number;
  readonly isRoot: boolean;
}

export function importCpuProfile(root: unknown, fileName: string): Profile {
  const file = objectAt(root, 'the file');
  const builder = new ProfileBuilder();
  const nodes = readNodes(builder, listAt(file['nodes'], 'nodes'));
  const samples = listAt(file['samples'], 'samples');
  const deltas = listAt(file['timeDeltas'], 'timeDeltas');
  if (samples.length !== deltas.length)
    throw damaged(`it has ${samples.length} samples but ${deltas.length} time deltas`);
  const start = numberAt(file['startTime'], 'startTime');
  const thread = builder.thread('main');
  let at = start;
  const times = deltas.map((delta, i) => (at = Math.max(at, at + numberAt(delta, `timeDeltas[${i}]`))));
  const end = Math.max(numberOrNone(file['endTime']) ?? at, at);
  for (const [i, id] of samples.entries()) {
    const node = nodes.get(id);
    if (node === undefined) throw damaged(`samples[${i}] names a node that is not there`);
    if (node.isRoot) continue;
    const time = times[i] ?? at;
    const weight = Math.round(((times[i + 1] ?? end) - time) * 1000);
    const line = node.ticks.next().value as number | undefined;
    const frame = builder.frame({ ...node.facts, ...(line !== undefined && { line }) });
    const timeMs = (time - start) / 1000;
    builder.sample(builder.stack(node.parentStack, frame), weight, { timeMs, thread });
  }
  return builder.finish({ name: fileName, producer: 'V8', unit: 'ns', isInOrder: true });
}

/** Parents come before their children in every file of V8. */
function readNodes(builder: ProfileBuilder, list: readonly unknown[]): ReadonlyMap<unknown, Node> {
  const nodes = new Map<unknown, Node>();
  const above = new Map<unknown, { readonly stack: number; readonly depth: number }>();
  for (const [i, value] of list.entries()) {
    const place = `nodes[${i}]`;
    const node = objectAt(value, place);
    const facts = readFacts(objectAt(node['callFrame'], `${place}.callFrame`));
    const isRoot = facts.name === '(root)';
    const { stack: parentStack, depth } = above.get(node['id']) ?? { stack: noParent, depth: 0 };
    builder.checkDepth(depth);
    const children = node['children'] === undefined ? [] : listAt(node['children'], `${place}.children`);
    const stack =
      isRoot || children.length === 0 ? noParent : builder.stack(parentStack, builder.frame(facts));
    for (const child of children) {
      if (nodes.has(child)) throw damaged(`${place} comes after a node that it calls`);
      above.set(child, { stack, depth: depth + 1 });
    }
    nodes.set(node['id'], { facts, ticks: readTicks(node, place), parentStack, isRoot });
  }
  return nodes;
}

/** Lines and columns of a call frame count from 0, and -1 is none. Functions without a name are told by their place. */
function readFacts(callFrame: JsonObject): { name: string; file: string; definedAt: number } {
  const line = (numberOrNone(callFrame['lineNumber']) ?? -1) + 1;
  const column = (numberOrNone(callFrame['columnNumber']) ?? -1) + 1;
  const name = textOr(callFrame['functionName'], '');
  return {
    name: name === '' ? `(anonymous ${line}:${column})` : name,
    file: pathOf(textOr(callFrame['url'], '')),
    definedAt: line,
  };
}

function pathOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = url.slice('file://'.length).replace(/^\/([A-Za-z]:\/)/, '$1');
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that begins no code stands for itself.
    return path;
  }
}

/** Their lines count from 1. */
function* readTicks(node: JsonObject, place: string): Generator<number, undefined> {
  const ticks = node['positionTicks'];
  if (ticks === undefined) return undefined;
  for (const [i, value] of listAt(ticks, `${place}.positionTicks`).entries()) {
    const tick = objectAt(value, `${place}.positionTicks[${i}]`);
    const line = numberAt(tick['line'], `${place}.positionTicks[${i}].line`);
    const count = numberAt(tick['ticks'], `${place}.positionTicks[${i}].ticks`);
    for (let n = 0; n < count; n++) yield line;
  }
  return undefined;
}
