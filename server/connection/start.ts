import type { Connection } from 'vscode-languageserver';
import { describeServer, traitsOf } from './capabilities';
import type { Session } from './serve';
import type { Host } from './workspace-files';

const writtenMs = 5;

/**
 * Answers the first message before the features are loaded, which happens while the client reads the answer. They are
 * in the same bundle: loading them ends before the next message is looked at, so that none finds them missing.
 */
export function start(connection: Connection, host: Host): void {
  let begin: Promise<() => void> | undefined;
  connection.onInitialize(({ capabilities, initializationOptions, locale, ...client }) => {
    const options: unknown = initializationOptions;
    const traits = traitsOf(capabilities, options);
    host.begin?.(options);
    const session = { traits, options, folders: foldersOf(client) };
    const loadOnce = (): Promise<() => void> => {
      begin ??= load(connection, session, host, () => {
        host.speak(locale);
      });
      return begin;
    };
    // The connection writes the answer some turns later.
    setTimeout(() => void loadOnce(), writtenMs);
    connection.onInitialized(() => {
      void loadOnce().then((watch) => {
        watch();
      });
    });
    return describeServer(traits);
  });
}

/** The language is chosen first: what is read in it is kept. */
async function load(
  connection: Connection,
  session: Session,
  host: Host,
  speak: () => void,
): Promise<() => void> {
  try {
    speak();
  } catch (cause) {
    connection.console.warn(`there is no translation, the server speaks English: ${String(cause)}`);
  }
  const { serve } = await import('./serve');
  return serve(connection, session, host);
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
