/** What tests of Locust share: a service for the files in test/fixtures/locust, a Python that has Locust, and plans. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { startService, type SmallService } from './small-service';

/** Answers by the path: `/bad` fails, `/missing` is not there, `/hang` never answers. */
export function startLocustService(): Promise<SmallService> {
  return startService((request, response) => {
    const { url = '' } = request;
    if (url.startsWith('/hang')) return;
    response.statusCode = url.startsWith('/bad') ? 500 : url.startsWith('/missing') ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end('{"outcome":"success"}');
  });
}

/** The environment variables by which the command line finds the Python that has Locust. */
export async function locustEnvironment(): Promise<Readonly<Record<string, string>>> {
  const python = await ensurePython([toolRequirements]);
  return { VIRTUAL_ENV: path.dirname(path.dirname(python)) };
}

export function fixture(name: string): Promise<string> {
  return readFile(path.resolve('test/fixtures/locust', name), 'utf8');
}

export interface LocustPlan {
  readonly url: string;
  readonly file: string;
  /** Further keys of the scenario, such as `users: [Visitor]`. */
  readonly keys?: string;
  readonly load?: string;
  readonly goals?: readonly string[];
}

export function locustPlan({ url, file, keys, load, goals }: LocustPlan): string {
  return [
    'version: 1',
    'name: Locust',
    'targets:',
    `  web: { url: "${url}" }`,
    'scenarios:',
    `  file: { locustfile: ${file}${keys === undefined ? '' : `, ${keys}`} }`,
    'phases:',
    `  smoke: { scenarios: [file], ${load ?? 'users: 4, for: 2s'}, drain: 1s }`,
    ...(goals === undefined ? [] : ['goals:', ...goals.map((goal) => `  - ${goal}`)]),
    '',
  ].join('\n');
}
