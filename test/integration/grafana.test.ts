import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { startPrometheus, type StartedPrometheus } from '../../scripts/prometheus.mjs';
import { startGrafanaBed, type Answer, type GrafanaBed } from '../bed/grafana';
import { runByCli, type CliRun } from './cli-run';
import { freePortBase } from './demo-plan';
import { makeWorkspace, type Workspace } from './small-service';

const token = 'glsa_open-sesame-4711';
let workspace: Workspace;
let demo: Demo;
let prometheus: StartedPrometheus;
let bed: GrafanaBed;
let ran: CliRun;
let plan: string;

beforeAll(async () => {
  workspace = await makeWorkspace();
  demo = await startDemo({ portBase: await freePortBase() });
  bed = await startGrafanaBed(token);
  prometheus = await startPrometheus({
    folder: path.join(workspace.folder, 'prometheus'),
    jobs: { gateway: [demo.urls.gateway.replace('http://', '')] },
  });
  const text = `
version: 1
name: Dashboards
targets:
  gateway: { url: '${demo.urls.gateway}', prometheus: { queries: { goroutines: 'up{job="gateway"}' } } }
observe:
  prometheus: { url: '${prometheus.url}', write: percentiles }
  grafana: ${bed.url}
scenarios: { execute: { steps: [{ post: /agents/execute, json: { agent: summarizer, input: hello }, success: $.outcome == "success" }] } }
phases: { smoke: { scenarios: [execute], users: 2, for: 16s, drain: 1s } }
goals: ['p50(execute) in smoke < 5s']
`;
  ran = await runByCli(workspace, { plan: text });
  plan = await workspace.plan(text);
});
afterEach(() => {
  bed.renderer = 'there';
  bed.interfere = () => undefined;
});
afterAll(async () => {
  bed.stop();
  await prometheus.stop();
  await demo.stop();
  await workspace.dispose();
});

interface Said {
  readonly code: number | null;
  readonly text: string;
}

async function grafana(words: readonly string[], secret: string | null = token): Promise<Said> {
  const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), 'grafana', ...words], {
    cwd: workspace.folder,
    env: { ...process.env, ...(secret !== null && { BENCHWRIGHT_SECRET_GRAFANA_TOKEN: secret }) },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

async function report(dir: string): Promise<string> {
  const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), 'report', dir]);
  let html = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (html += part));
  await once(child, 'close');
  return html;
}

