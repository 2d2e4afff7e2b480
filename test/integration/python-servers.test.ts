/** Profiles of Python services on several servers, by the real py-spy and the real cProfile, under a real load. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findHotspots } from '../../core/profile/hotspots';
import type { PhaseResult, ProfileResult } from '../../core/run/run';
import { connectHook } from '../../engines/cprofile/talk';
import { readProfile } from '../../engines/host/profile-file';
import { runPlan } from '../../runner/run-plan';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { eventually } from './processes';
import { startPythonServer, type PythonServer, type ServerName } from './python-servers';

let pySpyFile: string;
let folder: string;
let server: PythonServer | undefined;
beforeAll(async () => {
  pySpyFile = path.join(path.dirname(await ensurePython([toolRequirements])), 'py-spy');
  folder = await mkdtemp(path.join(os.tmpdir(), 'servers-'));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(name: ServerName): Promise<PythonServer> {
  return (server = await startPythonServer(name, folder));
}

interface HotWish {
  readonly process: string;
  readonly profile: string;
  readonly variables?: Readonly<Record<string, string>>;
}

async function profiled(
  { url }: PythonServer,
  { process, profile, variables }: HotWish,
): Promise<PhaseResult> {
  const planFile = path.join(folder, 'hot.bench.yaml');
  const text = [
    'version: 1',
    'name: Hot',
    `targets: { web: { url: '${url}', process: { ${process} } } }`,
    'scenarios: { look: { steps: [{ get: /async }] } }',
    'phases:',
    '  load: { scenarios: [look], users: 6, for: 1s }',
    `  hotspots: { rerun: load, at: 100%, profile: [${profile}] }`,
  ].join('\n');
  await writeFile(planFile, text);
  const outcome = await runPlan({
    planFile,
    phases: ['hotspots'],
    allowedTargets: [],
    hasLease: false,
    isForced: false,
    variables: { XDG_RUNTIME_DIR: folder, ...variables },
    supervisorFile: path.resolve('dist/supervisor.cjs'),
    k6Folder: path.resolve('dist/k6'),
    signal: new AbortController().signal,
    onEvent: () => undefined,
    pySpyFile,
  });
  const phase = outcome.kind === 'ended' ? outcome.run.phases.at(-1) : undefined;
  if (phase === undefined) throw new Error(JSON.stringify(outcome));
  return phase;
}

const codes = ({ validity }: ProfileResult): string[] => validity.evidence.map(({ code }) => code);

describe.each([
  ['uvicorn with two workers', 'handle_asgi', 'plain_asgi.py'],
  ['gunicorn with two workers', 'handle_wsgi', 'plain_wsgi.py'],
] as const)('%s', (name, handler, file) => {
  it('has its workers recorded by py-spy and counted by cProfile, and not the one that only waits', async () => {
    const web = await start(name);
    const profile = '{ target: web, with: py-spy, for: 3s }, { target: web, with: cProfile, for: 3s }';
    const phase = await profiled(web, { process: `port: ${web.port}`, profile });
    expect(`${phase.verdict}: ${phase.reason}`).toMatch(/^pass: /);
    const [sampled, counted] = phase.profiles ?? [];
    if (sampled === undefined || counted === undefined) throw new Error('two profiles were asked for');
    expect(sampled.samples).toBeGreaterThan(100);
    expect(sampled.top.slice(0, 3)).toContainEqual(
      expect.objectContaining({ name: 'work', file: expect.stringContaining(file) as string }),
    );
    expect(counted.top.map((one) => one.name)).toEqual(expect.arrayContaining(['work', handler]));
    // Both workers and whoever started them; one that does nothing but wait is no loss.
    expect(counted.files.length).toBeGreaterThanOrEqual(2);
    expect(counted.validity.state).toBe('valid');
    expect(codes(counted)).not.toContain('main-thread-idle');
  });
});

it.each([
  ['native: true', 20, ['native']],
  ['idle: true', 100, ['idle']],
  ['gil: true, blocking: true, rate: 30/s', 30, ['gil', 'blocking']],
])('py-spy records with the option %s, %i times a second', async (options, rateHz, told) => {
  const web = await start('wsgiref');
  const profile = `{ target: web, with: py-spy, for: 3s, ${options} }`;
  const phase = await profiled(web, { process: `pid: ${web.pid}`, profile });
  expect(`${phase.verdict}: ${phase.reason}`).toMatch(/^pass: /);
  expect(phase.profiles?.[0]).toMatchObject({ rateHz, options: told });
  expect(phase.profiles?.[0]?.samples).toBeGreaterThan(20);
});

describe('a container', () => {
  let engine: Server | undefined;
  afterEach(() => engine?.close());

  /** No container engine was at hand: this one answers as its documentation says, of a process that is real. */
  async function engineWith(state: object): Promise<string> {
    const socket = path.join(folder, 'engine.sock');
    await rm(socket, { force: true });
    engine = createServer((request, response) => {
      if (request.url === '/v1.41/containers/shop-web/json') response.end(JSON.stringify({ State: state }));
      else response.writeHead(404).end('{}');
    });
    await new Promise<void>((resolve) => engine?.listen(socket, resolve));
    return `unix://${socket}`;
  }

  it('has the process that it began with recorded, and all below it', async () => {
    const web = await start('uvicorn with two workers');
    const DOCKER_HOST = await engineWith({ Running: true, Pid: web.pid });
    const phase = await profiled(web, {
      process: 'container: shop-web',
      profile: '{ target: web, with: py-spy, for: 2s }',
      variables: { DOCKER_HOST },
    });
    expect(phase.profiles?.[0]?.top.map(({ name }) => name)).toContain('work');
  });

  it.each([
    [{ Running: false, Pid: 0 }, 'shop-web', 'the container shop-web does not run: start it'],
    [{ Running: true, Pid: 1 }, 'other', 'there is no container other: correct `process.container`'],
    [
      { Running: true, Pid: 4_194_305 },
      'shop-web',
      'process 4194305 of the container shop-web cannot be seen from here: run Benchwright on the machine of the container engine, and not in a container without “--pid host”',
    ],
  ])('that cannot be looked into is told with one remedy, and the load goes on', async (state, name, why) => {
    const web = await start('wsgiref');
    const DOCKER_HOST = await engineWith(state);
    const phase = await profiled(web, {
      process: `container: ${name}`,
      profile: '{ target: web, with: py-spy, for: 1s }',
      variables: { DOCKER_HOST },
    });
    expect(`${phase.verdict}: ${phase.reason}`).toBe(`incomplete: py-spy on web: ${why}`);
    expect(phase.requests).toBeGreaterThan(0);
  });
});

