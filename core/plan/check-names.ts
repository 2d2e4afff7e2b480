/** Names that nothing defines, that are defined too late, twice, or for nothing. */
import { t } from '@vscode/l10n';
import type { Problem } from '../problems';
import type { Check } from './check-context';
import { builtInNames, outsideNames, reservedWords } from './expression';
import { kindWord } from './kind-words';
import type { Definition, NameKind, NameReference } from './names';
import { isLocust } from './locust';
import { nodeAt, type PlanNode, type PlanPath } from './tree';
import { planProblem, type PlanProblemCode } from './problem-catalogue';
import { startOfLine } from './start-of-line';
import { didYouMean } from './similar';

const unknownCodes: Readonly<Record<NameKind, PlanProblemCode>> = {
  target: 'unknown-target',
  scenario: 'unknown-scenario',
  step: 'unknown-step-name',
  phase: 'unknown-phase',
  data: 'unknown-data',
  environment: 'unknown-environment',
  capture: 'unknown-variable',
};

/** The names of a plan, by what they name and where they are known. */
interface Known {
  /** By kind, and by kind and scenario for steps and captures. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Captures by scenario and name. */
  readonly captures: ReadonlyMap<string, readonly Definition[]>;
}

export const checkNames: Check = ({ names, scenarios }) => {
  const known = collectKnown(names.definitions);
  return names.references.flatMap((reference) => {
    // An environment's own keys are checked where the environment is laid over the plan.
    if (reference.path[0] === 'environments') return [];
    // The names of its requests are in the locustfile.
    if (reference.kind === 'step' && isLocust(scenarios[reference.scenario ?? ''])) return [];
    if (reference.kind === 'capture') return checkVariable(reference, known);
    return reference.kind === 'data' ? checkColumn(reference) : checkKnown(reference, known);
  });
};

function collectKnown(definitions: readonly Definition[]): Known {
  const names = new Map<string, Set<string>>();
  const captures = new Map<string, Definition[]>();
  for (const item of definitions) {
    const scope = scopeKey(item.kind, item.scenario);
    const set = names.get(scope) ?? new Set();
    names.set(scope, set.add(item.name));
    if (item.kind !== 'capture') continue;
    const key = scopeKey(item.name, item.scenario);
    const list = captures.get(key) ?? [];
    list.push(item);
    captures.set(key, list);
  }
  return { names, captures };
}

function scopeKey(word: string, scenario: string | undefined): string {
  return scenario === undefined ? word : `${word} ${scenario}`;
}

function namesOf(known: Known, kind: NameKind, scenario?: string): readonly string[] {
  return [...(known.names.get(scopeKey(kind, scenario)) ?? [])];
}

function checkKnown(reference: NameReference, known: Known): Problem[] {
  const { kind, name, range, scenario } = reference;
  if (known.names.get(scopeKey(kind, scenario))?.has(name) === true) return [];
  // The steps of a scenario that is itself unknown are not missed on top.
  if (scenario !== undefined && known.names.get('scenario')?.has(scenario) !== true) return [];
  const hint = didYouMean(name, namesOf(known, kind, scenario), range);
  const message =
    scenario === undefined
      ? t`There is no ${kindWord(kind)} \`${name}\`${hint.text}`
      : t`\`${scenario}\` has no ${kindWord(kind)} \`${name}\`${hint.text}`;
  return [planProblem(unknownCodes[kind], message, range, hint.fixes)];
}

function checkColumn(reference: NameReference): Problem[] {
  if (reference.column !== undefined) return [];
  const message = t`\`${reference.name}\` is a data feed: name the column as well, as in \`${reference.name}.text\``;
  return [planProblem('no-column', message, reference.range)];
}

/** A variable: captured by an earlier step of the scenario, or by the same one where the response is there. */
function checkVariable(reference: NameReference, known: Known): Problem[] {
  const { name, range } = reference;
  const own = known.captures.get(scopeKey(name, reference.scenario)) ?? [];
  if (reference.scenario === undefined || own.length === 0) return [unknownVariable(reference, known)];
  const earlier = own.filter((item) => isKnownAt(item, reference));
  if (earlier.length > 0) return checkBranches(reference, earlier);
  const message = t`\`${name}\` is captured only by step ${(own[0]?.step ?? 0) + 1}, after it is used here`;
  return [planProblem('captured-later', message, range)];
}

