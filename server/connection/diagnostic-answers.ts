import {
  DocumentDiagnosticReportKind,
  type Diagnostic,
  type DocumentDiagnosticReport,
} from 'vscode-languageserver';

/** Keeps what each document was last answered with, so that an answer that is the same need not be sent again. */
export class DiagnosticAnswers {
  readonly #last = new Map<string, { readonly resultId: string; readonly told: string }>();
  #count = 0;

  report(uri: string, items: Diagnostic[], previousResultId: string | undefined): DocumentDiagnosticReport {
    const told = JSON.stringify(items);
    const last = this.#last.get(uri);
    if (last?.told === told && last.resultId === previousResultId) {
      return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.resultId };
    }
    this.#count += 1;
    const resultId = String(this.#count);
    this.#last.set(uri, { resultId, told });
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  }

  forget(uri: string): void {
    this.#last.delete(uri);
  }
}
