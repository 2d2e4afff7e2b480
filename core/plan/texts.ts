/** Every text of a plan that has a meaning of its own: templates, expressions, goals and conditions, parsed once. */
import type { Fix, Problem, TextRange } from '../problems';
import {
  parseCondition,
  parseExpression,
  parseGoal,
  parseTemplate,
  referencesIn,
  referencesInTemplate,
  type Condition,
  type Expression,
  type Goal,
  type Reference,
} from './expression';
import { rangesInside } from './scalar-offsets';
import { methods } from './schema';
import { allStepNodes, type StepPosition } from './steps';
import { defaultStepName } from './step-name';
import {
  childOf,
  entriesOf,
  entryOf,
  itemsOf,
  nodeAt,
  textOf,
  type PlanNode,
  type PlanPath,
  type ScalarNode,
} from './tree';
import { understandOnce } from './understand-once';

/** Where in a scenario a text stands. */
export interface StepPlace {
  readonly scenario: string;
  /** Position of the step among all steps of its scenario. */
  readonly step: number;
  readonly branches: readonly string[];
  /** The key of the step in whose value it stands. */
  readonly stepKey: string;
}

export type PlanText = {
  readonly node: ScalarNode;
  readonly path: PlanPath;
  /** Ranges in the text of the plan. */
  readonly problems: readonly Problem[];
} & (
  | {
      readonly kind: 'template' | 'expression';
      readonly references: readonly Reference[];
      readonly place?: StepPlace;
      /** With ranges in the value of the node; absent for a template, and for a text that is no expression. */
      readonly expression?: Expression;
    }
  | { readonly kind: 'goal'; readonly goal: Goal | undefined }
  | { readonly kind: 'condition'; readonly condition: Condition | undefined; readonly phase: string }
);

const tlsPassword = ['tls', 'password'] as const;

const verbs = [...methods, 'await', 'stream', 'ws', 'grpc', 'grpcStream'] as const;

function isVerb(key: string): key is (typeof verbs)[number] {
  return (verbs as readonly string[]).includes(key);
}

/** The keys of a step that hold templates, at any depth. */
const templateKeys = [
  ...verbs,
  'query',
  'headers',
  'message',
  'metadata',
  'cookies',
  'auth',
  'json',
  'form',
  'body',
  'with',
] as const;

/** The keys of a step that hold one expression. */
const expressionKeys: ReadonlyMap<string, 'condition' | 'value'> = new Map([
  ['if', 'condition'],
  ['text', 'value'],
  ['tokens', 'value'],
  ['until', 'condition'],
  ['success', 'condition'],
]);

/** The keys of a step in whose values texts stand. */
const textKeys: ReadonlySet<string> = new Set([
  ...templateKeys,
  ...expressionKeys.keys(),
  ...['repeat', 'expect', 'multipart', 'send', 'capture'],
]);

const readTemplate = understandOnce((text) => {
  const { template, problems } = parseTemplate(text);
  return { problems, references: referencesInTemplate(template) };
});

const readExpressionAs = (use: 'condition' | 'value') =>
  understandOnce((text) => {
    const { expression, problems } = parseExpression(text, { as: use });
    return { expression, problems, references: expression === undefined ? [] : referencesIn(expression) };
  });
const readExpression = { condition: readExpressionAs('condition'), value: readExpressionAs('value') };

/** All texts below a root, in the order of the file. A text that is shared by aliases is given once per use. */
export function readTexts(text: string, root: PlanNode): PlanText[] {
  const found: PlanText[] = [];
  const reader = new TextReader(text, found);
  for (const target of entriesOf(childOf(root, 'targets'))) {
    for (const key of ['headers', 'auth', 'metrics'])
      reader.templates(childOf(target.value, key), ['targets', target.key, key]);
    reader.templates(nodeAt(target.value, tlsPassword), ['targets', target.key, ...tlsPassword]);
  }
  reader.templates(nodeAt(root, ['observe', 'prometheus']), ['observe', 'prometheus']);
  for (const scenario of entriesOf(childOf(root, 'scenarios'))) {
    for (const placed of allStepNodes(scenario.value)) reader.step(placed.step, scenario.key, placed);
  }
  for (const phase of entriesOf(childOf(root, 'phases'))) {
    itemsOf(childOf(phase.value, 'until')).forEach((item, index) => {
      reader.condition(item, ['phases', phase.key, 'until', index], phase.key);
    });
  }
  itemsOf(childOf(root, 'goals')).forEach((item, index) => {
    reader.goal(item, ['goals', index]);
  });
  return found;
}

class TextReader {
  readonly #text: string;
  readonly #found: PlanText[];

  constructor(text: string, found: PlanText[]) {
    this.#text = text;
    this.#found = found;
  }

