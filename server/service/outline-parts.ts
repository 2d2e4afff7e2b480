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
  /** Absent where it is made of nothing that the outline shows. */
  readonly parts: (() => readonly Part[]) | undefined;
}

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

/**
 * A step is known by its name in goals and results: its own, or its method and path. Every part has its keys in one
 * order: an outline is made of thousands, and those of one shape are made fastest.
 */
function stepPart(step: PlanNode, first: MapEntry): Part {
  const holding = entriesOf(step).find(({ key }) => key === 'group' || key === 'repeat' || key === 'if');
  if (holding !== undefined) return holdingPart(step, first.keyRange, holding);
  const named = stepNameOf(step);
  const written = named?.isDefault === true ? undefined : `${first.key} ${word(first.value)}`;
  return {
    name: named?.name ?? written ?? '',
    detail: named === undefined ? undefined : written,
    kind: SymbolKind.Method,
    range: step.range,
    selection: first.keyRange,
    node: step,
    parts: undefined,
  };
}

/** @param holding the entry of the step that says why it holds steps. */
function holdingPart(step: PlanNode, selection: TextRange, { key, value }: MapEntry): Part {
  const place = { range: step.range, selection, node: step };
  if (key === 'group') {
    const parts = () => stepParts(writtenValue(entryOf(step, 'steps')));
    return { name: word(value), detail: 'group', kind: SymbolKind.Namespace, ...place, parts };
  }
  if (key === 'repeat') {
    const condition = wordAt(value, ['while']);
    return {
      name: `repeat ${wordAt(value, ['times'])} times`,
      detail: condition === '' ? undefined : `while ${condition}`,
      kind: SymbolKind.Array,
      ...place,
      parts: () => stepParts(writtenValue(entryOf(value, 'steps'))),
    };
  }
  const parts = () => ['then', 'else'].flatMap((branch) => branchPart(step, branch));
  return { name: `if ${word(value)}`, detail: undefined, kind: SymbolKind.Boolean, ...place, parts };
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
  return itemsWithin(goals).map((goal) => itemPart(goal, word(goal), undefined, SymbolKind.Boolean));
}

function itemPart(node: PlanNode, name: string, detail: string | undefined, kind: SymbolKind): Part {
  return { name, detail, kind, range: node.range, selection: node.range, node, parts: undefined };
}

/** The items that stand in the list themselves. */
function itemsWithin(list: PlanNode | undefined): readonly PlanNode[] {
  return itemsOf(list).filter(
    ({ range }) => list !== undefined && list.range.start <= range.start && range.end <= list.range.end,
  );
}

/** The text or number there, or nothing. */
function wordAt(node: PlanNode, path: PlanPath): string {
  return word(nodeAt(node, path));
}

function word(node: PlanNode | undefined): string {
  return node?.kind === 'scalar' ? String(node.value ?? '') : '';
}
