/** The conversation with Grafana, about a run that nobody had to make: its folder is written as a runner leaves it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGrafanaBed, type Answer, type GrafanaBed } from '../bed/grafana';
import { sampleRun } from '../kit/sample-report';
import { makeWorkspace, type Workspace } from './small-service';

const token = 'glsa_open-sesame-4711';
const address = '127.0.0.1:8000';
const dashboard = 'http://127.0.0.1:3000/d/bw-1?from=1&to=2';
let workspace: Workspace;
let bed: GrafanaBed;
let plan: string;
let dir: string;
const run = { ...sampleRun(), dashboard };

beforeAll(async () => {
  workspace = await makeWorkspace();
  dir = path.join(workspace.folder, run.id);
  await mkdir(dir);
  await writeFile(path.join(dir, 'run.json'), JSON.stringify({ ...run, records: 0 }));
});
beforeEach(async () => {
  bed = await startGrafanaBed(token);
  plan = await workspace.plan(`
version: 1
name: Dashboards
targets: { gateway: { url: 'http://${address}' } }
observe:
  prometheus: { url: 'http://127.0.0.1:9090', write: percentiles }
  grafana: ${bed.url}
scenarios: { look: { steps: [{ get: / }] } }
phases: { load: { scenarios: [look], users: 2, for: 30s } }
`);
});
afterEach(async () => {
  bed.stop();
  await rm(path.join(dir, 'grafana'), { recursive: true, force: true });
});
afterAll(() => workspace.dispose());

interface Said {
  readonly code: number | null;
  readonly text: string;
}

async function cli(...words: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), ...words], {
    cwd: workspace.folder,
    env: { ...process.env, BENCHWRIGHT_SECRET_GRAFANA_TOKEN: token },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(text).not.toContain(token);
  return { code, text };
}

const push = (): Promise<Said> => cli('grafana', 'push', plan, dir);
const report = async (): Promise<string> => (await cli('report', dir)).text;
const pictures = (html: string): number => html.match(/<img src="data:image\/png;base64,iVBOR/g)?.length ?? 0;

describe('pictures of panels', () => {
  it('come into the run folder once, one for each panel and component, and from there into the report', async () => {
    expect(await push()).toMatchObject({ code: 0 });
    const ids = bed.drawn.map((asked) => asked.get('panelId'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(8);
    const ofComponent = bed.drawn.flatMap((asked) => asked.get('var-component') ?? []);
    expect(ofComponent).toEqual(Array.from({ length: 4 }, () => `instance="${address}"`));
    expect(bed.drawn[0]?.get('var-run')).toBe(run.id);
    expect(bed.drawn[0]?.get('var-datasource')).toBe('source-1');
    expect(Number(bed.drawn[0]?.get('from'))).toBeLessThan(run.startedMs);
    expect(Number(bed.drawn[0]?.get('to'))).toBeGreaterThan(run.endedMs);
    expect(await readdir(path.join(dir, 'grafana'))).toHaveLength(ids.length + 1);
    const html = await report();
    expect(pictures(html)).toBe(ids.length);
    expect(html).toContain('gateway: CPU');
    expect(html).toContain(`href="${dashboard.replaceAll('&', '&amp;')}"`);

    const writes = bed.writes.length;
    const again = await push();
    expect(again.text).toContain(`pictures of ${run.id}: unchanged`);
    expect(again.text).not.toMatch(/created|updated/);
    expect([bed.writes.length, bed.drawn.length]).toEqual([writes, ids.length]);
  });

  it.each([
    ['says so', 'missing'],
    ['says nothing', 'silent'],
  ] as const)('costs a note and no more where a server without a renderer %s', async (_, renderer) => {
    bed.renderer = renderer;
    const said = await push();
    expect(said.code).toBe(0);
    expect(said.text.match(/no pictures of panels from .*image renderer/g)).toHaveLength(1);
    expect(pictures(await report())).toBe(0);
  });

  it('keeps the pictures that it has where the server draws no more, and the next push makes all of them', async () => {
    let left = 2;
    bed.interfere = (_, asked) =>
      asked.startsWith('/render/') && left-- <= 0 ? [500, { message: 'out of memory' }] : undefined;
    const said = await push();
    expect(said.code).toBe(0);
    expect(said.text).toMatch(/only 2 of \d+ pictures of panels from .*: it answered 500\.$/m);
    expect(pictures(await report())).toBe(2);
    bed.interfere = () => undefined;
    expect((await push()).text).toContain('created');
    expect(pictures(await report())).toBeGreaterThan(8);
  });
});

describe('a server that does not do as it is asked', () => {
  const answers: readonly (readonly [string, string, Answer, RegExp])[] = [
    [
      'may not read data sources',
      'GET /api/datasources',
      [403, { message: 'Access denied' }],
      /answered 403: Access denied; its token needs the role Editor/,
    ],
    [
      'was changed by somebody else',
      'GET /api/dashboards',
      [412, { message: 'version mismatch' }],
      /answered 412: version mismatch; somebody else changed it/,
    ],
    ['fails', 'GET /api/dashboards', [500, 'oops'], /Grafana server .* answered 500\.$/m],
    ['is down behind a proxy', 'GET /api/annotations', [502, '<html>'], /answered 502\.$/m],
    ['is told to wait', 'GET /api/annotations', [429, { message: 'slow down' }], /answered 429: slow down/],
  ];
  it.each(answers)('that %s is told, and no region is drawn', async (_, asked, answer, says) => {
    bed.interfere = (method, address) => (`${method} ${address}`.startsWith(asked) ? answer : undefined);
    const said = await push();
    expect(said.text).toMatch(says);
    expect(said.code).not.toBe(0);
    expect(bed.writes).not.toContain('POST /api/annotations');
  });

  it('has its regions put right where they lie elsewhere, and not drawn a second time', async () => {
    await push();
    const count = bed.annotations.length;
    const [region] = bed.annotations;
    if (region === undefined) throw new Error('no region was drawn');
    const { time } = region;
    region.time = 5;
    expect((await push()).text).toMatch(/region .*: updated/);
    expect(bed.annotations).toHaveLength(count);
    expect(region.time).toBe(time);
  });

  it.each([301, 302, 307, 308])('a redirect with %i gets neither a request nor the token', async (status) => {
    let connections = 0;
    const elsewhere = createServer((_, response) => response.end('[]')).on('connection', () => connections++);
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    bed.interfere = () => [status, '', { location }];
    const said = await push();
    elsewhere.close();
    expect(said.text).toMatch(/a redirect to .*, which is not followed/);
    expect(said.code).not.toBe(0);
    expect(connections).toBe(0);
  });

  it('a server that is not this machine gets nothing before it is allowed', async () => {
    let connections = 0;
    const foreign = createServer((_, response) => response.writeHead(401).end('{}')).on(
      'connection',
      () => connections++,
    );
    await new Promise<void>((resolve) => foreign.listen(0, '0.0.0.0', resolve));
    // It reaches this machine, and no reader has to know that.
    const host = `0.0.0.0:${(foreign.address() as AddressInfo).port}`;
    const abroad = path.join(workspace.folder, 'abroad.bench.yaml');
    await writeFile(abroad, (await readFile(plan, 'utf8')).replace(bed.url, `http://${host}`));
    const refused = await cli('grafana', 'push', abroad);
    expect(refused.code).toBe(7);
    expect(refused.text).toContain(`--allow-target ${host}`);
    expect(connections).toBe(0);
    const allowed = await cli('grafana', 'push', abroad, '--allow-target', host);
    expect(allowed.text).toContain('answered 401');
    expect(connections).toBeGreaterThan(0);
    foreign.close();
  });
});
