/** A phase carried elsewhere: checked against the definition of k6-operator's makers, and read by the real k6. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { operatorVersion, readOperatorCrd } from '../../scripts/operator-crd.mjs';

const run = promisify(execFile);
const cli = path.resolve('dist/cli.cjs');
const k6 = path.resolve('dist/k6/k6');

let folder: string;
let isTestRun: ValidateFunction;

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly parallelism: number;
    readonly script: { readonly localFile: string };
    readonly runner: {
      readonly image: string;
      readonly env: readonly { name: string; value?: string; valueFrom?: { secretKeyRef: object } }[];
      readonly volumes: readonly { configMap: { items: readonly { key: string; path: string }[] } }[];
    };
  };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-export-'));
  const definition = parse(await readOperatorCrd()) as {
    spec: { versions: { name: string; schema: { openAPIV3Schema: object } }[] };
  };
  const version = definition.spec.versions.find(({ name }) => name === 'v1alpha1');
  const ajv = new Ajv({ strict: false, formats: { int32: true, int64: true, 'date-time': true } });
  isTestRun = ajv.compile(strictly(version?.schema.openAPIV3Schema) as object);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A server warns of keys that it does not know, and leaves them out; here they are faults. */
function strictly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictly);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strictly(value)]));
  const isClosed = 'properties' in inner && inner['type'] === 'object' && !('additionalProperties' in inner);
  return isClosed ? { ...inner, additionalProperties: false } : inner;
}

interface Exported {
  readonly code: number;
  readonly text: string;
  readonly out: string;
}

let count = 0;

async function exported(where: string, plan: string, ...options: readonly string[]): Promise<Exported> {
  count += 1;
  const dir = path.join(folder, String(count));
  const out = path.join(dir, 'out');
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, 'a.bench.yaml'), plan);
  await writeFile(path.join(dir, 'rows.csv'), 'text\none\ntwo\n');
  await writeFile(path.join(dir, 'large.csv'), `text\n${`${'x'.repeat(1000)}\n`.repeat(1100)}`);
  const args = [cli, 'export', where, path.join(dir, 'a.bench.yaml'), '--out', out, ...options];
  const ended = await run(process.execPath, args, { env: { PATH: process.env['PATH'] } }).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout: said, stderr: told } = error as { code: number; stdout: string; stderr: string };
      return { code, text: said + told };
    },
  );
  return { ...ended, out };
}

function plan(
  parts: { readonly steps?: string; readonly load?: string; readonly target?: string } = {},
): string {
  return `version: 1
name: Shop
targets: { shop: { url: 'https://shop.example', ${parts.target ?? "headers: { Authorization: 'Bearer ${secret.SHOP_TOKEN}' }"} } }
data: { rows: { file: rows.csv, pick: unique }, large: { file: large.csv } }
scenarios: { buy: { steps: [${parts.steps ?? "{ post: '/buy/${env.REGION}', json: { text: '${rows.text}' } }"}] } }
phases: { load: { scenarios: [buy], ${parts.load ?? 'rate: 50/s, for: 1m, generators: 4'} } }
`;
}

async function testRun({ out }: Exported): Promise<Manifest> {
  return parse(await readFile(path.join(out, 'testrun.yaml'), 'utf8')) as Manifest;
}

