/** The one way from the text of a plan to its meaning. */
import { t } from '@vscode/l10n';
import type { Problem, TextRange } from '../problems';
import { readApis, type ReadApi, type TargetApi } from './api-source';
import { checkApi } from './check-api';
import { checkAnswers } from './check-answers';
import type { Check, CheckContext, ReadColumns } from './check-context';
import { checkForeignHosts, checkUsers } from './check-arithmetic';
import { checkColumns, columnsOf } from './check-columns';
import { checkGoals } from './check-goals';
import { checkCaptureNames, checkNames, checkStepNames, checkUnused } from './check-names';
import { checkEngines } from './check-engines';
import { checkObserve } from './check-observe';
import { checkOrder, checkPhases } from './check-phases';
import { checkRepeats, checkScenarios } from './check-scenarios';
import { checkScraping } from './check-scraping';
import { checkClientSecrets, checkTargetAddresses, checkTls } from './check-targets';
import { joinPlan, type Readings } from './include';
import { limits } from './limits';
import { withoutDisabled } from './disable-lines';
import { withRemovals } from './removal-fixes';
import { indexNames, type NameIndex } from './names';
import { overlay } from './overlay';
import { isProven } from './proven';
import { planProblem } from './problem-catalogue';
import { phaseSchema, type Phase, type Plan, type Scenario } from './schema';
import { mapBelow } from './value-below';
import { closest } from './similar';
import type { PlanFile, ReadInclude } from './sources';
import { readTexts, type PlanText } from './texts';
import { childOf, entriesOf, keyRangeAt, type PlanNode, type PlanTree } from './tree';
import { validate, type Validation } from './validate';

export interface AnalyseOptions {
  /** The environment with which `plan` is made. All environments are checked, whichever is chosen. */
  readonly environment?: string | undefined;
  /** What the plan is called among its files. */
  readonly id?: string;
  /** Without it, nothing is included. */
  readonly readInclude?: ReadInclude;
  /** Without it, no OpenAPI document is known. */
  readonly readApi?: ReadApi;
  /** Without it, the columns of data files are not known. */
  readonly readColumns?: ReadColumns;
  /** The file of the plan that is looked at, if not the plan itself: places in it are counted from 0. */
  readonly focus?: string;
  /** Of an earlier version: what is the same in both is taken from it. */
  readonly before?: Pick<PlanAnalysis, 'readings'> | undefined;
}

export interface PlanAnalysis {
  /** The plan with the chosen environment; absent where any problem is an error. */
  readonly plan: Plan | undefined;
  /** In the order of the text. Ranges are offsets in it. */
  readonly problems: readonly Problem[];
  /** All files of the plan, that which is looked at first; ranges count through their texts. */
  readonly files: readonly PlanFile[];
  /** The file that is looked at, as it is written. */
  readonly tree: PlanTree;
  /** The plan with what it includes, without an environment laid over it. */
  readonly root: PlanNode | undefined;
  /** Of each file by itself, for the analysis of the next version. */
  readonly readings: Readings;
  readonly names: NameIndex;
  /** The parsed templates, expressions, goals and conditions of the plan as it is written. */
  readonly texts: readonly PlanText[];
  /** Those that are right in themselves, whatever is wrong elsewhere; without an environment. */
  readonly phases: Readonly<Record<string, Phase>>;
  readonly scenarios: Readonly<Record<string, Scenario>>;
  /** By the names of the targets that have an OpenAPI document. */
  readonly apis: ReadonlyMap<string, TargetApi>;
  /** Of each data file that the plan names, as far as they are known. */
  readonly columns: ReadonlyMap<string, readonly string[] | undefined>;
}

const checks: readonly Check[] = [
  checkNames,
  checkCaptureNames,
  checkStepNames,
  checkPhases,
  checkOrder,
  checkUsers,
  checkForeignHosts,
  checkScenarios,
  checkEngines,
  checkTargetAddresses,
  checkTls,
  checkObserve,
  checkScraping,
  checkClientSecrets,
  checkRepeats,
  checkGoals,
  checkColumns,
  checkApi,
  checkAnswers,
];

