/** The language server as a program: speaks the protocol over stdio. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { start } from '../connection/start';
import { disk } from './disk';
import { speak } from './language';
import { outsideNames } from './outside-names';
import { problemPages } from './problem-pages';

const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
start(connection, {
  files: disk,
  outsideNames,
  pageOf: problemPages,
  speak: (locale) => {
    chooseEngine();
    speak(locale);
  },
});
connection.listen();

/** How V8 runs what is loaded from here on: what answers the first message runs once, and is only slowed down by it. */
function chooseEngine(): void {
  // Loading this module takes some milliseconds, too.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  // The heap may grow by a third of what is in use before it is cleared up, not by several times as much: a server stands
  // beside other programs all day, and works for some milliseconds of it. Measured in docs/evidence.md.
  setFlagsFromString('--heap-growing-percent=30');
  // Code is made from the first call of a function on, and not once it has been interpreted for a while: most of what a
  // plan that is opened needs runs for the first time.
  setFlagsFromString('--always-sparkplug');
}
