/** The Python virtual environments of the demo system and of the Python tools, one per set of requirements. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { root } from './constants.mjs';
import { StepFailure, must, run } from './steps.mjs';

const example = path.join(root, 'examples/agents');

/** The services of the demo system. */
export const demoRequirements = path.join(example, 'requirements.txt');
/** Locust and py-spy. */
export const toolRequirements = path.join(example, 'requirements-tools.txt');
/** ruff and mypy. */
export const checkRequirements = path.join(example, 'requirements-check.txt');

const oldestMinor = 9;
const windows = process.platform === 'win32';
const buildDeadlineMs = 10 * 60_000;

/**
 * Makes the virtual environment for some requirement files, unless it is there, and answers the path of
 * its python. Safe to call from several processes at once. Throws a StepFailure with a remedy.
 */
export async function ensurePython(files = [demoRequirements]) {
  const base = await findPython();
  const hash = createHash('sha256').update(base.version);
  for (const file of files) hash.update(readFileSync(file));
  const folder = path.join(cacheFolder(), hash.digest('hex').slice(0, 16));
  const python = path.join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
  const ready = path.join(folder, 'complete');
  if (existsSync(ready)) return python;

  mkdirSync(path.dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!existsSync(ready)) {
      await build(base.command, folder, python, files);
      writeFileSync(ready, `${base.version}\n`);
    }
  } finally {
    unlock();
  }
  return python;
}

function cacheFolder() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(cache, 'benchwright/python');
}

async function findPython() {
  const remedy = `install Python 3.${oldestMinor} or later, for instance: apt install python3 python3-venv`;
  for (const command of windows ? ['python', 'python3'] : ['python3', 'python']) {
    const { code, output } = await run(command, ['--version']);
    const [, version, major, minor] = /Python ((\d+)\.(\d+)\S*)/.exec(output) ?? [];
    if (code !== 0 || version === undefined) continue;
    if (Number(major) === 3 && Number(minor) >= oldestMinor) return { command, version };
    throw new StepFailure(`"${command}" is Python ${version}, which is too old`, remedy);
  }
  throw new StepFailure('no Python was found', remedy);
}

async function build(command, folder, python, files) {
  rmSync(folder, { recursive: true, force: true });
  await must(
    command,
    ['-m', 'venv', folder],
    {},
    'this Python cannot make virtual environments: apt install python3-venv',
  );
  const wanted = files.flatMap((file) => ['-r', file]);
  await must(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted],
    {},
    'the Python packages could not be installed: check the network and the settings of pip',
  );
}

/** Takes a lock file that holds the pid of its owner; a lock whose owner is gone is taken over. */
async function lock(file) {
  const deadline = Date.now() + buildDeadlineMs;
  while (!tryLock(file)) {
    if (!isAlive(readOwner(file))) rmSync(file, { force: true });
    else if (Date.now() > deadline)
      throw new StepFailure(`another process holds ${file}`, 'end it, or remove the file');
    else await pause(200);
  }
  return () => rmSync(file, { force: true });
}

function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The pid in a lock file. A file that is gone or still empty belongs to somebody who is at work. */
function readOwner(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || process.pid;
  } catch (error) {
    if (error.code === 'ENOENT') return process.pid;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await ensurePython());
  } catch (failure) {
    console.error(failure.remedy ? `${failure.message}: ${failure.remedy}` : failure.message);
    process.exitCode = 1;
  }
}
