/** When the language server can be asked, wherever it runs. */
import type { LanguageClient } from 'vscode-languageclient/node';
import type { PlanQuestion } from '../protocol/language';

type StartingClient = Pick<LanguageClient, 'needsStop' | 'start' | 'isRunning'>;

/**
 * Whether the server is there to be asked, and has been told of the documents that are open. A client says that it runs
 * before it tells of them: what is asked then comes before them, and is answered as for a document that nobody has opened.
 */
export function isReady(client: StartingClient): Promise<boolean> {
  if (!client.needsStop()) return Promise.resolve(false);
  return client.start().then(
    () => client.isRunning(),
    // Whoever has started it tells why it failed.
    () => false,
  );
}

/** A request of our own. Answered with `undefined` where the server is not there to be asked. */
export async function askWhenReady<R>(
  client: StartingClient & Pick<LanguageClient, 'sendRequest'>,
  method: string,
  question: PlanQuestion,
): Promise<R | undefined> {
  if (!(await isReady(client))) return undefined;
  return (await client.sendRequest<R | null>(method, question)) ?? undefined;
}
