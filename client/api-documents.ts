/**
 * Fetches the OpenAPI documents that plans name, for the language server, which opens no connection. Only where the
 * workspace is trusted, and only from this machine or from hosts to which a person has allowed load.
 */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { formatEndpoint, isLoopback, readTarget } from '../core/run/target';
import type { ApiDocuments } from '../protocol/language';
import { fetchDocument, type Fetched } from './fetch-document';

/** A document is asked for again no sooner than this, however often plans are saved. */
const freshMs = 10_000;

const keptSchema = z.object({
  address: z.string(),
  text: z.string(),
  etag: z.optional(z.string()),
  fetchedAtMs: z.number(),
});

type Kept = z.output<typeof keptSchema>;

export interface DocumentsContext {
  /** Where documents are kept from one window to the next. */
  readonly storage: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** Whether load may go to `host:port`. */
  readonly isApproved: (endpoint: string) => boolean;
  readonly tell: (documents: ApiDocuments) => Promise<void>;
}

export class ApiDocumentCache {
  readonly #context: DocumentsContext;
  readonly #asked = new Map<string, number>();

  constructor(context: DocumentsContext) {
    this.#context = context;
  }

  /** Tells what is kept at once, and what is new when it has come. Never throws. */
  async want(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#want(address)));
  }

  async #want(address: string): Promise<void> {
    if (!vscode.workspace.isTrusted || !this.#mayAsk(address)) return;
    try {
      // A server that has started anew knows nothing of what the one before it was told.
      const kept = await this.#kept(address);
      if (kept !== undefined) await this.#tell(kept);
      const askedMs = this.#asked.get(address);
      if (askedMs !== undefined && Date.now() - askedMs < freshMs) return;
      this.#asked.set(address, Date.now());
      const fetched = await fetchDocument(address, kept?.etag);
      if (fetched.kind === 'new') await this.#keep(address, fetched);
    } catch (cause) {
      // A service that is not up is no fault: what is kept is used, or nothing is known of it.
      this.#context.log.debug(`the OpenAPI document ${address} was not fetched: ${String(cause)}`);
    }
  }

  #mayAsk(address: string): boolean {
    const reading = readTarget(address);
    if (!reading.ok) return false;
    return isLoopback(reading.endpoint.host) || this.#context.isApproved(formatEndpoint(reading.endpoint));
  }

  async #keep(address: string, { text, etag }: Extract<Fetched, { kind: 'new' }>): Promise<void> {
    const kept: Kept = { address, text, fetchedAtMs: Date.now(), ...(etag !== undefined && { etag }) };
    const { storage } = this.#context;
    await vscode.workspace.fs.createDirectory(storage);
    const bytes = (value: string) => new TextEncoder().encode(value);
    await vscode.workspace.fs.writeFile(this.#textFile(address), bytes(text));
    await vscode.workspace.fs.writeFile(this.#file(address, 'kept.json'), bytes(JSON.stringify(kept)));
    await this.#tell(kept);
  }

  async #kept(address: string): Promise<Kept | undefined> {
    try {
      const bytes = await vscode.workspace.fs.readFile(this.#file(address, 'kept.json'));
      const { data } = keptSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
      return data?.address === address ? data : undefined;
    } catch {
      // Nothing is kept, or nothing that can be read: it is fetched anew.
      return undefined;
    }
  }

  async #tell({ address, text }: Kept): Promise<void> {
    const uri = this.#textFile(address).toString();
    await this.#context.tell({ documents: [{ address, text, uri }] });
  }

  /** What definitions lead to. */
  #textFile(address: string): vscode.Uri {
    return this.#file(address, 'openapi.json');
  }

  #file(address: string, ending: string): vscode.Uri {
    const name = createHash('sha256').update(address).digest('hex').slice(0, 32);
    return vscode.Uri.joinPath(this.#context.storage, `${name}.${ending}`);
  }
}
