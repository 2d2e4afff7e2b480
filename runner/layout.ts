/** Where the parts of a run are: see docs/run-folder.md. */
import { existsSync } from 'node:fs';
import path from 'node:path';

export const fileNames = {
  runner: 'runner.json',
  run: 'run.json',
  stream: 'stream.ndjson',
  plan: 'plan.bench.yaml',
  resolved: 'resolved.json',
  environment: 'environment.json',
  metrics: 'metrics.json',
  phases: 'phases',
  script: 'script.js',
  log: 'k6.log',
  config: 'k6.json',
  order: 'locust.json',
  locustLog: 'locust.log',
  lease: 'lease',
  stop: 'stop',
  reserve: 'reserve',
  pictures: 'grafana',
  picturesIndex: 'pictures.json',
} as const;

/** Copies of the files of the plan that a load reads, below the folder of its phase. */
export const filesFolder = 'files';

/** Where the recordings of a phase are, relative to the run folder. */
export function profilesFolder(phase: string): string {
  return path.posix.join(fileNames.phases, phase, 'profiles');
}

/** The nearest folder above a plan that holds `.git` or `.benchwright`, else that of the plan. */
export function workspaceOf(planFile: string): string {
  const own = path.dirname(path.resolve(planFile));
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git')) || existsSync(path.join(folder, '.benchwright'))) return folder;
    if (folder === path.dirname(folder)) return own;
  }
}

/** The folder in which runs of a plan are kept: below its workspace. */
export function runsFolderOf(planFile: string): string {
  return runsFolderBelow(workspaceOf(planFile));
}

export function runsFolderBelow(folder: string): string {
  return path.join(folder, '.benchwright', 'runs');
}

/** The name of a run: sortable by time, telling for people, and safe on every file system. */
export function runIdOf(startedMs: number, planName: string, phases: readonly string[]): string {
  const time = new Date(startedMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return [time, slug(planName), slug(phases.join('+'))].join('-');
}

function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 40).replace(/-+$/, '') || 'plan';
}
