import { LSPErrorCodes, ResponseError, type CancellationToken, type Connection } from 'vscode-languageserver';

/**
 * Keeps a failing feature from taking the server with it: the request is answered with `fallback`, and the bug is
 * logged once with the name of the feature. What was cancelled while it waited for its turn is not worked out.
 */
export function fenced<Params, Result>(
  connection: Pick<Connection, 'console'>,
  feature: string,
  fallback: Result,
  handle: (params: Params) => Result,
): (params: Params, token?: CancellationToken) => Result {
  return (params, token) => {
    if (token?.isCancellationRequested === true)
      throw new ResponseError(LSPErrorCodes.RequestCancelled, `${feature} was cancelled`);
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
