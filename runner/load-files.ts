/** What has to lie beside the script of a phase: the rows of its feeds, and the files that it reads. */
import path from 'node:path';
import type { CompiledPhase } from '../engines/k6/compile/compile';
import { isLocustLoad, type CompiledLoad } from './compile-phase';
import { foreignImport } from '../engines/k6/foreign-import';
import { filesFolder } from './layout';
import { loadProtos } from './load-protos';
import { loadFeed } from './load-feed';
import { readWithin } from './read-within';
import type { Refusal } from './refusal';

/** Contents by the name of the file, relative to the script. */
export type BesideScript = ReadonlyMap<string, string | Uint8Array>;

type FilesReading =
  | {
      readonly ok: true;
      readonly files: BesideScript;
      /** Contents by the name in the plan, of files that no copy is made of. */
      readonly privateFiles: ReadonlyMap<string, string>;
      /** The size of the rows of each feed. */
      readonly bytes: Readonly<Record<string, number>>;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Every user of the load holds these files in memory. */
const maxFileBytes = 16 * 1024 * 1024;

/** Linux takes no longer value in an environment. */
const maxPrivateBytes = 100 * 1024;

export async function loadFiles(planFile: string, compiled: CompiledLoad): Promise<FilesReading> {
  const folder = path.dirname(path.resolve(planFile));
  return isLocustLoad(compiled)
    ? lookForLocustfile(folder, compiled.locustfile)
    : loadBeside(folder, compiled);
}

/** It runs where it is, so that what it imports and opens is there. The copy tells what was run. */
async function lookForLocustfile(folder: string, file: string): Promise<FilesReading> {
  const reading = await readWithin(folder, file, maxFileBytes);
  if (!reading.ok) return refuse(`the locustfile ${file} ${reading.reason}`);
  const files = new Map([[path.posix.join(filesFolder, path.posix.basename(file)), reading.content]]);
  return { ok: true, files, privateFiles: new Map(), bytes: {} };
}

async function loadBeside(folder: string, compiled: CompiledPhase): Promise<FilesReading> {
  const { feeds, files } = compiled;
  const beside = new Map<string, string | Uint8Array>();
  const bytes: Record<string, number> = {};
  for (const { name, file, scriptFile, columns } of feeds) {
    const reading = await loadFeed(folder, file, columns);
    if (!reading.ok) return refuse(`the data ${name} (${file}) ${reading.reason}`);
    const content = JSON.stringify(reading.rows);
    beside.set(scriptFile, content);
    bytes[name] = Buffer.byteLength(content);
  }
  for (const { file, scriptFile, isCode } of files) {
    const reading = await readWithin(folder, file, maxFileBytes);
    if (!reading.ok) return refuse(`the file ${file} ${reading.reason}`);
    const foreign = isCode ? foreignImport(reading.content.toString('utf8')) : undefined;
    if (foreign) return refuse(`the file ${file}, line ${foreign.line}, ${foreign.reason}`);
    beside.set(scriptFile, reading.content);
  }
  for (const protos of compiled.protos) {
    const reading = await loadProtos(folder, protos, maxFileBytes);
    if (!reading.ok) return refuse(reading.reason);
    for (const [place, content] of reading.files) beside.set(place, content);
  }
  const privateFiles = new Map<string, string>();
  for (const file of Object.keys(compiled.privateFiles)) {
    const reading = await readWithin(folder, file, maxPrivateBytes);
    if (!reading.ok) return refuse(`the file ${file} ${reading.reason}`);
    privateFiles.set(file, reading.content.toString('utf8'));
  }
  return { ok: true, files: beside, privateFiles, bytes };
}

function refuse(message: string): FilesReading {
  return { ok: false, refusal: { code: 'bad-data', message, remedy: 'correct the file or the plan' } };
}
