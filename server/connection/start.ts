import type { Connection } from 'vscode-languageserver';
import { describeServer, traitsOf } from './capabilities';
import type { Session } from './serve';

const writtenMs = 5;

/**
 * Answers the first message before the features are loaded, which happens while the client reads the answer. They are
 * in the same bundle: loading them ends before the next message is looked at, so that none finds them missing.
 */
export function start(connection: Connection): void {
  let begin: Promise<() => void> | undefined;
  connection.onInitialize(({ capabilities, initializationOptions, ...client }) => {
    const options: unknown = initializationOptions;
    const traits = traitsOf(capabilities, options);
    const session = { traits, options, folders: foldersOf(client) };
    // The connection writes the answer some turns later.
    setTimeout(() => {
      begin ??= load(connection, session);
    }, writtenMs);
    connection.onInitialized(() => {
      begin ??= load(connection, session);
      void begin.then((watch) => {
        watch();
      });
    });
    return describeServer(traits);
  });
}

async function load(connection: Connection, session: Session): Promise<() => void> {
  const { serve } = await import('./serve');
  return serve(connection, session);
}

/** Older clients tell one folder, or none. */
function foldersOf({ workspaceFolders, rootUri }: ClientFolders): readonly string[] {
  const folders = workspaceFolders?.map(({ uri }) => uri) ?? [];
  return folders.length > 0 || typeof rootUri !== 'string' ? folders : [rootUri];
}

interface ClientFolders {
  readonly workspaceFolders?: readonly { readonly uri: string }[] | null;
  readonly rootUri?: string | null;
}
