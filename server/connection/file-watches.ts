import { DidChangeWatchedFilesNotification, type Connection } from 'vscode-languageserver';
import type { PlanAnalysis } from '../../core/plan/analyse';

/** Asks the client to tell of changes to the files that plans name; without it they are seen at the next edit. */
export class FileWatches {
  readonly #connection: Connection;
  readonly #names = new Set<string>();
  readonly #isAble: boolean;

  constructor(connection: Connection, isAble: boolean) {
    this.#connection = connection;
    this.#isAble = isAble;
  }

  /** OpenAPI documents and data files; the client watches the plans themselves. */
  watch({ apis, columns }: PlanAnalysis): void {
    if (!this.#isAble) return;
    const documents = [...apis.values()].flatMap(({ source }) =>
      source.kind === 'file' ? [source.path] : [],
    );
    const names = [...documents, ...columns.keys()].map((file) => file.split('/').at(-1) ?? '');
    const added = names.filter((name) => /^[\w. -]+$/.test(name) && !this.#names.has(name));
    if (added.length === 0) return;
    for (const name of added) this.#names.add(name);
    const watchers = added.map((name) => ({ globPattern: `**/${name}` }));
    this.#connection.client
      .register(DidChangeWatchedFilesNotification.type, { watchers })
      .catch((cause: unknown) => {
        this.#connection.console.warn(`the files of a plan are not watched: ${String(cause)}`);
      });
  }
}
