/** The language server as a program: speaks the protocol over stdio. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './serve';

const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
serve(connection);
connection.listen();
