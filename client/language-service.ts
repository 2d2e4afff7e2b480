import type { ExtensionContext } from 'vscode';
import type { LanguageService } from './language-client';
import { reportFailure, type Logs } from './logs';
import type { Approvals } from './runs/approvals';

/** Starts the language client without making the activation wait for its code, which is half of the program. */
export function startLanguageService(
  context: ExtensionContext,
  logs: Logs,
  approvals: Approvals,
): LanguageService {
  const starting = import('./language-client').then(({ startLanguageClient }) =>
    startLanguageClient(context, logs, approvals),
  );
  const withClient = (use: (client: LanguageService) => Promise<void>): Promise<void> =>
    starting.then(use).catch((cause: unknown) => reportFailure(logs.server, 'The language server', cause));
  return {
    restart: () => withClient((client) => client.restart()),
    tellResults: (results) => withClient((client) => client.tellResults(results)),
    dispose: () => {
      void withClient((client) => {
        client.dispose();
        return Promise.resolve();
      });
    },
  };
}
