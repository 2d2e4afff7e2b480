#!/usr/bin/env node
/**
 * Stands in for kubectl and for a cluster with k6-operator, since none can be had: it speaks the subcommands that are
 * used. Its pods are the real k6 with the real script, started as the operator does: paused, with segments, begun all
 * together over their REST addresses. Their logs have the times of their lines, as a node keeps them.
 *
 * The file that KUBECONFIG names is `{ k6, services, contexts: { NAME: FAULTS } }`; beside it lies what the cluster has.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

const configFile = process.env.KUBECONFIG;
const config = JSON.parse(readFileSync(configFile, 'utf8'));
const args = process.argv.slice(2);
const option = (name) => args.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
const operands = args.filter((each) => !each.startsWith('--'));
const namespace = option('namespace');
const faults = config.contexts[option('context')];
const root = path.join(path.dirname(configFile), 'cluster');

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function keep(file, value) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(value));
  renameSync(`${file}.new`, file);
}

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const objectFile = (kind, name) => path.join(root, kind.toLowerCase(), `${name}.json`);
const podsFolder = path.join(root, 'pods');

if (faults === undefined) fail(`error: context "${option('context')}" does not exist`);
const verbs = { create, get, logs, delete: remove, operate };
await verbs[operands[0]]();

function create() {
  const { items } = JSON.parse(readFileSync(0, 'utf8'));
  if (faults.forbidden)
    fail(
      `Error from server (Forbidden): error when creating "STDIN": testruns.k6.io is forbidden: User "guest" cannot create resource "testruns" in API group "k6.io" in the namespace "${namespace}"`,
    );
  if (faults.noOperator)
    fail(
      'error: resource mapping not found for name: "a" namespace: "" from "STDIN": no matches for kind "TestRun" in version "k6.io/v1alpha1"\nensure CRDs are installed first',
    );
  if (args.includes('--dry-run=server')) return;
  for (const item of items) keep(objectFile(item.kind, item.metadata.name), item);
  const testRun = items.find(({ kind }) => kind === 'TestRun');
  spawn(
    process.execPath,
    [
      process.argv[1],
      ...args.filter((each) => /^--(context|namespace)/.test(each)),
      'operate',
      testRun.metadata.name,
    ],
    {
      detached: true,
      stdio: 'ignore',
    },
  ).unref();
}

function get() {
  const name = option('selector').replace('k6_cr=', '');
  const pods = existsSync(podsFolder) ? readdirSync(podsFolder).filter((file) => file.endsWith('.json')) : [];
  const items = pods
    .map((file) => read(path.join(podsFolder, file)))
    .filter((pod) => pod.metadata.labels.k6_cr === name);
  process.stdout.write(JSON.stringify({ items }));
}

function remove() {
  if (faults.undeletable) fail('Unable to connect to the server: dial tcp 192.0.2.1:6443: i/o timeout');
  for (const object of operands.slice(1)) {
    const [kind, name] = object.split('/');
    rmSync(
      objectFile({ 'testruns.k6.io': 'testrun', configmaps: 'configmap', secrets: 'secret' }[kind], name),
      { force: true },
    );
  }
}

/** The lines of a pod, from a time on, and on until it is over. */
function logs() {
  const pod = operands[1];
  const since = option('since-time') ?? '';
  const file = path.join(podsFolder, `${pod}.log`);
  const stateFile = path.join(podsFolder, `${pod}.json`);
  let at = 0;
  const tell = () => {
    const text = readFileSync(file, 'utf8');
    const end = text.lastIndexOf('\n') + 1;
    let out = '';
    for (const line of text.slice(at, end).split('\n').slice(0, -1)) {
      const [time, ...words] = line.split(' ');
      if (time >= since) out += `${words.join(' ')}\n`;
    }
    at = end;
    if (out !== '') writeSync(1, out);
  };
  const isOver = () => !existsSync(stateFile) || read(stateFile).status.phase !== 'Running';
  const look = () => {
    const isLast = isOver();
    tell();
    if (isLast || !args.includes('--follow')) process.exit(0);
  };
  look();
  watch(podsFolder, look);
}

