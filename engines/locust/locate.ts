/** Finds the Python that has Locust, where the editor's Python extension would look for one. */
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../core/parse-json';
import { runBriefly } from '../host/process-host';

export interface PythonWish {
  /** Absolute path of the one to use, where somebody chose it; then no other is tried. */
  readonly chosen?: string | undefined;
  /** The folders of the plan and above, up to that of the workspace: virtual environments are looked for in them. */
  readonly folders: readonly string[];
  /** The environment of whoever runs us. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export interface LocustPython {
  readonly python: string;
  readonly pythonVersion: string;
  readonly locustVersion: string;
}

interface PythonProblem {
  /** One sentence, without a final full stop. */
  readonly message: string;
  /** What to do about it, likewise. */
  readonly remedy: string;
}

export type LocatedLocust =
  | { readonly ok: true; readonly locust: LocustPython }
  | { readonly ok: false; readonly problem: PythonProblem };

/** What an editor has set as its default, told by the environment. */
const defaultVariable = 'BENCHWRIGHT_DEFAULT_PYTHON';

const oldestPython = [3, 9] as const;
const oldestLocust = [2, 20] as const;

const isWindows = process.platform === 'win32';
const howToChoose = 'by --python FILE or by the setting benchwright.locust.pythonPath';

export async function locateLocust(wish: PythonWish): Promise<LocatedLocust> {
  const { chosen } = wish;
  const files = chosen === undefined ? candidates(wish) : [chosen];
  let first: PythonProblem | undefined;
  for (const file of files) {
    if (!(await isProgram(file))) continue;
    const look = await lookAt(file);
    if (look.ok) return look;
    first ??= look.problem;
  }
  return { ok: false, problem: first ?? noPython(chosen) };
}

function noPython(chosen: string | undefined): PythonProblem {
  if (chosen !== undefined)
    return {
      message: `${chosen} is no Python that can be run`,
      remedy: `name the file of Python itself ${howToChoose}`,
    };
  return {
    message: 'no Python was found to run Locust with',
    remedy: `make an environment with “python3 -m venv .venv” and “.venv/bin/pip install locust”, or name a Python ${howToChoose}`,
  };
}

function candidates({ folders, variables }: PythonWish): readonly string[] {
  const inEnvironment = isWindows ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const active = variables['VIRTUAL_ENV'];
  const environments = [
    ...folders.flatMap((folder) => [path.join(folder, '.venv'), path.join(folder, 'venv')]),
    ...(active === undefined ? [] : [active]),
  ];
  const usual = variables[defaultVariable];
  const names = isWindows ? ['python.exe'] : ['python3', 'python'];
  const onPath = (variables['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [
    ...environments.map((folder) => path.join(folder, ...inEnvironment)),
    ...(usual !== undefined && path.isAbsolute(usual) ? [usual] : []),
    ...onPath.flatMap((folder) => names.map((name) => path.join(folder, name))),
  ].filter((file, index, all) => all.indexOf(file) === index);
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Asks without loading Locust, which takes seconds. */
const question = `
import json, sys
try:
    from importlib.metadata import version
    locust = version("locust")
except Exception:
    locust = None
print(json.dumps([".".join(map(str, sys.version_info[:3])), locust]))
`;

const answer = z.tuple([z.string(), z.string().nullable()]);

async function lookAt(python: string): Promise<LocatedLocust> {
  const { code, output } = await runBriefly(python, ['-c', question], { timeoutMs: 20_000 });
  const read = code === 0 ? answer.safeParse(parseJson(output)) : undefined;
  if (read?.success !== true)
    return refuse(`${python} is no Python that can be run`, `name another one ${howToChoose}`);
  const [pythonVersion, locustVersion] = read.data;
  if (isOlder(pythonVersion, oldestPython))
    return refuse(
      `${python} is Python ${pythonVersion}, and ${oldestPython.join('.')} is the oldest that will do`,
      `name a newer one ${howToChoose}`,
    );
  const install = `“${python} -m pip install --upgrade locust”`;
  if (locustVersion === null)
    return refuse(
      `${python} has no Locust`,
      `install it with ${install}, or name a Python that has it ${howToChoose}`,
    );
  if (isOlder(locustVersion, oldestLocust))
    return refuse(
      `${python} has Locust ${locustVersion}, and ${oldestLocust.join('.')} is the oldest that will do`,
      `run ${install}`,
    );
  return { ok: true, locust: { python, pythonVersion, locustVersion } };
}

function refuse(message: string, remedy: string): LocatedLocust {
  return { ok: false, problem: { message, remedy } };
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