describe('pushing to a server that speaks as Grafana documents it', () => {
  it('makes data source, dashboard and regions once, and says where to look', async () => {
    expect(ran.run.verdict).toBe('pass');
    const first = await grafana(['push', plan, ran.run.id]);
    expect(first).toMatchObject({ code: 0 });
    expect(first.text).toContain('dashboard Dashboards: created');
    expect(first.text).toContain('region smoke: pass: created');
    expect(bed.writes).toEqual(['POST /api/datasources', 'POST /api/dashboards/db', 'POST /api/annotations']);
    const [uid = ''] = bed.dashboards.keys();
    expect(first.text).toMatch(new RegExp(`${bed.url}/d/${uid}\\?from=\\d+&to=\\d+&var-run=${ran.run.id}`));
    const [region] = bed.annotations;
    expect(region?.time).toBe(Math.round(ran.run.phases[0]?.loadStartMs ?? 0));
    expect((region?.timeEnd ?? 0) - (region?.time ?? 0)).toBe(16_000);

    // The same link is kept in the run, where everything that shows the run finds it.
    expect(first.text).toContain(ran.run.dashboard);
    expect(ran.output).toContain(ran.run.dashboard);

    const again = await grafana(['push', plan, ran.run.id]);
    expect(again.text.match(/unchanged/g)).toHaveLength(4);
    expect(bed.writes).toHaveLength(3);
  });

  it('brings pictures of the panels into the run folder once, and from there into the report', async () => {
    // Made by the test before, for each panel and each component.
    expect(bed.drawn.map((asked) => asked.get('panelId'))).toEqual([
      ...new Set(bed.drawn.map((asked) => asked.get('panelId'))),
    ]);
    expect(bed.drawn.length).toBeGreaterThan(8);
    const address = demo.urls.gateway.replace('http://', '');
    const ofComponent = bed.drawn.filter((asked) => asked.has('var-component'));
    expect(ofComponent.map((asked) => asked.get('var-component'))).toEqual(
      Array.from({ length: 4 }, () => `instance="${address}"`),
    );
    expect(bed.drawn[0]?.get('var-run')).toBe(ran.run.id);
    expect(bed.drawn[0]?.get('var-datasource')).toBe('source-1');
    const files = await readdir(path.join(ran.dir, 'grafana'));
    expect(files).toHaveLength(bed.drawn.length + 1);
    const html = await report(ran.dir);
    expect(html.match(/<img src="data:image\/png;base64,iVBOR/g)).toHaveLength(bed.drawn.length);
    expect(html).toContain('gateway: CPU');
    expect(html).toContain(`href="${ran.run.dashboard?.replaceAll('&', '&amp;') ?? ''}"`);
  });

  it.each([
    ['says so', 'missing'],
    ['says nothing', 'silent'],
  ] as const)('costs a note and no more where a server without a renderer %s', async (_, renderer) => {
    await rm(path.join(ran.dir, 'grafana'), { recursive: true, force: true });
    bed.renderer = renderer;
    const said = await grafana(['push', plan, ran.run.id]);
    expect(said.code).toBe(0);
    expect(said.text.match(/no pictures of panels from .*image renderer/g)).toHaveLength(1);
    expect(await report(ran.dir)).not.toContain('<img');
  });

  it('keeps the pictures that it has where the server draws no more, and the next push makes all of them', async () => {
    let left = 2;
    bed.interfere = (_, asked) =>
      asked.startsWith('/render/') && left-- <= 0 ? [500, { message: 'out of memory' }] : undefined;
    const said = await grafana(['push', plan, ran.run.id]);
    expect(said.code).toBe(0);
    expect(said.text).toMatch(/only 2 of \d+ pictures of panels from .*: it answered 500\.$/m);
    expect((await report(ran.dir)).match(/<img/g)).toHaveLength(2);
    bed.interfere = () => undefined;
    expect((await grafana(['push', plan, ran.run.id])).text).toContain('created');
    expect((await report(ran.dir)).match(/<img/g)?.length).toBeGreaterThan(8);
  });

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
  it.each(answers)('a server that %s is told, and nothing is written', async (_, asked, answer, says) => {
    const before = bed.writes.length;
    bed.interfere = (method, address) => (`${method} ${address}`.startsWith(asked) ? answer : undefined);
    const said = await grafana(['push', plan, ran.run.id]);
    expect(said.text).toMatch(says);
    expect(said.code).not.toBe(0);
    expect(bed.writes).toHaveLength(before);
  });

  it('a region that lies elsewhere is put right, and not drawn a second time', async () => {
    const [region] = bed.annotations;
    if (region === undefined) throw new Error('no region was drawn');
    const { time } = region;
    region.time = 5;
    expect((await grafana(['push', plan, ran.run.id])).text).toContain('region smoke: pass: updated');
    expect(bed.annotations).toHaveLength(1);
    expect(region.time).toBe(time);
  });

  it.each([301, 302, 307, 308])('a redirect with %i gets neither a request nor the token', async (status) => {
    let connections = 0;
    const elsewhere = createServer((_, response) => response.end('[]')).on('connection', () => connections++);
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    bed.interfere = () => [status, '', { location }];
    const said = await grafana(['push', plan, ran.run.id]);
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
    const refused = await grafana(['push', abroad]);
    expect(refused.code).toBe(7);
    expect(refused.text).toContain(`--allow-target ${host}`);
    expect(connections).toBe(0);
    const allowed = await grafana(['push', abroad, '--allow-target', host]);
    expect(allowed.text).toContain('answered 401');
    expect(connections).toBeGreaterThan(0);
    foreign.close();
  });

  const check = async (words: readonly string[], secret: string | null, says: RegExp): Promise<void> => {
    const said = await grafana(['push', plan, ...words], secret);
    expect(said.text).toMatch(says);
    expect(said.text).not.toContain(token);
    expect(said.code).not.toBe(0);
  };
  it('without a token says which one it needs', () =>
    check([], null, /answered 401: Invalid API key; give it the token .* as the secret GRAFANA_TOKEN\.$/m));
  it('with a wrong token says so', () =>
    check([], 'glsa_other', /GRAFANA_TOKEN is not, or no longer, a token of this server/));
  it('where nothing listens says so', () =>
    check(
      ['--url', 'http://127.0.0.1:1'],
      token,
      /Grafana server http:\/\/127.0.0.1:1 cannot be reached: nothing listens/,
    ));
  it('of a run that is not there says so', () =>
    check(['nothing'], token, /there is no finished run nothing/));
  it('to a server that is something else says so', async () => {
    const other = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await check(['--url', url], token, /answered with something else than was asked for: check its address/);
    other.close();
  });
});

interface PanelJson {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

it('every query of the exported dashboard has an answer of a real Prometheus', async () => {
  const said = await grafana(['export', plan, '--out', 'made']);
  expect(said.code).toBe(0);
  const read = (file: string): Promise<string> => readFile(path.join(workspace.folder, 'made', file), 'utf8');
  const [, file = ''] = /Wrote made\/(dashboards\/\S+\.json)/.exec(said.text) ?? [];
  expect(parse(await read('provisioning/datasources/benchwright.yaml'))).toMatchObject({
    datasources: [{ type: 'prometheus', url: prometheus.url }],
  });
  expect(parse(await read('provisioning/dashboards/benchwright.yaml'))).toMatchObject({ apiVersion: 1 });
  const { panels } = JSON.parse(await read(file)) as { panels: PanelJson[] };
  const asked = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  expect(asked.length).toBeGreaterThan(10);
  const silent = new Set<string>();
  for (const { title, expr } of asked) if (!(await hasAnswer(expr))) silent.add(title);
  // Nothing failed and nothing was dropped, so k6 wrote no such series.
  expect([...silent]).toEqual(['Failed requests', 'Users and dropped arrivals']);
});

/** Whether a query has values at some time of the load; one that the server refuses throws. */
async function hasAnswer(expr: string): Promise<boolean> {
  const gateway = demo.urls.gateway.replace('http://', '');
  const query = expr
    .replaceAll('$run', ran.run.id)
    .replaceAll('$phase', 'smoke')
    .replaceAll('${component:raw}', `instance="${gateway}"`)
    .replaceAll('$__rate_interval', '8s');
  const startMs = ran.run.phases[0]?.loadStartMs ?? 0;
  const form = new URLSearchParams({
    query,
    start: String(startMs / 1000),
    end: String(startMs / 1000 + 18),
    step: '1',
  });
  const answer = await fetch(`${prometheus.url}/api/v1/query_range?${form.toString()}`);
  const { status, error, data } = (await answer.json()) as {
    status: string;
    error?: string;
    data?: { result: readonly unknown[] };
  };
  if (status !== 'success') throw new Error(`${query}: ${error ?? ''}`);
  return (data?.result.length ?? 0) > 0;
}
