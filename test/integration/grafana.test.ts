import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { startPrometheus, type StartedPrometheus } from '../../scripts/prometheus.mjs';
import { startGrafanaBed, type GrafanaBed } from '../bed/grafana';
import { runByCli, type CliRun } from './cli-run';
import { freePortBase } from '../e2e/harness/workspace';
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