/** Understands a text as a plan. Never throws; its cost is bounded by `limits`. */
export function analysePlan(source: string, options: AnalyseOptions = {}): PlanAnalysis {
  const { readInclude, focus, before } = options;
  const joined = joinPlan(source, options.id ?? '', { readInclude, focus, before: before?.readings });
  const { text, files, tree, root, readings, broken, problems: syntax } = joined;
  if (root === undefined) {
    const problems = syntax.length > 0 ? syntax : [emptyPlan(text)];
    return {
      plan: undefined,
      problems: tidy(problems, text),
      files,
      tree,
      root,
      readings,
      names: indexNames(text, undefined, []),
      texts: [],
      phases: {},
      scenarios: {},
      apis: new Map(),
      columns: new Map(),
    };
  }
  const base = analyseRoot(text, root, options);
  const found: Problem[] = [...syntax, ...base.problems, ...checkUnused(base.context)];
  const told = new Set(found.map(placeAndCode));
  let chosen = base.validation.plan;
  const environments = entriesOf(childOf(root, 'environments'));
  const surplus = environments[limits.environments];
  if (surplus !== undefined) {
    const message = t`The file has more than ${limits.environments} environments`;
    found.push(planProblem('too-many-environments', message, surplus.keyRange));
  }
  for (const { key, value } of environments.slice(0, limits.environments)) {
    const laid = overlay(root, value);
    const variant = analyseRoot(text, laid.root, options);
    found.push(...laid.problems, ...variant.problems.filter((problem) => !told.has(placeAndCode(problem))));
    if (key === options.environment) chosen = variant.validation.plan;
  }
  if (options.environment !== undefined) found.push(...missingEnvironment(options.environment, root));
  const enabled = withoutDisabled(text, found);
  const proven = enabled.filter((problem) => isProven(problem, broken) || syntax.includes(problem));
  const problems = tidy(withRemovals(text, root, proven), text);
  const isRight = !problems.some((problem) => problem.severity === 'error');
  return {
    plan: isRight ? chosen : undefined,
    problems,
    files,
    tree,
    root,
    readings,
    names: base.context.names,
    texts: base.context.texts,
    phases: base.context.phases,
    scenarios: base.context.scenarios,
    apis: base.context.apis,
    columns: columnsOf(root, base.context.readColumns),
  };
}

/** What the plan shows as it is written is not told again in the words of an environment that changes its neighbours. */
function placeAndCode({ range, code }: Problem): string {
  return `${range.start} ${range.end} ${code}`;
}

interface RootAnalysis {
  readonly validation: Validation;
  readonly context: CheckContext;
  readonly problems: readonly Problem[];
}

/** One variant of the plan: as it is written, or with an environment laid over it. */
function analyseRoot(text: string, root: PlanNode, options: AnalyseOptions): RootAnalysis {
  const validation = validate(root);
  const texts = readTexts(text, root);
  const context: CheckContext = {
    text,
    root,
    texts,
    names: indexNames(text, root, texts),
    phases: validation.plan?.phases ?? validPhases(validation.value),
    scenarios: validation.scenarios,
    apis: readApis(root, options.readApi),
    readColumns: options.readColumns ?? (() => undefined),
  };
  const problems = [
    ...validation.problems,
    ...texts.flatMap((item) => item.problems),
    ...checks.flatMap((check) => check(context)),
  ];
  return { validation, context, problems };
}

/** What is right in the phases of a plan that is not right as a whole. */
function validPhases(value: unknown): Readonly<Record<string, Phase>> {
  const found = Object.create(null) as Record<string, Phase>;
  for (const [name, item] of Object.entries(mapBelow(value, 'phases') ?? {})) {
    const result = phaseSchema.safeParse(item);
    if (result.success) found[name] = result.data;
  }
  return found;
}

function emptyPlan(text: string): Problem {
  const message = t('The file has no plan in it; a plan starts with `version: 1`');
  return planProblem('empty-plan', message, { start: 0, end: text.length });
}

function missingEnvironment(name: string, root: PlanNode): Problem[] {
  const known = entriesOf(childOf(root, 'environments')).map((entry) => entry.key);
  if (known.includes(name)) return [];
  const near = closest(name, known);
  const advice =
    near !== undefined
      ? t`; did you mean \`${near}\`?`
      : known.length === 0
        ? t('; it defines none')
        : t`; there is ${known.map((item) => `\`${item}\``).join(', ')}`;
  const message = t`The plan has no environment \`${name}\`${advice}`;
  return [planProblem('unknown-environment', message, keyRangeAt(root, ['environments']))];
}

/** Each problem once, however many environments or aliases show it; in the order of the text, within the limit. */
function tidy(problems: readonly Problem[], text: string): readonly Problem[] {
  const unique = new Map<string, Problem>();
  for (const problem of problems) {
    const range = within(problem.range, text.length);
    const key = `${range.start} ${range.end} ${problem.code} ${problem.message}`;
    if (!unique.has(key)) unique.set(key, { ...problem, range });
  }
  const sorted = [...unique.values()].sort(
    (left, right) => left.range.start - right.range.start || left.range.end - right.range.end,
  );
  if (sorted.length <= limits.problems) return sorted;
  // Errors are kept before all else: they decide whether the plan may run.
  const errors = sorted.filter((problem) => problem.severity === 'error');
  const kept = (errors.length > 0 ? errors : sorted).slice(0, limits.problems);
  const message = t`Only the first ${limits.problems} problems are shown`;
  return [...kept, planProblem('too-many-problems', message, { start: text.length, end: text.length })];
}

function within({ start, end }: TextRange, length: number): TextRange {
  const from = Math.min(Math.max(start, 0), length);
  return { start: from, end: Math.min(Math.max(end, from), length) };
}