function unknownVariable({ name, range, scenario, column }: NameReference, known: Known): Problem {
  const feeds = namesOf(known, 'data');
  const captures = scenario === undefined ? [] : namesOf(known, 'capture', scenario);
  if (column !== undefined && captures.length === 0) {
    const hint = didYouMean(name, feeds, range);
    return planProblem('unknown-data', t`There is no data feed \`${name}\`${hint.text}`, range, hint.fixes);
  }
  const hint = didYouMean(name, [...captures, ...feeds, ...builtInNames, ...outsideNames], range);
  const advice =
    hint.fixes.length > 0 ? hint.text : t('; `capture` keeps a value of a response under a name');
  return planProblem('unknown-variable', t`Nothing is known as \`${name}\` here${advice}`, range, hint.fixes);
}

function isKnownAt(capture: Definition, reference: NameReference): boolean {
  const at = capture.step ?? 0;
  const step = reference.step ?? 0;
  if (at < step || (at === step && isReadAfterResponse(reference))) return true;
  // What a turn captures is known to the condition of the next one.
  return reference.stepKey === 'repeat' && isBelow(capture.path, reference.path.slice(0, -1));
}

function isBelow(path: PlanPath, above: PlanPath): boolean {
  return above.every((key, index) => path[index] === key);
}

/** What decides whether steps are taken may ask for a value that is not there. */
function isCondition({ stepKey }: NameReference): boolean {
  return stepKey === 'if' || stepKey === 'repeat';
}

/** A value that is sent has to be there whatever was decided before: captured on every way, or on the own one. */
function checkBranches(reference: NameReference, captures: readonly Definition[]): Problem[] {
  const here = reference.branches ?? [];
  const ways = captures.map((item) => (item.branches ?? []).filter((branch) => !here.includes(branch)));
  if (isCondition(reference) || isOnEveryWay(ways)) return [];
  const message = t`\`${reference.name}\` is captured only where a condition holds, and may be missing here`;
  return [planProblem('captured-sometimes', message, reference.range)];
}

/** Both branches of an `if` together are as good as none. */
function isOnEveryWay(ways: readonly (readonly string[])[]): boolean {
  if (ways.some((way) => way.length === 0)) return true;
  const outer = new Set(ways.flatMap((way) => way.slice(0, 1)).map((branch) => branch.replace(/\/\w+$/, '')));
  return [...outer].some((step) =>
    ['then', 'else'].every((branch) => {
      const inside = ways.filter(([first]) => first === `${step}/${branch}`).map((way) => way.slice(1));
      return inside.length > 0 && isOnEveryWay(inside);
    }),
  );
}

/** `success` and `expect` are read when the captures of their own step are made; a capture cannot use its neighbours. */
function isReadAfterResponse({ stepKey }: NameReference): boolean {
  return stepKey === 'success' || stepKey === 'expect' || stepKey === 'until';
}

/** Captured values whose name means something else already. */
export const checkCaptureNames: Check = ({ names }) => {
  const feeds = new Set(names.definitions.filter((item) => item.kind === 'data').map((item) => item.name));
  return names.definitions.flatMap((item) => {
    if (item.kind !== 'capture' && item.kind !== 'data') return [];
    const isTaken =
      reservedWords.has(item.name) || builtInNames.has(item.name) || outsideNames.has(item.name);
    if (isTaken) {
      const message = t`\`${item.name}\` has a meaning of its own in expressions; choose another name`;
      return [planProblem('reserved-name', message, item.range)];
    }
    if (item.kind === 'capture' && feeds.has(item.name)) {
      const message = t`\`${item.name}\` is already the name of a data feed`;
      return [planProblem('reserved-name', message, item.range)];
    }
    return [];
  });
};