/** What cProfile counts from a time on at which requests for the first path came, to the end of some for all paths. */
async function counted({ url, pid }: PythonServer, paths: readonly string[]): Promise<readonly string[]> {
  const hook = await connectHook(pid, { XDG_RUNTIME_DIR: folder });
  if (hook === undefined) throw new Error('the process does not listen');
  const file = path.join(folder, 'counted.pstats');
  // A main thread that has nothing to do takes no orders.
  await eventually('the start', 20_000, async () => {
    const [started] = await Promise.all([hook.start(), ask(url, paths.slice(0, 1))]);
    return started.ok;
  });
  await ask(url, paths);
  await Promise.all([hook.stop(file), ask(url, paths)]);
  hook.close();
  const read = await readProfile(file);
  if (!read.ok) throw new Error(read.problem.message);
  return findHotspots([read.profile], { count: 20 }).own.map(({ name }) => name);
}

async function ask(url: string, paths: readonly string[]): Promise<void> {
  for (let i = 0; i < 10; i += 1)
    for (const wanted of paths) {
      const answer = await fetch(`${url}${wanted}`);
      expect(answer.status).toBe(200);
      await answer.arrayBuffer();
    }
}

describe('cProfile, without a change to the program,', () => {
  it('counts the handlers of a WSGI server without workers', async () => {
    const functions = await counted(await start('wsgiref'), ['/']);
    expect(functions).toEqual(expect.arrayContaining(['work', 'handle_wsgi']));
  });

  it('counts coroutines of FastAPI, and plain functions in threads that begin while it counts', async () => {
    const functions = await counted(await start('FastAPI under uvicorn'), ['/async', '/sync']);
    expect(functions).toEqual(expect.arrayContaining(['work', 'handle_async', 'handle_sync']));
  });
});