  step(node: PlanNode, scenario: string, at: StepPosition): void {
    const path: PlanPath = ['scenarios', scenario, 'steps', ...at.path];
    for (const { key, value } of entriesOf(node))
      if (textKeys.has(key))
        this.#keyOfStep(value, [...path, key], {
          scenario,
          stepKey: key,
          step: at.order,
          branches: at.branches,
        });
  }

  #keyOfStep(node: PlanNode, path: PlanPath, place: StepPlace): void {
    switch (place.stepKey) {
      case 'repeat':
        this.#expression(childOf(node, 'while'), [...path, 'while'], 'condition', place);
        break;
      case 'expect':
        this.templates(childOf(node, 'headers'), [...path, 'headers'], place);
        for (const key of ['body', 'each'])
          this.#expression(childOf(node, key), [...path, key], 'condition', place);
        break;
      case 'multipart':
        // The keys of an uploaded file hold no templates.
        for (const { key, value } of entriesOf(node))
          if (value.kind === 'scalar') this.templates(value, [...path, key], place);
        break;
      case 'send':
        itemsOf(node).forEach((item, index) => {
          this.#message(item, [...path, index], place);
        });
        break;
      case 'capture':
        for (const { key, value } of entriesOf(node)) this.#expression(value, [...path, key], 'value', place);
        break;
      default: {
        const use = expressionKeys.get(place.stepKey);
        if (use === undefined) this.templates(node, path, place);
        else this.#expression(node, path, use, place);
      }
    }
  }

  /** A message that is sent: its content, and the condition on which it waits. */
  #message(node: PlanNode, path: PlanPath, place: StepPlace): void {
    if (node.kind === 'scalar') this.templates(node, path, place);
    for (const key of ['text', 'json', 'message']) this.templates(childOf(node, key), [...path, key], place);
    this.#expression(childOf(node, 'when'), [...path, 'when'], 'condition', place);
  }

  /** Every text at or below a node. */
  templates(node: PlanNode | undefined, path: PlanPath, place?: StepPlace): void {
    if (node === undefined) return;
    if (node.kind === 'map') {
      for (const { key, value } of node.entries)
        if (mayHoldTemplate(value)) this.templates(value, [...path, key], place);
    } else if (node.kind === 'seq') {
      node.items.forEach((item, index) => {
        this.templates(item, [...path, index], place);
      });
    } else if (typeof node.value === 'string' && mayHoldTemplate(node)) {
      const { problems, references } = readTemplate(node.value);
      const placer = rangesInside(this.#text, node);
      this.#found.push({
        kind: 'template',
        node,
        path,
        problems: placeProblems(problems, placer),
        references: references.map((reference) => placeReference(reference, placer)),
        ...(place === undefined ? {} : { place }),
      });
    }
  }

  #expression(
    node: PlanNode | undefined,
    path: PlanPath,
    use: 'condition' | 'value',
    place: StepPlace,
  ): void {
    const text = textOf(node);
    if (text === undefined || node?.kind !== 'scalar') return;
    const { expression, problems, references } = readExpression[use](text);
    const placer = rangesInside(this.#text, node);
    this.#found.push({
      kind: 'expression',
      node,
      path,
      problems: placeProblems(problems, placer),
      references: references.map((reference) => placeReference(reference, placer)),
      place,
      ...(expression === undefined ? {} : { expression }),
    });
  }

  condition(node: PlanNode, path: PlanPath, phase: string): void {
    const text = textOf(node);
    if (text === undefined || node.kind !== 'scalar') return;
    const { condition, problems } = parseCondition(text);
    const placer = rangesInside(this.#text, node);
    this.#found.push({
      kind: 'condition',
      node,
      path,
      phase,
      condition,
      problems: placeProblems(problems, placer),
    });
  }

  goal(node: PlanNode, path: PlanPath): void {
    const text = textOf(node);
    if (text === undefined || node.kind !== 'scalar') return;
    const { goal, problems } = parseGoal(text);
    const placer = rangesInside(this.#text, node);
    this.#found.push({ kind: 'goal', node, path, goal, problems: placeProblems(problems, placer) });
  }
}

function mayHoldTemplate(node: PlanNode): boolean {
  return node.kind !== 'scalar' || (typeof node.value === 'string' && node.value.includes('${'));
}

type Placer = (range: TextRange) => TextRange;

/** Problems of a text, with their ranges and fixes in the plan. */
function placeProblems(problems: readonly Problem[], place: Placer): Problem[] {
  return problems.map((problem) => ({
    ...problem,
    range: place(problem.range),
    ...(problem.fixes === undefined ? {} : { fixes: problem.fixes.map((fix) => placeFix(fix, place)) }),
  }));
}

function placeFix(fix: Fix, place: Placer): Fix {
  return { ...fix, edits: fix.edits.map((edit) => ({ ...edit, range: place(edit.range) })) };
}

function placeReference({ root, keys, range }: Reference, place: Placer): Reference {
  return {
    root: { name: root.name, range: place(root.range) },
    keys: keys.map((key) => ({ name: key.name, range: place(key.range) })),
    range: place(range),
  };
}

export interface NodeName {
  readonly name: string;
  readonly range: TextRange;
  /** Made of method and path, since the step gives itself no name. */
  readonly isDefault: boolean;
}

/** The name under which a step is reported; `undefined` for steps that make no request or are not understood. */
export function stepNameOf(step: PlanNode): NodeName | undefined {
  const own = entryOf(step, 'name');
  const ownName = textOf(own?.value);
  if (own !== undefined && ownName !== undefined)
    return { name: ownName, range: own.value.range, isDefault: false };
  for (const { key, value } of entriesOf(step)) {
    const path = isVerb(key) ? textOf(value) : undefined;
    if (isVerb(key) && path !== undefined)
      return { name: defaultStepName(key, path), range: value.range, isDefault: true };
  }
  return undefined;
}
