import type { TextDocument } from 'vscode-languageserver-textdocument';
import { openPlan, type PlanDocument } from '../service/plan-document';
import type { PlanAnalysis } from '../../core/plan/analyse';
import type { ApiSource } from '../../core/plan/api-source';
import type { ApiDocuments } from './api-documents';
import type { DataColumns } from './data-columns';
import type { PlanFiles } from './plan-files';

/** One analysis per version of a document and of the files around it, shared by every request. */
export class DocumentStore {
  readonly #plans = new Map<string, readonly PlanDocument[]>();
  readonly #files: PlanFiles;
  readonly #apis: ApiDocuments;
  readonly #columns: DataColumns;
  readonly #onRead: (analysis: PlanAnalysis) => void;

  /** @param onRead is called with each analysis that was made anew. */
  constructor(
    files: PlanFiles,
    apis: ApiDocuments,
    columns: DataColumns,
    onRead: (analysis: PlanAnalysis) => void,
  ) {
    this.#files = files;
    this.#apis = apis;
    this.#columns = columns;
    this.#onRead = onRead;
  }

  plan(document: TextDocument): PlanDocument {
    return this.inPlans(document)[0];
  }

  /** The document in each plan that it is a part of. */
  inPlans(document: TextDocument): readonly [PlanDocument, ...PlanDocument[]] {
    const uris = this.#files.plansOf(document.uri);
    const before = this.#plans.get(document.uri) ?? [];
    const [first = this.#open(document, document.uri, before), ...more] = uris.map((uri) =>
      this.#open(document, uri, before),
    );
    const plans = [first, ...more] as const;
    this.#plans.set(document.uri, plans);
    return plans;
  }

  /** Whether what is known of a document depends on another file. */
  dependsOn(uri: string, other: string): boolean {
    return (this.#plans.get(uri) ?? []).some(({ analysis }) => analysis.files.some(({ id }) => id === other));
  }

  forget(uri: string): void {
    this.#plans.delete(uri);
  }

  #open(document: TextDocument, planUri: string, before: readonly PlanDocument[]): PlanDocument {
    const known = before.find((plan) => plan.planUri === planUri);
    if (known !== undefined && this.#isCurrent(known, document)) return known;
    const planText = planUri === document.uri ? document.getText() : (this.#files.text(planUri) ?? '');
    const context = {
      planUri,
      planText,
      readInclude: this.#files.readInclude,
      readApi: (source: ApiSource) => this.#readApi(planUri, source),
      readColumns: (file: string) => this.#columns.of(planUri, file),
    };
    const plan = openPlan(document, context, known?.analysis);
    this.#onRead(plan.analysis);
    return plan;
  }

  #readApi(planUri: string, source: ApiSource) {
    return this.#apis.read(source, (path) => this.#files.place(planUri, path));
  }

  #isCurrent({ version, analysis, uri, planUri }: PlanDocument, document: TextDocument): boolean {
    if (version !== document.version) return false;
    for (const { source, reading } of analysis.apis.values())
      if (this.#readApi(planUri, source) !== reading) return false;
    for (const [file, columns] of analysis.columns)
      if (this.#columns.of(planUri, file) !== columns) return false;
    if (analysis.problems.some(({ code }) => code === 'include-missing')) return false;
    return analysis.files.every(({ id, text }) => id === uri || this.#files.text(id) === text);
  }
}
