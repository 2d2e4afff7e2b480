/** The language server in a worker of a browser: speaks the protocol by messages, and has no disk. */
import { config } from '@vscode/l10n';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from 'vscode-languageserver/browser';
import * as z from 'zod/mini';
import { changedFilesMethod, readFileMethod } from '../../protocol/language';
import { start } from '../connection/start';
import { ToldFiles } from './told-files';

/** What the worker and its window send each other. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const told = z.object({ messages: z.optional(z.record(z.string(), z.string())) });

/** By their English texts. */
let messages: Record<string, string> | undefined;

const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(self),
  new BrowserMessageWriter(self),
);
const files = new ToldFiles((uri) => connection.sendRequest(readFileMethod, { uri }));
connection.onNotification(changedFilesMethod, (params: unknown) => {
  const fault = files.take(params);
  if (fault !== undefined) connection.console.warn(`${changedFilesMethod} was not understood: ${fault}`);
});
start(connection, {
  files,
  begin: (options) => {
    files.begin(options);
    ({ messages } = told.safeParse(options).data ?? {});
  },
  // The client has chosen: the messages are those of the language of the editor.
  speak: () => {
    if (messages !== undefined) config({ contents: messages });
  },
  onChange: (changed) => {
    files.onChange(changed);
  },
  outsideNames: () => ({ env: [], secret: [] }),
  pageOf: () => undefined,
});
connection.listen();
