import * as vscode from 'vscode';
import type { PlanQuestion } from '../protocol/language';
import type { LanguageService } from './language-client';
import { reportFailure, type Logs } from './logs';
import type { Approvals } from './runs/approvals';

/** Starts the language client without making the activation wait for its code, which is half of the program. */
export function startLanguageService(
  context: vscode.ExtensionContext,
  logs: Logs,
  approvals: Approvals,
): LanguageService {
  const startedEmitter = new vscode.EventEmitter<void>();
  const starting = import('./language-client').then(({ startLanguageClient }) => {
    const client = startLanguageClient(context, logs, approvals);
    client.onDidStart(() => {
      startedEmitter.fire();
    });
    return client;
  });
  const withClient = <R>(use: (client: LanguageService) => Promise<R>): Promise<R | undefined> =>
    starting.then(use).catch(async (cause: unknown) => {
      await reportFailure(logs.server, 'The language server', cause);
      return undefined;
    });
  return {
    restart: () => withClient((client) => client.restart()),
    tellResults: (results) => withClient((client) => client.tellResults(results)),
    ask: <R>(method: string, question: PlanQuestion) =>
      withClient((client) => client.ask<R>(method, question)),
    onDidStart: startedEmitter.event,
    tellMetrics: (metrics) => withClient((client) => client.tellMetrics(metrics)),
    dispose: () => {
      startedEmitter.dispose();
      void withClient((client) => {
        client.dispose();
        return Promise.resolve();
      });
    },
  };
}