/** Two steps of a scenario that would be reported as one. */
export const checkStepNames: Check = ({ names }) => {
  const seen = new Map<string, Definition>();
  return names.definitions.flatMap((item) => {
    if (item.kind !== 'step') return [];
    const key = `${item.scenario ?? ''} ${item.name}`;
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, item);
      return [];
    }
    const advice = item.isDefault === true ? t('; give one of them a `name`') : '';
    const message = t`Step ${(earlier.step ?? 0) + 1} of \`${item.scenario ?? ''}\` is already reported as \`${item.name}\`${advice}`;
    return [planProblem('duplicate-step-name', message, item.range)];
  });
};

/** What a plan defines and nothing uses. Only what cannot be used from outside of the plan is reported. */
export const checkUnused: Check = ({ text, names, root }) => {
  // A goal about a scenario does not make it run.
  const uses = names.references.filter((item) => item.path[0] !== 'goals');
  const used = new Set(uses.map((item) => `${item.kind} ${item.scenario ?? ''} ${item.name}`));
  // A plan with one target uses it without saying so.
  const targets = names.definitions.filter((item) => item.kind === 'target');
  const isImplied = targets.length === 1 && names.definitions.some((item) => item.kind === 'scenario');
  return names.definitions.flatMap((item) => {
    // Goals ask for steps, and need not.
    if (item.kind === 'step') return [];
    const key = `${item.kind} ${item.kind === 'capture' ? (item.scenario ?? '') : ''} ${item.name}`;
    if (used.has(key)) return [];
    switch (item.kind) {
      case 'target':
        if (isImplied || isObserved(root, item.path)) return [];
        return [planProblem('unused-target', t`No step uses the target \`${item.name}\``, item.range)];
      case 'scenario':
        return [planProblem('unused-scenario', t`No phase runs the scenario \`${item.name}\``, item.range)];
      case 'data':
        return [
          planProblem('unused-data', t`No step uses the data feed \`${item.name}\``, item.range),
          ...literalPlaceholders(text, nodeAt(root, ['scenarios']), item.name),
        ];
      case 'capture':
        return [
          planProblem('unused-capture', t`Nothing uses the captured \`${item.name}\``, item.range),
          ...literalPlaceholders(text, nodeAt(root, item.path.slice(0, 2)), item.name),
        ];
      default:
        return [];
    }
  });
};

/** Where a name that nothing uses stands as other tools write a placeholder. */
function literalPlaceholders(text: string, within: PlanNode | undefined, name: string): Problem[] {
  if (within === undefined) return [];
  const { start, end } = within.range;
  const value = String.raw`(?<value>${name.replaceAll(/\W/g, String.raw`\$&`)}(?:\.\w+)?)`;
  const marks = [
    ['\\{\\{ *', ' *\\}\\}'],
    ['(?<![${])\\{', '\\}'],
    ['\\$', '\\b'],
    ['(?<=/):', '\\b'],
    ['<', '>'],
  ];
  const forms = marks.map(([opening, closing]) => `${opening}${value}${closing}`);
  const source = text.slice(start, end);
  const found = forms.flatMap((form) => [...source.matchAll(new RegExp(form, 'g'))]);
  return found.flatMap(({ 0: literal, index, groups }) => {
    const range = { start: start + index, end: start + index + literal.length };
    const line = text.slice(startOfLine(text, range.start), range.start);
    if (/(?:^|\s)#/.test(line)) return [];
    const newText = `\${${groups?.['value'] ?? name}}`;
    const message = t`\`${literal}\` is sent as it stands here; a value is filled in where \`${newText}\` is written`;
    return [
      planProblem('literal-placeholder', message, range, [
        { title: t`Write ${newText}`, edits: [{ range, newText }] },
      ]),
    ];
  });
}

/** A target that no step uses may be there for its resources alone. */
function isObserved(root: PlanNode, path: PlanPath): boolean {
  return ['process', 'metrics', 'prometheus'].some((key) => nodeAt(root, [...path, key]) !== undefined);
}
