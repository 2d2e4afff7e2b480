/** The steps of a scenario with those that they hold, in the order of the file. */
import type { Scenario, Step } from './schema';
import { stepName } from './step-name';
import { itemsOf, nodeAt, type PlanNode, type PlanPath } from './tree';
import { valueBelow } from './value-below';

/** A place among the steps of a scenario. */
export interface StepPosition {
  /** From the list of the scenario's steps: `[2, 'repeat', 'steps', 0]`. */
  readonly path: PlanPath;
  /** Counted over all steps of the scenario, from 0. */
  readonly order: number;
  /** What the groups around it put before its name: `checkout/`. */
  readonly prefix: string;
  /** What decides whether it is taken, from the outside inwards: `2/then`, `3/while`. */
  readonly branches: readonly string[];
  /** How often it is taken in one iteration, at the most. */
  readonly turns: number;
}

/** Steps that are taken one after the other, as values or as nodes of the tree. */
interface Reader<T> {
  steps(of: T, keys: PlanPath): readonly T[];
  /** The text or number there. */
  word(of: T, keys: PlanPath): string | number | undefined;
}

const values: Reader<unknown> = {
  steps(of, keys) {
    const list = keys.reduce<unknown>(valueBelow, of);
    return Array.isArray(list) ? (list as readonly unknown[]) : [];
  },
  word(of, keys) {
    const value = keys.reduce<unknown>(valueBelow, of);
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  },
};

const nodes: Reader<PlanNode> = {
  steps: (of, keys) => itemsOf(nodeAt(of, keys)),
  word(of, keys) {
    const node = nodeAt(of, keys);
    return node?.kind === 'scalar' ? values.word(node.value, []) : undefined;
  },
};

/** Where a step may hold steps. The depth is bounded by that of the plan's text. */
const nestedKeys: readonly PlanPath[] = [['repeat', 'steps'], ['then'], ['else'], ['steps']];

/** What a step puts around the steps that it holds under some keys. */
function around<T>(
  step: T,
  at: StepPosition,
  keys: PlanPath,
  reader: Reader<T>,
): Omit<StepPosition, 'order' | 'path'> {
  const { branches, prefix, turns } = at;
  const branch = (name: string) => [...branches, `${at.path.join('/')}/${name}`];
  const [key] = keys;
  if (key === 'repeat') {
    const times = reader.word(step, ['repeat', 'times']);
    const isOpenEnded = reader.word(step, ['repeat', 'while']) !== undefined;
    return {
      prefix,
      branches: isOpenEnded ? branch('while') : branches,
      turns: turns * (typeof times === 'number' ? times : 1),
    };
  }
  if (key === 'then' || key === 'else') return { prefix, branches: branch(key), turns };
  const group = reader.word(step, ['group']);
  return { prefix: group === undefined ? prefix : `${prefix}${group}/`, branches, turns };
}

type Placed<T> = StepPosition & { readonly step: T };

function place<T>(items: readonly T[], reader: Reader<T>): Placed<T>[] {
  const found: Placed<T>[] = [];
  const visit = (steps: readonly T[], outer: Omit<StepPosition, 'order'>): void => {
    const { prefix, branches, turns } = outer;
    steps.forEach((step, index) => {
      const at = { path: [...outer.path, index], order: found.length, prefix, branches, turns, step };
      found.push(at);
      for (const keys of nestedKeys) {
        const inner = reader.steps(step, keys);
        if (inner.length > 0)
          visit(inner, { ...around(step, at, keys, reader), path: [...at.path, ...keys] });
      }
    });
  };
  visit(items, { path: [], branches: [], prefix: '', turns: 1 });
  return found;
}

/** A step that holds others. */
export type HoldingStep = Extract<Step, { repeat: unknown } | { if: unknown } | { group: unknown }>;
/** A step that sends requests. */
export type SendingStep = Exclude<Step, HoldingStep | { think: unknown } | { script: unknown }>;

export interface PlacedStep extends Placed<Step> {
  /** The name under which it is reported; `undefined` for steps that send no request. */
  readonly name: string | undefined;
}

/** Asked for the same scenarios by everything that reads a plan, in each of its versions. */
const placedSteps = new WeakMap<Scenario, readonly PlacedStep[]>();

/** Those of a locustfile are in the file: it has none here. */
export function allSteps(scenario: Scenario | undefined): readonly PlacedStep[] {
  if (scenario === undefined || !('steps' in scenario)) return [];
  const known = placedSteps.get(scenario);
  if (known !== undefined) return known;
  const placed = place<unknown>(scenario.steps, values).map((at) => {
    const step = at.step as Step;
    const own = stepName(step);
    return { ...at, step, name: own === undefined ? undefined : at.prefix + own };
  });
  placedSteps.set(scenario, placed);
  return placed;
}

/** Asked for the same nodes by everything that reads a plan. */
const placedNodes = new WeakMap<PlanNode, readonly Placed<PlanNode>[]>();

export function allStepNodes(scenario: PlanNode | undefined): readonly Placed<PlanNode>[] {
  if (scenario === undefined) return [];
  const known = placedNodes.get(scenario);
  if (known !== undefined) return known;
  const placed = place(itemsOf(nodeAt(scenario, ['steps'])), nodes);
  placedNodes.set(scenario, placed);
  return placed;
}

export function holdsSteps(step: Step): step is HoldingStep {
  return 'repeat' in step || 'if' in step || 'group' in step;
}

export function isSending(step: Step): step is SendingStep {
  return !('think' in step) && !('script' in step) && !holdsSteps(step);
}

/** The names that a step captures. */
export function captureNames(step: Step): readonly string[] {
  if ('script' in step) return step.capture ?? [];
  return 'capture' in step ? Object.keys(step.capture ?? {}) : [];
}
