import { t } from '@vscode/l10n';
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver-types';
import { planProblem } from '../../core/plan/problem-catalogue';
import { entryOf } from '../../core/plan/tree';
import type { Problem, Severity } from '../../core/problems';
import { ownRange, toLocation, toRange, type PlanDocument } from './plan-document';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** What a person wants to be told, by the code of the problem. An error stays one: it keeps the plan from being run. */
export type SeverityChoices = Readonly<Record<string, Severity | 'off'>>;

/** The address at which a code is explained. */
export type PageOf = (code: string) => string | undefined;

/** Every problem of the document that is to be told, in the order of the text; of included files, that they have some. */
export function diagnose(plan: PlanDocument, choices: SeverityChoices = {}, pageOf?: PageOf): Diagnostic[] {
  const own = plan.analysis.problems.filter(({ range }) => ownRange(plan, range));
  return [...own, ...includedProblems(plan)].flatMap((problem) => {
    const chosen = problem.severity === 'error' ? 'error' : (choices[problem.code] ?? problem.severity);
    return chosen === 'off' ? [] : [toDiagnostic(plan, { ...problem, severity: chosen }, pageOf)];
  });
}

/** Places beyond these would not be read. */
const mostRelated = 10;

function includedProblems(plan: PlanDocument): Problem[] {
  const include = entryOf(plan.analysis.tree.root, 'include');
  if (include === undefined || plan.planUri !== plan.uri) return [];
  const elsewhere = plan.analysis.problems.filter(
    ({ range, severity }) => severity === 'error' && !ownRange(plan, range),
  );
  if (elsewhere.length === 0) return [];
  const related = elsewhere.slice(0, mostRelated).map(({ message, range }) => ({ message, range }));
  const message =
    elsewhere.length === 1
      ? t('Included files have 1 error')
      : t`Included files have ${elsewhere.length} errors`;
  return [{ ...planProblem('included-problem', message, include.keyRange), related }];
}

export function toDiagnostic(plan: PlanDocument, problem: Problem, pageOf?: PageOf): Diagnostic {
  const page = pageOf?.(problem.code);
  return {
    range: toRange(plan, problem.range),
    severity: severities[problem.severity],
    code: problem.code,
    ...(page !== undefined && { codeDescription: { href: page } }),
    source: 'benchwright',
    message: problem.message,
    ...(problem.code.startsWith('unused-') && { tags: [DiagnosticTag.Unnecessary] }),
    ...(problem.related && {
      relatedInformation: problem.related.map(({ message, range }) => ({
        message,
        location: toLocation(plan, range),
      })),
    }),
  };
}

/** Settings come from outside: what is no choice is left out. */
export function readSeverityChoices(value: unknown): SeverityChoices {
  if (value === null || typeof value !== 'object') return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([code, choice]: [string, unknown]) =>
      isChoice(choice) ? [[code, choice] as const] : [],
    ),
  );
}

function isChoice(choice: unknown): choice is Severity | 'off' {
  return choice === 'off' || (typeof choice === 'string' && Object.hasOwn(severities, choice));
}
