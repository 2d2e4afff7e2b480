/** What a plan names and where it uses those names: for completion, definition, references and rename. */
import type { TextRange } from '../problems';
import { builtInNames, outsideNames, type Comparison } from './expression';
import { rangeInside } from './scalar-offsets';
import { allStepNodes } from './steps';
import { stepNameOf, type PlanText } from './texts';
import { childOf, entriesOf, itemsOf, textOf, type MapEntry, type PlanNode, type PlanPath } from './tree';

export type NameKind = 'target' | 'scenario' | 'step' | 'phase' | 'data' | 'environment' | 'capture';

export interface Definition {
  readonly kind: NameKind;
  readonly name: string;
  /** The name itself. */
  readonly range: TextRange;
  /** What the name stands for; the name alone where it stands for nothing more. */
  readonly valueRange: TextRange;
  readonly path: PlanPath;
  /** The scenario of a step or a capture, inside of which its name is known. */
  readonly scenario?: string;
  /** Position, among all steps of the scenario, of the step that has the name or makes the capture. */
  readonly step?: number;
  /** What decides whether that step is taken. */
  readonly branches?: readonly string[];
  /** The part of the name of a step that comes from the groups around it. */
  readonly prefix?: string;
  /** A step that gives itself no name is known by its method and path, which rename leaves alone. */
  readonly isDefault?: boolean;
}

export interface NameReference {
  readonly kind: NameKind;
  readonly name: string;
  readonly range: TextRange;
  /** What refers: a key such as `target` or `after`, a goal, a template … as the path of its value. */
  readonly path: PlanPath;
  readonly scenario?: string;
  readonly step?: number;
  readonly branches?: readonly string[];
  /** The key of the step in whose value it stands. */
  readonly stepKey?: string;
  /** The column of a data feed, where one is read. */
  readonly column?: { readonly name: string; readonly range: TextRange };
}

export interface NameIndex {
  readonly definitions: readonly Definition[];
  readonly references: readonly NameReference[];
}

/** The names of a plan and, where it is given, those of the environments that lie beside it. */
export function indexNames(text: string, root: PlanNode | undefined, texts: readonly PlanText[]): NameIndex {
  if (root === undefined) return { definitions: [], references: [] };
  const definitions: Definition[] = [];
  const references: NameReference[] = [];
  const collector = new NameCollector(text, definitions, references);
  collector.sections(root);
  collector.uses(root, []);
  for (const entry of entriesOf(childOf(root, 'environments'))) {
    collector.overlaid(entry.value, ['environments', entry.key]);
  }
  for (const item of texts) collector.text(item);
  return { definitions, references };
}

/** The definition a reference or a definition at this place belongs to. */
export function definitionOf(names: NameIndex, name: NameReference | Definition): Definition | undefined {
  return names.definitions.find(
    (item) => item.kind === name.kind && item.name === name.name && item.scenario === name.scenario,
  );
}

/** The name that stands at an offset, be it defined or used there. */
export function nameAt(names: NameIndex, offset: number): Definition | NameReference | undefined {
  const isHere = ({ range }: { range: TextRange }): boolean => range.start <= offset && offset <= range.end;
  return names.references.find(isHere) ?? names.definitions.find(isHere);
}

class NameCollector {
  readonly #text: string;
  readonly #definitions: Definition[];
  readonly #references: NameReference[];
  readonly #feeds = new Set<string>();

  constructor(text: string, definitions: Definition[], references: NameReference[]) {
    this.#text = text;
    this.#definitions = definitions;
    this.#references = references;
  }

  sections(root: PlanNode): void {
    this.#section(root, 'targets', 'target');
    this.#section(root, 'data', 'data');
    this.#section(root, 'scenarios', 'scenario');
    this.#section(root, 'phases', 'phase');
    this.#section(root, 'environments', 'environment');
    for (const entry of entriesOf(childOf(root, 'data'))) this.#feeds.add(entry.key);
    for (const scenario of entriesOf(childOf(root, 'scenarios'))) this.#steps(scenario);
  }

