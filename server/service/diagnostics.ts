import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver-types';
import type { Problem, Severity } from '../../core/problems';
import { toRange, type PlanDocument } from './plan-document';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Every problem of the plan, in the order of the text. */
export function diagnose(plan: PlanDocument): Diagnostic[] {
  return plan.analysis.problems.map((problem) => toDiagnostic(plan, problem));
}

function toDiagnostic(plan: PlanDocument, problem: Problem): Diagnostic {
  return {
    range: toRange(plan, problem.range),
    severity: severities[problem.severity],
    code: problem.code,
    source: 'benchwright',
    message: problem.message,
  };
}
