import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { iterationEventSchema } from '../../protocol/iteration';
import { makeWorkspace, startService, type SmallService, type Workspace } from './small-service';

const secret = 'swordfish-77 "quoted"';
let service: SmallService;
let workspace: Workspace;

beforeEach(async () => {
  workspace = await makeWorkspace();
  let polls = 0;
  service = await startService((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/tasks')
      response.end(JSON.stringify({ id: 't-17', echo: request.headers['x-key'] }));
    else if (request.url?.startsWith('/tasks/') === true) {
      polls += 1;
      response.end(JSON.stringify({ state: polls < 40 ? 'running' : 'done' }));
    } else {
      response.statusCode = 503;
      // A secret across the end of what is shown must not be cut to a piece that nobody knows.
      response.end(JSON.stringify({ outcome: 'failed', pad: `${'x'.repeat(3965)}${secret}` }));
    }
  });
});

afterEach(async () => {
  await service.close();
  await workspace.dispose();
});

const plan = (url: string, more = ''): string => `version: 1
name: Shop
targets:
  web: { url: "${url}", headers: { x-key: "\${secret.KEY}" } }
scenarios:
  buy:
    steps:
      - post: /tasks
        json: { kind: research }
        capture: { id: $.id }
        success: $.id == "t-17"
      - think: 1h
      - await: /tasks/\${id}
        every: 10ms
        timeout: 20s
        until: $.state == "done"
        success: $.state == "done"
      - get: /bad
        success: $.outcome == "success"
${more}phases:
  load: { scenarios: [buy], users: 200, for: 30m }
`;

async function debug(file: string, ...args: string[]) {
  const program = path.resolve('dist/cli.cjs');
  const env = { ...process.env, BENCHWRIGHT_SECRET_KEY: secret };
  const child = spawn(process.execPath, [program, 'debug', file, ...args], { cwd: workspace.folder, env });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, all: output + errors };
}

const left = async (): Promise<readonly string[]> =>
  (await readdir(os.tmpdir())).filter((name) => name.startsWith('benchwright-iteration-'));

it('tells what one iteration sent, was answered, captured and decided, each at its place', async () => {
  const before = await left();
  const file = await workspace.plan(plan(service.url));
  const { code, output, all } = await debug(file, '--scenario', 'buy', '--json');
  expect({ code, all }).toMatchObject({ code: 1 });
  const events = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => iterationEventSchema.parse(JSON.parse(line)));

  const answers = events.filter((event) => event.kind === 'answer');
  expect(answers[0]).toMatchObject({
    step: 'POST /tasks',
    place: { file, start: { line: 7 } },
    request: { method: 'POST', url: `${service.url}/tasks`, body: { text: '{"kind":"research"}' } },
    status: 200,
  });
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'captured', name: 'id', value: { text: 't-17', length: 4 } }),
  );
  // Forty polls: the first and the last are told, and how many are not.
  expect(events).toContainEqual(expect.objectContaining({ kind: 'left-out', step: 'await /tasks/${id}' }));
  const conditions = events.filter((event) => event.kind === 'condition');
  expect(conditions.findLast(({ key }) => key === 'until')).toMatchObject({
    held: true,
    values: [{ name: '$.state', value: { text: 'done' } }],
  });
  expect(conditions.at(-1)).toMatchObject({
    key: 'success',
    held: false,
    text: '$.outcome == "success"',
    place: { start: { line: 18, character: 17 } },
    values: [{ name: '$.outcome', value: { text: 'failed' } }],
  });
  expect(events.at(-1)).toEqual({ kind: 'over', isWhole: true, fault: null });

  expect(all).toContain('[secret KEY]');
  expect(all).not.toContain('swordfish');
  expect(await left()).toEqual(before);
});

it('is a transcript for people', async () => {
  const file = await workspace.plan(plan(service.url));
  const { output } = await debug(file, '--scenario', 'buy');
  expect(output).toMatch(/:8 POST \/tasks → 200 in [\d.]+ ms\n {2}> POST http/);
  expect(output).toContain('  = id = "t-17"');
  expect(output).toContain('  ✗ success: $.outcome == "success" ($.outcome = "failed")');
  expect(output).not.toContain('swordfish');
});

it('says what ended the iteration before its last step', async () => {
  const text = plan(service.url).replace('id: $.id }', 'id: $.none }').replace('$.id ==', '$.echo !=');
  const { code, output } = await debug(await workspace.plan(text), '--scenario', 'buy');
  expect(code).toBe(1);
  expect(output).toContain('✗ id = missing');
  expect(output).toContain('The iteration ended before its last step.');
  expect(service.requests()).toBe(1);
});

it('sends nothing where a target is not approved, the scenario unknown, or the plan not valid', async () => {
  const foreign = await debug(await workspace.plan(plan('http://example.test')), '--scenario', 'buy');
  expect(foreign).toMatchObject({ code: 7 });
  expect(foreign.all).toContain('--allow-target example.test');
  const file = await workspace.plan(plan(service.url));
  const unknown = await debug(file, '--scenario', 'sell');
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.all).toContain('choose among buy');
  expect(await debug(file)).toMatchObject({ code: 2 });
  const broken = await debug(await workspace.plan(`${plan(service.url)}nonsense: 1\n`), '--scenario', 'buy');
  expect(broken).toMatchObject({ code: 2 });
  expect(service.requests()).toBe(0);
});
