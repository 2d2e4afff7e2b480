import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiText } from '../kit/api-documents';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import {
  acceptSuggestion,
  goToLine,
  openFile,
  reloadWindow,
  renameHere,
  runCommand,
} from './harness/workbench';
import { copyAgentsExample, freePortBase, type Workspace } from './harness/workspace';

const part = `scenarios:
  browse:
    steps:
      - get: /status
`;
const whole = `version: 1
name:    Several files
include: [ part.bench.yaml ]
targets:
    web:   { url: http://127.0.0.1:9 } # kept
phases:
    load: { scenarios: [browse], rate: 5/s, for: 10m }
`;

/** Of two targets: one that is this machine in another spelling, which nobody has approved of, and this machine. */
const twoHosts = (port: number) => `version: 1
name: Two hosts
targets:
  other: { url: "http://0.0.0.0:${port}", openapi: /openapi.json }
  own: { url: "http://127.0.0.1:${port}", openapi: /openapi.json }
scenarios:
  browse:
    target: own
    steps:
      - get: 
`;
const lineOfOwnStep = 10;

let service: Server;
/** Hosts in whose name the document was asked for. */
const asked: string[] = [];
let isUp = true;
let workspace: Workspace;
let opened: OpenPage;
/** Counted from 1. */
let lineOfNewStep: number;
let servicePort: number;

beforeAll(async () => {
  const port = await freePortBase();
  service = createServer((request, response) => {
    const isDocument = request.url === '/openapi.json' && isUp;
    if (request.url === '/openapi.json') asked.push(request.headers.host ?? '');
    response.writeHead(isDocument ? 200 : 404).end(isDocument ? apiText('gateway.json') : '');
  });
  await new Promise<void>((resolve) => service.listen(port, '127.0.0.1', resolve));
  servicePort = port;
  workspace = await copyAgentsExample(port);
  const lines = (await workspace.readPlan()).split('\n');
  lineOfNewStep = lines.findIndex((line) => line.includes('- get: /status')) + 2;
  lines.splice(lineOfNewStep - 1, 0, '      - get: ');
  await writeFile(fileOf(workspace.plan), lines.join('\n'));
  await writeFile(fileOf('part.bench.yaml'), part);
  await writeFile(fileOf('whole.bench.yaml'), whole);
  await writeFile(fileOf('hosts.bench.yaml'), twoHosts(port));
  opened = await openEditor(workspace);
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.remove();
  service.close();
});

test('a path is completed from the document that the service has', async () => {
  const { page } = opened;
  await openFile(page, workspace.plan);
  await goToLine(page, lineOfNewStep, '      - get: '.length + 1);
  await acceptSuggestion(page, /\/tasks\/\{task_id\}/);
  await opened.screenshot('path-from-openapi');
  await saveAll(page);
  await expect.poll(() => workspace.readPlan()).toContain('- get: /tasks/${task_id}\n');
});

test('a scenario is renamed in both files that name it', async () => {
  const { page } = opened;
  await openFile(page, 'whole.bench.yaml');
  await goToLine(page, 7, '    load: { scenarios: [br'.length);
  await renameHere(page, 'look');
  await saveAll(page);
  await expect.poll(() => read('part.bench.yaml')).toBe(part.replace('browse', 'look'));
  await expect.poll(() => read('whole.bench.yaml')).toBe(whole.replace('browse', 'look'));
});

test('the formatter lays out a plan and keeps its comments', async () => {
  const { page } = opened;
  await openFile(page, 'whole.bench.yaml');
  await runCommand(page, 'Format Document');
  await saveAll(page);
  await expect.poll(() => read('whole.bench.yaml')).toContain('name: Several files\n');
  expect(await read('whole.bench.yaml')).toContain('\n  web: { url: http://127.0.0.1:9 } # kept\n');
});

test('no host is asked for a document that nobody has approved of', async () => {
  const { page } = opened;
  await openFile(page, 'hosts.bench.yaml');
  await goToLine(page, lineOfOwnStep, '      - get: '.length + 1);
  await acceptSuggestion(page, /\/tasks\/\{task_id\}/);
  await saveAll(page);
  await expect.poll(() => read('hosts.bench.yaml')).toContain('- get: /tasks/${task_id}\n');
  expect(new Set(asked)).toEqual(new Set([`127.0.0.1:${servicePort}`]));
});

test('the document is still known after a reload, though the service is down', async () => {
  const { page } = opened;
  await writeFile(fileOf('hosts.bench.yaml'), twoHosts(servicePort));
  isUp = false;
  const before = asked.length;
  await reloadWindow(page);
  await openFile(page, 'hosts.bench.yaml');
  await goToLine(page, lineOfOwnStep, '      - get: '.length + 1);
  await acceptSuggestion(page, /\/tasks\/\{task_id\}/);
  await expect.poll(() => asked.length).toBeGreaterThan(before);
  await saveAll(page);
  await expect.poll(() => read('hosts.bench.yaml')).toContain('- get: /tasks/${task_id}\n');
});

function fileOf(name: string): string {
  return path.join(workspace.folder, name);
}

function read(name: string): Promise<string> {
  return readFile(fileOf(name), 'utf8');
}

function saveAll(page: Page): Promise<void> {
  return runCommand(page, 'File: Save All');
}
