/** The program `benchwright`: see docs/cli.md. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { closest } from '../core/plan/similar';
import { commands, isCommand, readArguments, type CommandName, type GivenArguments } from './arguments';
import { baseline } from './commands/baseline';
import { compare } from './commands/compare';
import { debug } from './commands/debug';
import { eject } from './commands/eject';
import { expand } from './commands/expand';
import { exportPhase } from './commands/export';
import { grafana } from './commands/grafana';
import { report } from './commands/report';
import { run } from './commands/run';
import { runs } from './commands/runs';
import { stop } from './commands/stop';
import { validate } from './commands/validate';
import { exitCodes } from './exit-codes';
import { helpFor, overview, usageOf } from './help';
import { ignoreWriteErrors, openTerminal, type Terminal } from './terminal';

declare const __BENCHWRIGHT_VERSION__: string;

async function main(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === 'help') return help(rest);
  if (name === '--help' || name === '-h') return print(overview());
  if (name === '--version' || name === '-v') {
    return print(`benchwright ${__BENCHWRIGHT_VERSION__}, node ${process.versions.node}`);
  }
  if (!isCommand(name)) return unknownCommand(name);
  if (rest.includes('--help') || rest.includes('-h')) return print(helpFor(name));
  const reading = readArguments(name, rest);
  if (!reading.ok)
    return misuse(`${reading.message}\n\n${usageOf(name)}\nbenchwright ${name} --help tells more.`);
  const { given } = reading;
  const terminal = openTerminal({
    output: process.stdout,
    error: process.stderr,
    isJson: given.flag('json'),
    isQuiet: writing.has(name),
    environment: process.env,
  });
  return execute(name, terminal, given);
}

function execute(name: CommandName, terminal: Terminal, given: GivenArguments): Promise<number> {
  const supervisor = path.join(programFolder(), 'supervisor.cjs');
  const table: Readonly<Record<CommandName, () => Promise<number>>> = {
    validate: () => validate(terminal, given),
    run: () => run(terminal, given, supervisor),
    debug: () => debug(terminal, given, supervisor),
    expand: () => expand(terminal, given, writeOut),
    eject: () => eject(terminal, given, writeOut),
    export: () => exportPhase(terminal, given),
    report: () => report(terminal, given, writeOut),
    runs: () => runs(terminal, given),
    compare: () => compare(terminal, given, supervisor),
    baseline: () => baseline(terminal, given),
    grafana: () => grafana(terminal, given),
    stop: () => stop(terminal, given),
    lsp: () => serveLanguage(),
  };
  return table[name]();
}

/** Commands whose standard output is for what they write. */
const writing: ReadonlySet<CommandName> = new Set(['eject', 'expand', 'report']);

/** The server is a program of its own beside this one, and takes over standard input and output. It ends the process. */
async function serveLanguage(): Promise<number> {
  await import(pathToFileURL(path.join(programFolder(), 'server.cjs')).href);
  return exitCodes.pass;
}

/** Where the bundles are; the program may have been started by a link. */
function programFolder(): string {
  return path.dirname(realpathSync(process.argv[1] ?? '.'));
}

function help([name]: readonly string[]): number {
  if (name === undefined) return print(overview());
  return isCommand(name) ? print(helpFor(name)) : unknownCommand(name);
}

function unknownCommand(name: string): number {
  const names = Object.keys(commands);
  const near = closest(name, names);
  const hint = near === undefined ? `: try ${names.join(', ')}` : `; did you mean ${near}?`;
  return misuse(`there is no command ${name}${hint}`);
}

/** For output that is the whole purpose of a command; whoever stopped reading it has what they wanted. */
function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error == null || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return exitCodes.pass;
}

function misuse(message: string): number {
  process.stderr.write(`benchwright: ${message}\n`);
  return exitCodes.usage;
}

ignoreWriteErrors(process.stdout, process.stderr);

/** Left to itself, Node would end with 1, which means that a goal is broken. */
function endForBug(error: unknown): never {
  tellBug(error);
  process.exit(exitCodes['tool-error']);
}

function tellBug(error: unknown): void {
  process.stderr.write(
    `benchwright: an unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
}

process.on('uncaughtException', endForBug);
process.on('unhandledRejection', endForBug);

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    tellBug(error);
    process.exitCode = exitCodes['tool-error'];
  },
);
