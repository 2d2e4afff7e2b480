/** When the language server can be asked, wherever it runs. */
import type { LanguageClient } from 'vscode-languageclient/node';

/**
 * Whether the server is there to be asked, and has been told of the documents that are open. A client says that it runs
 * before it tells of them: what is asked then comes before them, and is answered as for a document that nobody has opened.
 */
export function isReady(client: Pick<LanguageClient, 'needsStop' | 'start' | 'isRunning'>): Promise<boolean> {
  if (!client.needsStop()) return Promise.resolve(false);
  return client.start().then(
    () => client.isRunning(),
    // Whoever has started it tells why it failed.
    () => false,
  );
}
