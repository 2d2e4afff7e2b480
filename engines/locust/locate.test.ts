import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locateLocust } from './locate';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'locate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that answers as a Python would that has these versions. */
async function fakePython(place: string, python: string, locust: string | null): Promise<string> {
  const file = path.join(folder, place);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho '${JSON.stringify([python, locust])}'\n`);
  await chmod(file, 0o755);
  return file;
}

function locate(variables: Record<string, string> = {}, chosen?: string) {
  const folders = [path.join(folder, 'plans'), folder];
  return locateLocust({ chosen, folders, variables: { PATH: path.join(folder, 'path'), ...variables } });
}

test('environments beside the plan come first, then the active one, then that of the editor, then the path', async () => {
  const places = [
    ['path/python3', {}],
    ['usual/python', { BENCHWRIGHT_DEFAULT_PYTHON: path.join(folder, 'usual/python') }],
    ['active/bin/python', { VIRTUAL_ENV: path.join(folder, 'active') }],
    ['venv/bin/python', {}],
    ['plans/.venv/bin/python', {}],
  ] as const;
  let variables: Record<string, string> = {};
  for (const [place, more] of places) {
    const python = await fakePython(place, '3.11.2', '2.47.0');
    variables = { ...variables, ...more };
    expect(await locate(variables)).toEqual({
      ok: true,
      locust: { python, pythonVersion: '3.11.2', locustVersion: '2.47.0' },
    });
  }
});

test('one without Locust is passed over for one that has it, and is what the remedy is about', async () => {
  const bare = await fakePython('.venv/bin/python', '3.11.2', null);
  const refused = await locate();
  expect(refused).toMatchObject({ ok: false, problem: { message: `${bare} has no Locust` } });
  expect(refused.ok ? '' : refused.problem.remedy).toContain(`${bare} -m pip install --upgrade locust`);
  const python = await fakePython('path/python3', '3.12.0', '2.20.0');
  expect(await locate()).toMatchObject({ ok: true, locust: { python } });
});

test.each([
  ['3.8.1', '2.47.0', 'is Python 3.8.1, and 3.9 is the oldest that will do'],
  ['3.11.2', '2.19.1', 'has Locust 2.19.1, and 2.20 is the oldest that will do'],
  ['3.11.2', '1.6.0', 'has Locust 1.6.0, and 2.20 is the oldest that will do'],
])('Python %s with Locust %s is too old', async (python, locust, words) => {
  await fakePython('path/python3', python, locust);
  expect(await locate()).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining(words) as string },
  });
});

test('where there is none, or the chosen one is none, it says what to do', async () => {
  expect(await locate()).toMatchObject({
    ok: false,
    problem: { message: 'no Python was found to run Locust with' },
  });
  await fakePython('path/python3', '3.11.2', '2.47.0');
  expect(await locate({}, path.join(folder, 'not-there'))).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining('is no Python that can be run') as string },
  });
});
