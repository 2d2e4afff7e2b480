/** `include`: other files whose named things join those of the plan. The files themselves come from the caller. */
import { t } from '@vscode/l10n';
import type { Problem, TextRange } from '../problems';
import { limits } from './limits';
import { parseTree, type TreeReading } from './parse-tree';
import { planProblem } from './problem-catalogue';
import { moveTree } from './move-tree';
import { joinTexts, layBehind, type PlanFile, type ReadInclude } from './sources';
import {
  childOf,
  entriesOf,
  entryOf,
  itemsOf,
  textOf,
  type MapEntry,
  type PlanNode,
  type PlanTree,
} from './tree';

export interface JoinedPlan {
  /** The file that is looked at is the first. */
  readonly files: readonly PlanFile[];
  /** The texts of all files. */
  readonly text: string;
  /** The tree of the first file, as it is written. */
  readonly tree: PlanTree;
  /** The plan with everything that it includes. */
  readonly root: PlanNode | undefined;
  readonly problems: readonly Problem[];
  /** Stretches of the texts that are not YAML. */
  readonly broken: readonly TextRange[];
  /** Of each file by itself, for the reading of its next version. */
  readonly readings: Readings;
}

export type Readings = ReadonlyMap<string, TreeReading>;

export interface JoinOptions {
  /** Without it, nothing is included. */
  readonly readInclude?: ReadInclude | undefined;
  /** The file to lay first; by default the plan itself. */
  readonly focus?: string | undefined;
  /** The readings of an earlier version. */
  readonly before?: Readings | undefined;
}

export function joinPlan(text: string, id: string, options: JoinOptions): JoinedPlan {
  const { readInclude: read, focus = id, before = new Map() } = options;
  const found = collect(text, id, read, before);
  const files: PlanFile[] = [];
  const readings = new Map<string, TreeReading>();
  const sorted = [...found].sort((a, b) => Number(b.id === focus) - Number(a.id === focus));
  for (const { id: own, text: source, reading } of sorted) {
    const file = layBehind(files, own, source);
    files.push(file);
    readings.set(own, file.start === 0 ? reading : moveTree(reading, file.start));
  }
  const joiner = new Joiner(readings, read);
  const main = readings.get(id)?.tree.root;
  const root = main && joiner.join(id, main);
  const problems = [...readings.values()].flatMap((reading) => reading.problems);
  return {
    files,
    text: joinTexts(files),
    tree: (sorted[0] ?? found[0]).reading.tree,
    root,
    problems: [...problems, ...joiner.problems],
    broken: [...readings.values()].flatMap(({ broken = [] }) => broken),
    readings: new Map(found.map((file) => [file.id, file.reading])),
  };
}

interface Found {
  readonly id: string;
  readonly text: string;
  readonly reading: TreeReading;
}

/** Every file once, the plan first; what goes beyond the limits is left out, and told where it is included. */
function collect(
  text: string,
  id: string,
  read: ReadInclude | undefined,
  before: Readings,
): readonly [Found, ...Found[]] {
  const main: Found = { id, text, reading: parseTree(text, before.get(id)) };
  const found = new Map<string, Found>([[id, main]]);
  let characters = text.length;
  for (const file of found.values()) {
    for (const { path } of includesOf(file.reading.tree.root)) {
      const reading = read?.(file.id, path);
      if (reading?.ok !== true || found.has(reading.id) || found.size > limits.includes) continue;
      characters += reading.text.length;
      if (characters > limits.characters) break;
      const { id: own, text: part } = reading;
      found.set(own, { id: own, text: part, reading: parseTree(part, before.get(own)) });
    }
  }
  const [, ...parts] = found.values();
  return [main, ...parts];
}

/** The paths that a file includes, with their places. */
export function includesOf(
  root: PlanNode | undefined,
): { readonly path: string; readonly range: TextRange }[] {
  return itemsOf(childOf(root, 'include')).flatMap((item) => {
    const path = textOf(item);
    return path === undefined ? [] : [{ path, range: item.range }];
  });
}

/** What belongs to each file alone. */
const ownKeys = new Set(['version', 'name', 'include']);

class Joiner {
  readonly problems: Problem[] = [];
  readonly #readings: Readings;
  readonly #read: ReadInclude | undefined;
  readonly #joined = new Set<string>();

  constructor(readings: Readings, read: ReadInclude | undefined) {
    this.#readings = readings;
    this.#read = read;
  }

  /** Included things come first, as if they stood at the place of `include`. */
  join(id: string, root: PlanNode, trail: readonly string[] = [id]): PlanNode {
    this.#joined.add(id);
    if (root.kind !== 'map') return root;
    const parts = includesOf(root).flatMap((include) => this.#part(id, include, trail));
    return parts.reduceRight<PlanNode>((joined, part) => this.#merge(part, joined), root);
  }

  #part(
    from: string,
    { path, range }: { path: string; range: TextRange },
    trail: readonly string[],
  ): PlanNode[] {
    const tell = (code: 'include-missing' | 'include-cycle' | 'too-many-includes', message: string): [] => {
      this.problems.push(planProblem(code, message, range));
      return [];
    };
    const reading = this.#read?.(from, path);
    if (reading === undefined) return [];
    if (!reading.ok) return tell('include-missing', t`\`${path}\` cannot be included: ${reading.reason}`);
    if (trail.includes(reading.id)) return tell('include-cycle', t`\`${path}\` includes this file in turn`);
    const part = this.#readings.get(reading.id);
    if (part === undefined)
      return tell('too-many-includes', t`A plan has at most ${limits.includes} files with 1 MiB in all`);
    // What several files include is there once.
    if (part.tree.root === undefined || this.#joined.has(reading.id)) return [];
    return [this.join(reading.id, part.tree.root, [...trail, reading.id])];
  }

  #merge(part: PlanNode, into: PlanNode): PlanNode {
    if (part.kind !== 'map' || into.kind !== 'map') return into;
    const joined = new Map(into.entries.map((entry) => [entry.key, entry]));
    for (const entry of part.entries) {
      if (ownKeys.has(entry.key)) continue;
      const own = joined.get(entry.key);
      joined.set(entry.key, own === undefined ? entry : { ...own, value: this.#section(entry, own) });
    }
    return { ...into, entries: [...joined.values()] };
  }

  #section(part: MapEntry, own: MapEntry): PlanNode {
    const { value } = own;
    if (part.value.kind === 'seq' && value.kind === 'seq')
      return { ...value, items: [...part.value.items, ...value.items] };
    if (part.value.kind !== 'map' || value.kind !== 'map') {
      const message = t`\`${part.key}\` is of another kind here than in the file that includes this one`;
      this.problems.push(planProblem('wrong-type', message, part.keyRange));
      return value;
    }
    const twice = part.value.entries.filter(({ key }) => entryOf(value, key) !== undefined);
    for (const entry of twice) this.#duplicate(entry, entryOf(value, entry.key) ?? entry);
    const added = entriesOf(part.value).filter((entry) => !twice.includes(entry));
    return { ...value, entries: [...added, ...value.entries] };
  }

  /** Told at both places, since either may be the one that is to go. */
  #duplicate(part: MapEntry, own: MapEntry): void {
    const message = t`\`${own.key}\` is defined in another file of the plan as well`;
    for (const [here, there] of [[part, own] as const, [own, part] as const]) {
      const related = [{ message: t('It is defined here too'), range: there.keyRange }];
      this.problems.push({ ...planProblem('duplicate-name', message, here.keyRange), related });
    }
  }
}
