/** A service of a few lines, and plans that load it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

export interface SmallService {
  readonly url: string;
  readonly port: number;
  /** Requests so far. */
  readonly requests: () => number;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const answer: Handler = (_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"outcome":"success"}');
};

export async function startService(handler: Handler = answer): Promise<SmallService> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

export interface PlanText {
  readonly url: string;
  readonly load?: string;
  readonly steps?: string;
  readonly goals?: readonly string[];
  readonly more?: string;
}

export function planText({ url, load, steps, goals, more }: PlanText): string {
  return [
    'version: 1',
    'name: Small service',
    'targets:',
    '  web:',
    `    url: ${url}`,
    'scenarios:',
    '  status:',
    '    steps:',
    steps ?? '      - get: /status\n        success: $.outcome == "success"\n      - think: 10ms',
    'phases:',
    `  smoke: { scenarios: [status], ${load ?? 'users: 2, for: 3s'}, drain: 1s }`,
    'goals:',
    ...(goals ?? ['p95(status) in smoke < 2s']).map((goal) => `  - ${goal}`),
    more ?? '',
  ].join('\n');
}

export interface Workspace {
  readonly folder: string;
  /** Writes a plan into the workspace. @returns its path. */
  plan(text: string): Promise<string>;
  dispose(): Promise<void>;
}

export async function makeWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'workspace-'));
  await mkdir(path.join(folder, '.benchwright'));
  return {
    folder,
    plan: async (text) => {
      const file = path.join(folder, 'small.bench.yaml');
      await writeFile(file, text);
      return file;
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
