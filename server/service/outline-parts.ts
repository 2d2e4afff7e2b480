/** What scenarios, phases and goals are made of, in the words of the plan: nothing is known by its position alone. */
import { SymbolKind } from 'vscode-languageserver-types';
import { stepNameOf } from '../../core/plan/texts';
import {
  entriesOf,
  entryOf,
  itemsOf,
  nodeAt,
  type MapEntry,
  type PlanNode,
  type PlanPath,
} from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';

/** A piece of a plan that the outline shows. */
export interface Part {
  readonly name: string;
  /** What is said of it beside its name. */
  readonly detail?: string | undefined;
  readonly kind: SymbolKind;
  readonly range: TextRange;
  /** Within the range: where a click leads. */
  readonly selection: TextRange;
  /** What it stands for, on which an anchor may be. */
  readonly node: PlanNode;
  readonly parts: () => readonly Part[];
}

const nothing = (): readonly Part[] => [];

/** The value of an entry, unless an alias stands for it: what is written elsewhere is shown there. */
export function writtenValue(entry: MapEntry | undefined): PlanNode | undefined {
  return entry?.value.range.start === entry?.valueRange.start ? entry?.value : undefined;
}

/** @param steps a list of steps; one that an alias stands for is shown where it is written. */
export function stepParts(steps: PlanNode | undefined): readonly Part[] {
  const parts: Part[] = [];
  for (const step of itemsWithin(steps)) {
    const first = entriesOf(step)[0];
    if (first !== undefined) parts.push(stepPart(step, first));
  }
  return parts;
}

/** Every part has its keys in one order: an outline is made of thousands, and those of one shape are made fastest. */
function stepPart(step: PlanNode, { key, keyRange: selection }: MapEntry): Part {
  const { name, detail, kind, parts } = holdingPart(step) ?? plainPart(step, key);
  return { name, detail, kind, range: step.range, selection, node: step, parts };
}

type PartWords = Pick<Part, 'name' | 'detail' | 'kind' | 'parts'>;

/** A step is known by its name in goals and results: its own, or its method and path. */
function plainPart(step: PlanNode, verb: string): PartWords {
  const written = `${verb} ${wordAt(step, [verb])}`;
  const named = stepNameOf(step);
  return {
    name: named?.name ?? written,
    detail: named === undefined || named.isDefault ? undefined : written,
    kind: SymbolKind.Method,
    parts: nothing,
  };
}

/** A step that holds steps. */
function holdingPart(step: PlanNode): PartWords | undefined {
  if (entryOf(step, 'group') !== undefined)
    return {
      name: wordAt(step, ['group']),
      detail: 'group',
      kind: SymbolKind.Namespace,
      parts: () => stepParts(writtenValue(entryOf(step, 'steps'))),
    };
  const repeat = entryOf(step, 'repeat');
  if (repeat !== undefined) {
    const condition = wordAt(step, ['repeat', 'while']);
    return {
      name: `repeat ${wordAt(step, ['repeat', 'times'])} times`,
      detail: condition === '' ? undefined : `while ${condition}`,
      kind: SymbolKind.Array,
      parts: () => stepParts(writtenValue(entryOf(repeat.value, 'steps'))),
    };
  }
  if (entryOf(step, 'if') === undefined) return undefined;
  return {
    name: `if ${wordAt(step, ['if'])}`,
    kind: SymbolKind.Boolean,
    parts: () => ['then', 'else'].flatMap((key) => branchPart(step, key)),
  };
}

function branchPart(step: PlanNode, key: string): Part[] {
  const entry = entryOf(step, key);
  if (entry === undefined) return [];
  const { keyRange, value, valueRange } = entry;
  const range = { start: keyRange.start, end: Math.max(keyRange.end, valueRange.end) };
  const parts = () => stepParts(writtenValue(entry));
  return [
    {
      name: key,
      detail: undefined,
      kind: SymbolKind.Boolean,
      range,
      selection: keyRange,
      node: value,
      parts,
    },
  ];
}

/** The stages of a load, and the profilers of one that is applied again. */
export function loadParts(phase: PlanNode): readonly Part[] {
  const stages = itemsWithin(writtenValue(entryOf(phase, 'stages'))).map((stage) => {
    const level = ['users', 'rate'].filter((key) => entryOf(stage, key) !== undefined);
    const name = level.map((key) => `${key} ${wordAt(stage, [key])}`).join(', ');
    return itemPart(stage, name, `for ${wordAt(stage, ['for'])}`, SymbolKind.Number);
  });
  const profilers = itemsWithin(writtenValue(entryOf(phase, 'profile'))).map((profiler) =>
    itemPart(
      profiler,
      `${wordAt(profiler, ['with'])} of ${wordAt(profiler, ['target'])}`,
      `for ${wordAt(profiler, ['for'])}`,
      SymbolKind.Function,
    ),
  );
  return [...stages, ...profilers];
}

export function goalParts(goals: PlanNode): readonly Part[] {
  return itemsWithin(goals).map((goal) => itemPart(goal, wordAt(goal, []), undefined, SymbolKind.Boolean));
}

function itemPart(node: PlanNode, name: string, detail: string | undefined, kind: SymbolKind): Part {
  return { name, detail, kind, range: node.range, selection: node.range, node, parts: nothing };
}

/** The items that stand in the list themselves. */
function itemsWithin(list: PlanNode | undefined): readonly PlanNode[] {
  return itemsOf(list).filter(
    ({ range }) => list !== undefined && list.range.start <= range.start && range.end <= list.range.end,
  );
}

/** The text or number there, or nothing. */
function wordAt(node: PlanNode, path: PlanPath): string {
  const found = nodeAt(node, path);
  return found?.kind === 'scalar' ? String(found.value ?? '') : '';
}
