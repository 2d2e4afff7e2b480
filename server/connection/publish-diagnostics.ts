import type { Connection } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnose, type PageOf, type SeverityChoices } from '../service/diagnostics';
import type { DocumentStore } from './document-store';

/** Below this cost an edit is answered at once; above it, edits that arrive together are answered together. */
const promptMs = 20;
const longestWaitMs = 50;

/** Sends diagnostics to clients that do not ask for them, waiting half as long as the last analysis took. */
export class DiagnosticsPublisher {
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  #lastCostMs = 0;
  readonly #connection: Connection;
  readonly #store: DocumentStore;

  readonly #severity: () => SeverityChoices;
  readonly #pageOf: PageOf | undefined;

  constructor(
    connection: Connection,
    store: DocumentStore,
    { severity, pageOf }: { readonly severity: () => SeverityChoices; readonly pageOf: PageOf | undefined },
  ) {
    this.#connection = connection;
    this.#store = store;
    this.#severity = severity;
    this.#pageOf = pageOf;
  }

  schedule(document: TextDocument): void {
    this.cancel(document.uri);
    const waitMs = this.#lastCostMs < promptMs ? 0 : Math.min(longestWaitMs, this.#lastCostMs / 2);
    this.#waiting.set(
      document.uri,
      setTimeout(() => {
        this.#publish(document);
      }, waitMs),
    );
  }

  cancel(uri: string): void {
    clearTimeout(this.#waiting.get(uri));
    this.#waiting.delete(uri);
  }

  #publish(document: TextDocument): void {
    this.#waiting.delete(document.uri);
    const started = Date.now();
    const plan = this.#store.plan(document);
    const diagnostics = diagnose(plan, this.#severity(), this.#pageOf);
    this.#lastCostMs = Date.now() - started;
    void this.#connection.sendDiagnostics({ uri: plan.uri, version: plan.version, diagnostics });
  }
}
