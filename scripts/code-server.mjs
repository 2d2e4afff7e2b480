import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { must } from './steps.mjs';

const version = '4.139.1';
const nodeMajor = '24';

/** Where downloaded tools are kept between clones. */
export function cacheFolder() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'benchwright');
}

const home = () => path.join(cacheFolder(), `code-server-${version}`);
const marker = () => path.join(home(), 'completed');

/** The command that starts code-server: `{ node, entry }`. It must have been installed. */
export function codeServerCommand() {
  return {
    node: path.join(home(), 'node_modules/node/bin/node'),
    entry: path.join(home(), 'node_modules/code-server/out/node/entry.js'),
  };
}

export async function isCodeServerInstalled() {
  return existsSync(marker()) && (await readFile(marker(), 'utf8')) === version;
}

/**
 * Installs code-server from npm, with the Node it asks for, once per machine.
 * Its own install script compiles native parts, which needs headers from outside the registry;
 * the server runs without them (its log goes to the console instead of a file, and the terminal
 * has prebuilt binaries), so only VS Code's packages are installed, and nothing is compiled.
 */
export async function installCodeServer() {
  if (await isCodeServerInstalled()) return 'already there';
  const folder = home();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  const remedy = `see the output above; then delete ${folder} and try again`;
  const npm = (args, cwd = folder) =>
    must('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd }, remedy);
  // The node package fetches its binary in its install script; code-server's must not run.
  await npm(['install', `node@${nodeMajor}`]);
  await npm(['install', '--ignore-scripts', `code-server@${version}`]);
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  await npm(['install', '--ignore-scripts', '--omit=dev'], vscode);
  await writeFile(marker(), version);
  return folder;
}
