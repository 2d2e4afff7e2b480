/** Finds py-spy: the one that was chosen, else that of the target's Python, of this environment, or of the set-up. */
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { captureOutput } from '../host/process-host';
import type { ProfilerProblem } from '../host/profiler-problem';

export interface PySpyWish {
  /** Absolute path of the one to use, where somebody chose it; then no other is tried. */
  readonly chosen?: string | undefined;
  /** The target: its Python may have a py-spy beside it. */
  readonly pid: number;
  /** The environment of whoever runs us. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export interface PySpy {
  readonly file: string;
  readonly version: string;
}

export type LocatedPySpy =
  { readonly ok: true; readonly pySpy: PySpy } | { readonly ok: false; readonly problem: ProfilerProblem };

/** On the command line, and in the editor. */
const howToChoose = 'by --py-spy FILE or by the setting benchwright.profiling.pySpyPath';

const programName = process.platform === 'win32' ? 'py-spy.exe' : 'py-spy';
const binFolder = process.platform === 'win32' ? 'Scripts' : 'bin';

export async function locatePySpy(wish: PySpyWish): Promise<LocatedPySpy> {
  const { chosen } = wish;
  for (const file of chosen === undefined ? await candidates(wish) : [chosen]) {
    const version = (await isOurs(file)) ? await versionOf(file) : undefined;
    if (version !== undefined) return { ok: true, pySpy: { file, version } };
  }
  if (chosen !== undefined)
    return missing(`${chosen} is no py-spy that can be run`, `name the file of py-spy itself ${howToChoose}`);
  return missing(
    'py-spy is not there',
    `install it with “python3 -m pip install py-spy”, or name its file ${howToChoose}`,
  );
}

async function candidates({ pid, variables }: PySpyWish): Promise<readonly string[]> {
  const environment = variables['VIRTUAL_ENV'];
  const folders = [
    ...(await folderOfPython(pid)),
    ...(environment === undefined ? [] : [path.join(environment, binFolder)]),
    ...(variables['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder)),
    ...(await madeBySetUp(variables)),
  ];
  return [...new Set(folders)].map((folder) => path.join(folder, programName));
}

/** As it was called: what it resolves to lies outside of a virtual environment. */
async function folderOfPython(pid: number): Promise<readonly string[]> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const [program = ''] = line.split('\0');
  return path.isAbsolute(program) ? [path.dirname(program)] : [];
}

/** The environments that the set-up of this project keeps for its tools; those that are complete. */
async function madeBySetUp(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const home = variables['HOME'];
  const cache = variables['XDG_CACHE_HOME'] ?? (home === undefined ? undefined : path.join(home, '.cache'));
  if (cache === undefined) return [];
  const root = path.join(cache, 'benchwright', 'python');
  const names = await readdir(root).catch(() => []);
  const found: string[] = [];
  for (const name of names.sort()) {
    const isComplete = await access(path.join(root, name, 'complete')).then(
      () => true,
      () => false,
    );
    if (isComplete) found.push(path.join(root, name, binFolder));
  }
  return found;
}

const writableByAll = 0o002;

/** A program that somebody else could have put there, beside the Python of their process, is not run. */
async function isOurs(file: string): Promise<boolean> {
  try {
    const { mode, uid } = await stat(file);
    await access(file, constants.X_OK);
    const own = process.getuid?.();
    return own === undefined || ((uid === 0 || uid === own) && (mode & writableByAll) === 0);
  } catch {
    return false;
  }
}

async function versionOf(file: string): Promise<string | undefined> {
  return /^py-spy (\S+)/.exec((await captureOutput(file, ['--version'])) ?? '')?.[1];
}

function missing(message: string, remedy: string): LocatedPySpy {
  return { ok: false, problem: { code: 'py-spy-missing', message, remedy } };
}
