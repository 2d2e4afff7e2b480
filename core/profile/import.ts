/** The entry for every file that may be a profile. */
import { detectFormat, type ProfileFormat } from './detect';
import { importAustin } from './formats/austin';
import { importChromeTrace } from './formats/chrome-trace';
import { importCpuProfile } from './formats/cpuprofile';
import { importFolded } from './formats/folded';
import { importMojo } from './formats/mojo';
import { importPerfScript } from './formats/perf-script';
import { importPprof } from './formats/pprof';
import { importPstats } from './formats/pstats';
import { importSpeedscope } from './formats/speedscope';
import { damaged, ImportFailure, tooLarge, type ImportProblem } from './import-problem';
import { profileLimits } from './limits';
import type { Profile } from './profile';

/** What reading needs and this room does not have. */
export interface ImportTools {
  /** Reads UTF-8; what is not UTF-8 becomes replacement characters. */
  readonly decode: (bytes: Uint8Array) => string;
  /** @throws where the bytes are not gzip, or unpack to more than `maxBytes`. */
  readonly gunzip: (bytes: Uint8Array, maxBytes: number) => Uint8Array;
}

export type ImportResult =
  | { readonly ok: true; readonly profile: Profile; readonly format: ProfileFormat }
  | { readonly ok: false; readonly problem: ImportProblem };

type Importer = (bytes: Uint8Array, name: string, tools: ImportTools) => Profile;

const importers: Readonly<Record<ProfileFormat, Importer>> = {
  speedscope: (bytes, name, { decode }) => importSpeedscope(bytes, name, decode),
  cpuprofile: (bytes, name, tools) => importCpuProfile(parseJson(bytes, tools), name),
  'chrome-trace': (bytes, name, tools) => importChromeTrace(parseJson(bytes, tools), name),
  folded: (bytes, name, tools) => importFolded(textOf(bytes, tools), name),
  austin: (bytes, name, tools) => importAustin(textOf(bytes, tools), name),
  'perf-script': (bytes, name, tools) => importPerfScript(textOf(bytes, tools), name),
  pstats: (bytes, name, tools) => importPstats(bytes, name, tools.decode),
  pprof: (bytes, name, tools) => importPprof(bytes, name, tools.decode),
  mojo: (bytes, name, tools) => importMojo(bytes, name, tools.decode),
};

/**
 * Reads a profile of any format that is known here.
 *
 * @param name of the file, without its folder: the name of the profile where the file has none.
 */
export function importProfile(bytes: Uint8Array, name: string, tools: ImportTools): ImportResult {
  try {
    const plain = unpack(bytes, tools);
    const format = detectFormat(plain, name);
    if (format === undefined) throw unknownFormat();
    return { ok: true, profile: importers[format](plain, name, tools), format };
  } catch (cause) {
    if (cause instanceof ImportFailure) return { ok: false, problem: cause.problem };
    throw cause;
  }
}

function unpack(bytes: Uint8Array, { gunzip }: ImportTools): Uint8Array {
  if (bytes.length > profileLimits.fileBytes)
    throw tooLarge(`it is larger than ${profileLimits.fileBytes / 1024 / 1024} MiB`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzip(bytes, profileLimits.unpackedBytes);
  } catch (cause) {
    throw damaged(`it cannot be unpacked: ${String(cause instanceof Error ? cause.message : cause)}`);
  }
}

function textOf(bytes: Uint8Array, { decode }: ImportTools): string {
  if (bytes.length > profileLimits.textBytes)
    throw tooLarge(`its text is larger than ${profileLimits.textBytes / 1024 / 1024} MiB`);
  return decode(bytes);
}

function parseJson(bytes: Uint8Array, tools: ImportTools): unknown {
  const text = textOf(bytes, tools);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(`it is not valid JSON: ${String(cause instanceof Error ? cause.message : cause)}`);
  }
}

function unknownFormat(): ImportFailure {
  return new ImportFailure(
    'unknown-format',
    'it is in none of the formats that are read here',
    'export it as speedscope, collapsed stacks, pstats, Austin, .cpuprofile, pprof or Chrome trace',
  );
}