describe('for k6-operator', () => {
  test(`a TestRun is one by the definition of ${operatorVersion}, and a spoilt one is none`, async () => {
    const found = await exported('k6-operator', plan(), '--namespace', 'load', '--image', 'here/k6:1');
    expect(found.code, found.text).toBe(0);
    const manifest = await testRun(found);
    expect(isTestRun(manifest), JSON.stringify(isTestRun.errors)).toBe(true);
    expect(manifest).toMatchObject({
      metadata: { name: 'shop-load', namespace: 'load' },
      spec: { parallelism: 4, runner: { image: 'here/k6:1' } },
    });
    const { spec } = manifest;
    for (const spoilt of [
      { ...spec, parallelism: 'four' },
      { ...spec, paralellism: 4 },
      { ...spec, script: { localFile: ['script.js'] } },
      { parallelism: 4 },
      { ...spec, runner: { ...spec.runner, env: [{ value: 'without a name' }] } },
    ])
      expect(isTestRun({ ...manifest, spec: spoilt }), JSON.stringify(spoilt)).toBe(false);
  });

  test('values are told by the name of a Secret, and never written', async () => {
    const found = await exported('k6-operator', plan());
    const { spec } = await testRun(found);
    const fromSecret = spec.runner.env.filter(({ valueFrom }) => valueFrom !== undefined);
    expect(fromSecret.map(({ name }) => name).sort()).toHaveLength(2);
    expect(fromSecret.every(({ value }) => value === undefined)).toBe(true);
    expect(found.text).toContain('kubectl create secret generic shop-load-values');
  });

  test('the real k6 packs and reads the files as they lie in a pod, with users for every pod', async () => {
    const { out, ...found } = await exported(
      'k6-operator',
      plan({ load: 'rate: 1/s, for: 1m, generators: 6' }),
    );
    expect(found.code, found.text).toBe(0);
    const { spec } = await testRun({ out, ...found });
    const { data } = parse(await readFile(path.join(out, 'configmap.yaml'), 'utf8')) as {
      data: Record<string, string>;
    };
    const pod = path.join(out, 'pod');
    for (const { key, path: place } of spec.runner.volumes[0]?.configMap.items ?? []) {
      await mkdir(path.dirname(path.join(pod, place)), { recursive: true });
      await writeFile(path.join(pod, place), data[key] ?? '');
    }
    // As the operator does before it starts pods.
    const env = Object.fromEntries(spec.runner.env.map(({ name, value }) => [name, value ?? 'a value']));
    const options = { cwd: pod, env: { HOME: pod, ...env } };
    await run(k6, ['archive', path.basename(spec.script.localFile), '-O', 'archive.tar'], options);
    const { stdout } = await run(k6, ['inspect', '--execution-requirements', 'archive.tar'], options);
    const { maxVUs } = JSON.parse(stdout) as { maxVUs: number };
    expect(maxVUs % 6).toBe(0);
    expect(maxVUs).toBeGreaterThanOrEqual(6);
  });

  test('more than a ConfigMap holds is refused with the remedy, which works', async () => {
    const large = plan({ steps: "{ post: /buy, json: { text: '${large.text}' } }" });
    const refused = await exported('k6-operator', large);
    expect(refused.code).toBe(2);
    expect(refused.text).toMatch(/are \d+ KiB, and a ConfigMap holds 1024 KiB: use --in-image/);
    const found = await exported('k6-operator', large, '--in-image');
    expect(found.code, found.text).toBe(0);
    expect(await readdir(path.join(found.out, 'files'))).toEqual(['data', 'script.js']);
    expect(await readFile(path.join(found.out, 'Dockerfile'), 'utf8')).toContain('COPY files/ /benchwright/');
    expect(isTestRun(await testRun(found)), JSON.stringify(isTestRun.errors)).toBe(true);
  });

  test('fewer users than pods is an error on that key', async () => {
    const found = await exported(
      'k6-operator',
      plan({ load: 'rate: 5/s, for: 1m, maxUsers: 3, generators: 4' }),
    );
    expect(found.code).toBe(2);
    expect(found.text).toContain('A scenario gets 3 of these users, fewer than the 4 generators');
  });
});

describe('for Grafana Cloud', () => {
  test('the script has the options of the cloud, and nothing that only our k6 has', async () => {
    const found = await exported('cloud', plan(), '--project', '42');
    expect(found.code, found.text).toBe(0);
    const script = await readFile(path.join(found.out, 'script.js'), 'utf8');
    expect(script).toMatch(/cloud: \{\s*name: 'Shop: load',\s*projectID: 42,?\s*\}/);
    expect(script).not.toContain('k6/x/');
    expect(await readdir(path.join(found.out, 'data'))).toEqual(['rows.json']);
  });

  test.each([
    ['a stream', { steps: '{ stream: /chat }' }, 'streams cannot be read there'],
    [
      'arrivals at random',
      { load: 'rate: 5/s, arrivals: poisson, for: 1m' },
      'arrivals at random cannot be made there',
    ],
    [
      'TLS settings',
      { target: 'tls: { minVersion: tls1.3 }' },
      'connections of a target cannot be configured there',
    ],
    [
      'OAuth2',
      { target: "auth: { oauth2: { url: 'https://id.example/token', client: a, secret: '${secret.A}' } }" },
      'one token for all users cannot be had there',
    ],
  ])('%s is an error where the plan asks for it', async (_, parts, message) => {
    const found = await exported('cloud', plan(parts));
    expect(found.code, found.text).toBe(2);
    expect(found.text).toContain(message);
  });

  test('a target on this machine is out of reach', async () => {
    const found = await exported('cloud', plan().replace('https://shop.example', 'http://127.0.0.1:8000'));
    expect(found.code).toBe(2);
    expect(found.text).toContain('Grafana Cloud cannot reach this machine');
  });
});