  #section(root: PlanNode, section: string, kind: NameKind): void {
    for (const entry of entriesOf(childOf(root, section))) {
      this.#definitions.push(definitionFrom(kind, entry, [section, entry.key]));
    }
  }

  #steps(scenario: MapEntry): void {
    for (const { step, order, prefix, branches, path: own } of allStepNodes(scenario.value)) {
      const path: PlanPath = ['scenarios', scenario.key, 'steps', ...own];
      const scope = { scenario: scenario.key, step: order, branches };
      const name = stepNameOf(step);
      if (name !== undefined) {
        const { range, isDefault } = name;
        const valueRange = step.range;
        this.#definitions.push({
          kind: 'step',
          name: prefix + name.name,
          prefix,
          range,
          valueRange,
          path,
          isDefault,
          ...scope,
        });
      }
      itemsOf(childOf(step, 'capture')).forEach((item, index) => {
        const captured = textOf(item);
        if (captured === undefined || item.kind !== 'scalar') return;
        const range = rangeInside(this.#text, item, { start: 0, end: captured.length });
        const at = { name: captured, range, valueRange: item.range, path: [...path, 'capture', index] };
        this.#definitions.push({ kind: 'capture', ...at, ...scope });
      });
      for (const entry of entriesOf(childOf(step, 'capture'))) {
        this.#definitions.push({
          ...definitionFrom('capture', entry, [...path, 'capture', entry.key]),
          ...scope,
        });
      }
    }
  }

  /** Names used by keys of the plan itself. */
  uses(root: PlanNode, base: PlanPath): void {
    for (const scenario of entriesOf(childOf(root, 'scenarios'))) {
      const path = [...base, 'scenarios', scenario.key];
      this.#scalar('target', childOf(scenario.value, 'target'), [...path, 'target']);
      for (const { step, path: own } of allStepNodes(scenario.value)) {
        const target = childOf(step, 'target');
        if (target !== undefined) this.#scalar('target', target, [...path, 'steps', ...own, 'target']);
      }
    }
    for (const phase of entriesOf(childOf(root, 'phases')))
      this.#phase(phase.value, [...base, 'phases', phase.key]);
  }

  /** An environment uses the names of the sections it changes, as well as names within its phases. */
  overlaid(environment: PlanNode, base: PlanPath): void {
    const kinds = { targets: 'target', data: 'data', phases: 'phase' } as const;
    for (const [section, kind] of Object.entries(kinds)) {
      for (const entry of entriesOf(childOf(environment, section))) {
        this.#references.push({
          kind,
          name: entry.key,
          range: entry.keyRange,
          path: [...base, section, entry.key],
        });
      }
    }
    this.uses(environment, base);
  }

  #phase(phase: PlanNode, path: PlanPath): void {
    const mix = childOf(phase, 'scenarios');
    for (const entry of entriesOf(mix)) {
      const reference = { kind: 'scenario', name: entry.key, range: entry.keyRange } as const;
      this.#references.push({ ...reference, path: [...path, 'scenarios', entry.key] });
    }
    itemsOf(mix).forEach((item, index) => {
      this.#scalar('scenario', item, [...path, 'scenarios', index]);
    });
    this.#scalar('phase', childOf(phase, 'rerun'), [...path, 'rerun']);
    const after = childOf(phase, 'after');
    this.#scalar('phase', after, [...path, 'after']);
    itemsOf(after).forEach((item, index) => {
      this.#scalar('phase', item, [...path, 'after', index]);
    });
    itemsOf(childOf(phase, 'profile')).forEach((item, index) => {
      this.#scalar('target', childOf(item, 'target'), [...path, 'profile', index, 'target']);
    });
  }

  /** Names used inside of texts. */
  text(item: PlanText): void {
    switch (item.kind) {
      case 'goal':
        if (item.goal !== undefined) {
          this.#comparison(item, item.goal);
          if (item.goal.phase !== undefined) this.#inside(item, 'phase', item.goal.phase);
        }
        break;
      case 'condition':
        if (item.condition?.kind === 'comparison') this.#comparison(item, item.condition);
        break;
      case 'template':
      case 'expression':
        this.#variables(item);
        break;
    }
  }

  #comparison(item: PlanText, { scenario, step }: Comparison): void {
    if (scenario === undefined) return;
    this.#inside(item, 'scenario', scenario);
    if (step !== undefined) this.#inside(item, 'step', step, scenario.name);
  }

  #inside(item: PlanText, kind: NameKind, at: { name: string; range: TextRange }, scenario?: string): void {
    const range = rangeInside(this.#text, item.node, at.range);
    const scope = scenario === undefined ? {} : { scenario };
    this.#references.push({ kind, name: at.name, range, path: item.path, ...scope });
  }

  #variables(item: Extract<PlanText, { kind: 'template' | 'expression' }>): void {
    for (const { root, keys } of item.references) {
      if (builtInNames.has(root.name) || outsideNames.has(root.name)) continue;
      const [column] = keys;
      const place = item.place ?? {};
      const base = { name: root.name, range: root.range, path: item.path };
      if (this.#feeds.has(root.name)) {
        this.#references.push({ kind: 'data', ...base, ...(column === undefined ? {} : { column }) });
      } else {
        this.#references.push({
          kind: 'capture',
          ...base,
          ...place,
          ...(column === undefined ? {} : { column }),
        });
      }
    }
  }

  #scalar(kind: NameKind, node: PlanNode | undefined, path: PlanPath): void {
    const name = textOf(node);
    if (name === undefined || node?.kind !== 'scalar') return;
    const range = rangeInside(this.#text, node, { start: 0, end: name.length });
    this.#references.push({ kind, name, range, path });
  }
}

function definitionFrom(kind: NameKind, entry: MapEntry, path: PlanPath): Definition {
  return { kind, name: entry.key, range: entry.keyRange, valueRange: entry.value.range, path };
}
