import type { TextDocument } from 'vscode-languageserver-textdocument';
import { openPlan, type PlanDocument } from '../service/plan-document';

/** One analysis per version of a document, shared by every request. */
export class DocumentStore {
  readonly #plans = new Map<string, PlanDocument>();

  plan(document: TextDocument): PlanDocument {
    const known = this.#plans.get(document.uri);
    if (known?.version === document.version) return known;
    const plan = openPlan(document);
    this.#plans.set(document.uri, plan);
    return plan;
  }

  forget(uri: string): void {
    this.#plans.delete(uri);
  }
}
