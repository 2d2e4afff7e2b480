/** Commands, of which none fails without a word. */
import * as vscode from 'vscode';
import type { CommandId } from '../contributions';
import type { DisposableStore } from '../disposables';
import { reportFailure, type Logs } from '../logs';

type Handlers = Readonly<Record<CommandId, (...args: unknown[]) => unknown>>;

export function registerCommands(store: DisposableStore, handlers: Handlers, logs: Logs): void {
  for (const [id, handler] of Object.entries(handlers)) {
    const fenced = async (...args: unknown[]): Promise<void> => {
      try {
        await handler(...args);
      } catch (cause) {
        await reportFailure(logs.extension, `The command ${id}`, cause);
      }
    };
    store.add(vscode.commands.registerCommand(id, fenced));
  }
}
