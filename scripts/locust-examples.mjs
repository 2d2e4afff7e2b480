/** The example locustfiles that the makers of Locust released: the last source package on PyPI that holds them. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensurePython, toolRequirements } from './python-env.mjs';
import { must } from './steps.mjs';

const version = '2.20.0';
const sha256 = 'b6f78af64bc5066babe54836f796469906cd606b01f34ee788986d0b1fbac99a';

/** Answers the folder with the files. Throws a StepFailure with a remedy. */
export async function locustExamples() {
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'benchwright');
  const folder = path.join(cache, `locust-examples-${version}`);
  const examples = path.join(folder, `locust-${version}/examples`);
  if (existsSync(examples)) return examples;
  const python = await ensurePython([toolRequirements]);
  const made = `${folder}.${process.pid}`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const wanted = path.join(made, 'requirements.txt');
  writeFileSync(wanted, `locust==${version} --hash=sha256:${sha256}\n`);
  const remedy =
    'the source package of Locust could not be downloaded: check the network and the settings of pip';
  const source = ['--no-deps', '--no-binary', 'locust', '--require-hashes', '--dest', made, '-r', wanted];
  await must(python, ['-m', 'pip', 'download', '--quiet', ...source], {}, remedy);
  const file = path.join(made, `locust-${version}.tar.gz`);
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found !== sha256) throw new Error(`${file} is not what was released: its hash is ${found}`);
  await must(python, ['-m', 'tarfile', '-e', file, made], {}, remedy);
  rmSync(folder, { recursive: true, force: true });
  renameSync(made, folder);
  return examples;
}
