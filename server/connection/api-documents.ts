/** OpenAPI documents: files are read here, what is behind an address is told by the client. Nothing is fetched. */
import { t } from '@vscode/l10n';
import { readApi } from '../../core/openapi/document';
import { apiLimits } from '../../core/openapi/read-text';
import type { ApiReading, ApiSource } from '../../core/plan/api-source';
import { apiDocumentsSchema } from '../../protocol/language';
import { KeptReadings } from './kept-readings';
import type { WorkspaceFiles } from './workspace-files';

/** UTF-8 has at most three bytes for a UTF-16 code unit. */
const mostBytes = apiLimits.json * 3;

export class ApiDocuments {
  readonly #files: KeptReadings<ApiReading | undefined>;
  readonly #told = new Map<string, { readonly text: string; readonly reading: ApiReading }>();
  readonly #wanted = new Set<string>();
  readonly #want: (addresses: readonly string[]) => void;

  /** @param want is called with the addresses that plans name and that were not asked for yet. */
  constructor(files: WorkspaceFiles, want: (addresses: readonly string[]) => void) {
    this.#files = new KeptReadings(files, (uri) => readFile(files, uri));
    this.#want = want;
  }

  /** @param place finds a file by its path in the plan: a URI, or `undefined` where it lies outside of the workspace. */
  read(source: ApiSource, place: (path: string) => string | undefined): ApiReading | undefined {
    if (source.kind === 'file') {
      const uri = place(source.path);
      return uri === undefined ? outside() : this.#files.of(uri);
    }
    if (!this.#wanted.has(source.url)) {
      this.#wanted.add(source.url);
      this.#want([source.url]);
    }
    return this.#told.get(source.url)?.reading;
  }

  /** Every address that a plan has named, to be asked for again. */
  get wanted(): readonly string[] {
    return [...this.#wanted];
  }

  /** @param params from the wire. @returns what is wrong with it, and whether anything is known now that was not. */
  take(params: unknown): { readonly fault?: string; readonly isNew: boolean } {
    const { success, data, error } = apiDocumentsSchema.safeParse(params);
    if (!success) return { fault: error.message, isNew: false };
    let isNew = false;
    for (const { address, text, uri } of data.documents) {
      if (this.#told.get(address)?.text === text) continue;
      isNew = true;
      this.#told.set(address, { text, reading: readingOf(text, uri) });
    }
    return { isNew };
  }
}

const outside = (): ApiReading => ({ ok: false, reason: t('lies outside of the workspace') });

function readFile(files: WorkspaceFiles, uri: string): ApiReading | undefined {
  const reading = files.start(uri, (size) => (size <= mostBytes ? size : undefined));
  return reading?.ok === true ? readingOf(reading.text, uri) : reading;
}

function readingOf(text: string, id: string | undefined): ApiReading {
  const reading = readApi(text);
  return reading.ok ? { ...reading, id, text } : reading;
}