/** The operator, and the nodes. It goes with its TestRun. */
async function operate() {
  const name = operands[1];
  const testRunFile = objectFile('TestRun', name);
  const { spec } = read(testRunFile);
  if (faults.image !== undefined) {
    putPod(name, 'initializer', {
      waiting: { reason: faults.image, message: 'Back-off pulling image "none"' },
    });
    watch(path.dirname(testRunFile), () => {
      if (existsSync(testRunFile)) return;
      dropPod(name, 'initializer');
      process.exit(0);
    });
    return;
  }
  const folder = path.join(root, 'volumes', name);
  const pods = [];
  for (let index = 1; index <= spec.parallelism; index += 1)
    pods.push(await startPod(name, index, spec, folder));
  watch(path.dirname(testRunFile), () => {
    if (existsSync(testRunFile)) return;
    for (const { child } of pods) end(child);
  });
  const isWanted = () => existsSync(testRunFile);
  await Promise.all(pods.map(({ address }) => isReady(address, isWanted)));
  await Promise.all(pods.map(({ address }) => begin(address)));
  await Promise.all(pods.map(({ ended }) => ended));
  while (isWanted()) await new Promise((resolve) => setTimeout(resolve, 100));
  for (let index = 1; index <= spec.parallelism; index += 1) dropPod(name, index);
  process.exit(0);
}

/** What a node does with a pod that is told to end, though it gives it longer. */
function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 6000);
  child.on('exit', () => clearTimeout(kill));
}

/** @param state of its container; `undefined` where the pod was evicted. */
function putPod(name, job, state) {
  const labels = { k6_cr: name, 'job-name': `${name}-${job}` };
  const status =
    state === undefined
      ? { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }
      : { phase: phaseOf(state), containerStatuses: [{ name: 'k6', state }] };
  keep(path.join(podsFolder, `${name}-${job}-pod.json`), {
    metadata: { name: `${name}-${job}-pod`, labels },
    status,
  });
}

function phaseOf({ terminated }) {
  if (terminated === undefined) return 'Running';
  return terminated.exitCode === 0 ? 'Succeeded' : 'Failed';
}

function dropPod(name, job) {
  for (const ending of ['json', 'log'])
    rmSync(path.join(podsFolder, `${name}-${job}-pod.${ending}`), { force: true });
}

async function startPod(name, index, { parallelism, runner, script }, folder) {
  const place = path.join(folder, String(index));
  for (const { key, path: file } of runner.volumes[0].configMap.items) {
    const content = read(objectFile('ConfigMap', name)).data[key];
    mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
    // The names of services lead somewhere within the cluster alone.
    writeFileSync(
      path.join(place, file),
      Object.entries(config.services).reduce((text, [from, to]) => text.replaceAll(from, to), content),
    );
  }
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const edge = (part) =>
    part === 0 || part === parallelism ? String(part / parallelism) : `${part}/${parallelism}`;
  const segments =
    parallelism === 1
      ? []
      : [
          `--execution-segment=${edge(index - 1)}:${edge(index)}`,
          `--execution-segment-sequence=${Array.from({ length: parallelism + 1 }, (_, part) => edge(part)).join(',')}`,
        ];
  const env = Object.fromEntries(
    runner.env.map((each) => [each.name, each.value ?? valueOf(each.valueFrom.secretKeyRef)]),
  );
  const command = [
    'run',
    '--quiet',
    ...segments,
    path.basename(script.localFile),
    `--address=${address}`,
    '--paused',
    '--tag',
    `instance_id=${index}`,
  ];
  mkdirSync(podsFolder, { recursive: true });
  const log = openSync(path.join(podsFolder, `${name}-${index}-pod.log`), 'a');
  const child = spawn(config.k6, command, {
    cwd: place,
    env: { HOME: place, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const output of [child.stdout, child.stderr]) keepLines(output, log);
  putPod(name, index, { running: {} });
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      closeSync(log);
      const eviction = path.join(root, `evicted-${index}`);
      if (existsSync(eviction)) {
        rmSync(eviction);
        putPod(name, index, undefined);
        resolve();
        return;
      }
      const exitCode = code ?? { SIGKILL: 137, SIGTERM: 143 }[signal] ?? 1;
      putPod(name, index, {
        terminated: {
          exitCode,
          reason: exitCode === 0 ? 'Completed' : exitCode === 137 ? 'OOMKilled' : 'Error',
        },
      });
      resolve();
    });
  });
  return { child, address, ended };
}

function valueOf({ name, key }) {
  return Buffer.from(read(objectFile('Secret', name)).data[key], 'base64').toString('utf8');
}

function keepLines(output, log) {
  let pending = '';
  output.setEncoding('utf8').on('data', (text) => {
    const lines = (pending + text).split('\n');
    pending = lines.pop();
    for (const line of lines) writeSync(log, `${new Date().toISOString()} ${line}\n`);
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Until nobody wants it any more: one that is killed before it begins never answers. */
async function isReady(address, isWanted) {
  while (isWanted()) {
    const answer = await fetch(`http://${address}/v1/status`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function begin(address) {
  const body = JSON.stringify({ data: { attributes: { paused: false }, id: 'default', type: 'status' } });
  await fetch(`http://${address}/v1/status`, { method: 'PATCH', body }).catch(() => undefined);
}
