import type { Connection } from 'vscode-languageserver';

/**
 * Keeps a failing feature from taking the server with it: the request is answered with `fallback`, and the bug is
 * logged once with the name of the feature.
 */
export function fenced<Params, Result>(
  connection: Pick<Connection, 'console'>,
  feature: string,
  fallback: Result,
  handle: (params: Params) => Result,
): (params: Params) => Result {
  return (params) => {
    try {
      return handle(params);
    } catch (error) {
      connection.console.error(
        `${feature}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      return fallback;
    }
  };
}
