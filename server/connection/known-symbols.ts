import { TextDocument } from 'vscode-languageserver-textdocument';
import type { WorkspaceSymbol } from 'vscode-languageserver-types';
import { openPlan } from '../service/plan-document';
import { symbolsOf } from '../service/workspace-symbols';
import type { DocumentStore } from './document-store';
import { plainUri } from './plain-uri';
import type { PlanFiles } from './plan-files';

/** A plan takes some milliseconds to analyse: more files than these would make the first search wait. */
const maxAnalysed = 500;

/** Symbols of the workspace. Those of files that are not open are kept as long as their text is the same; the analyses are let go of. */
export class KnownSymbols {
  readonly #known = new Map<
    string,
    { readonly text: string; readonly symbols: readonly WorkspaceSymbol[] }
  >();
  readonly #files: PlanFiles;
  readonly #store: DocumentStore;

  constructor(files: PlanFiles, store: DocumentStore) {
    this.#files = files;
    this.#store = store;
  }

  /** Those of the open files first. */
  all(open: readonly TextDocument[]): readonly WorkspaceSymbol[] {
    const isOpen = new Set(open.map(({ uri }) => plainUri(uri)));
    const closed = this.#files.uris().filter((uri) => !isOpen.has(plainUri(uri)));
    return [
      ...open.flatMap((document) => symbolsOf(this.#store.plan(document))),
      ...closed.slice(0, maxAnalysed).flatMap((uri) => this.#symbols(uri)),
    ];
  }

  #symbols(uri: string): readonly WorkspaceSymbol[] {
    const text = this.#files.text(uri);
    const known = this.#known.get(uri);
    if (text === undefined) this.#known.delete(uri);
    if (text === undefined || known?.text === text) return text === undefined ? [] : (known?.symbols ?? []);
    // Names are defined in the file itself: what it includes has symbols of its own.
    const symbols = symbolsOf(openPlan(TextDocument.create(uri, 'benchwright-plan', 0, text)));
    this.#known.set(uri, { text, symbols });
    return symbols;
  }
}
