// Calls by gRPC: phase load. Made by Benchwright; changes are lost when the plan is run.

import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
import drain from 'k6/x/drain';
import secure from 'k6/x/secure';
import grpc from 'k6/net/grpc';

// Every address block but 127.0.0.0/8 and ::1, so that a redirect or a name cannot lead the load elsewhere.
const notLoopback = [
  ...['0.0.0.0/2', '64.0.0.0/3', '96.0.0.0/4', '112.0.0.0/5', '120.0.0.0/6', '124.0.0.0/7', '126.0.0.0/8'],
  ...['128.0.0.0/1', '::/128'],
  // For each of the first 127 bits, all zero in ::1, the addresses in which it is the first that is not.
  ...Array.from({ length: 127 }, (_, bit) => {
    const groups = new Array(8).fill('0');
    groups[Math.floor(bit / 16)] = (1 << (15 - (bit % 16))).toString(16);
    return `${groups.join(':')}/${bit + 1}`;
  }),
];

export const options = {
  discardResponseBodies: true,
  maxRedirects: 0,
  systemTags: ['scenario', 'name', 'status', 'error_code'],
  blacklistIPs: notLoopback,
  scenarios: {
    buy: { executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '5.25s', exec: 'runBuy' },
  },
};

const loadStart = new Gauge('load_start');
const task = new Trend('task', true);
const unfiled = new Trend('unfiled', true);

// The connection of this user to a target. What the plan calls is looked for before the load begins.
function caller({ address, plaintext, folder, files, methods }) {
  const client = new grpc.Client();
  const known = files === undefined ? [] : client.load([folder], ...files);
  for (const name of methods ?? []) {
    const method = known.find(({ full_method }) => full_method === `/${name}`);
    if (method === undefined) throw new Error(`${name} is no method of ${files.join(', ')}`);
    if (method.is_client_stream || method.is_server_stream)
      throw new Error(`${name} has a stream: only methods with one message each way can be called`);
  }
  return { client, address, settings: { plaintext, reflect: files === undefined }, isConnected: false };
}

// Connects unless that is done. A port that nobody listens on may answer nothing at all, hence the limit.
function connected(target, limitMs) {
  if (target.isConnected) return undefined;
  try {
    target.client.connect(target.address, { ...target.settings, timeout: Math.min(5000, limitMs) });
    target.isConnected = true;
    return undefined;
  } catch (error) {
    target.client.close();
    if (target.settings.reflect && error.message.includes('Unimplemented'))
      return 'the service has no server reflection, so its target needs `proto`';
    return error.message;
  }
}

// A call. k6 files it, but for one without a connection (status 14), one that cannot be sent (2), and one out of time
// (4), whose sample it would drop.
function invoke(target, method, message, params, leftMs) {
  // Too late to begin anything: the iteration is about to be cut off.
  if (leftMs <= 0) sleep(1);
  const begun = Date.now();
  const passed = () => Date.now() - begun;
  const file = (status, code) => {
    const tags = { ...params.tags, status: String(status) };
    unfiled.add(passed(), code === undefined ? tags : { ...tags, error_code: code });
    return { status, json: undefined, tookMs: passed() };
  };
  const fault = connected(target, Math.max(1, Math.min(params.timeout, leftMs)));
  if (fault !== undefined) {
    warnOnce(`${params.tags.name}: ${fault}`);
    return file(14, fault.includes('refused') ? '1212' : '1210');
  }
  const limitMs = Math.max(1, Math.min(params.timeout, leftMs) - passed());
  try {
    const answer = target.client.invoke(method, message, { ...params, timeout: limitMs });
    const { error } = answer;
    const status = Number(answer.status);
    // The service knows the limit, and may be a little faster.
    if (status === 4) {
      const isCut = leftMs < params.timeout && passed() > leftMs - 50;
      return file(status, isCut ? '1900' : undefined);
    }
    // A lost connection is made anew with the next call: the pauses of gRPC would grow to two minutes.
    if (error && error.message.startsWith('connection error')) {
      target.client.close();
      target.isConnected = false;
    }
    return { status, json: error || answer.message, tookMs: passed() };
  } catch (error) {
    warnOnce(`${params.tags.name}: ${error.message}`);
    return file(2, '1000');
  }
}

function outcomeOf(decision) {
  if (decision === true) return 'success';
  return decision === false ? 'failed' : 'unjudged';
}

// Tags are made once: an object per sample costs a quarter of the CPU of a request.
function tagsOf(name) {
  return Object.fromEntries(
    ['success', 'failed', 'unjudged', 'timeout'].map((outcome) => [outcome, { name, outcome }]),
  );
}

function isMissing(value) {
  return value === undefined || value === null;
}

// Once per user, since a log line per request would cost more than the request.
const warned = new Set();
function warnOnce(message) {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(message);
}

function text(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

// A value from outside of the plan; without it the run must not start.
function required(name) {
  if (__ENV[name] === undefined) throw new Error(`the environment variable ${name} is not set`);
  return __ENV[name];
}

function rowsOf(file) {
  const rows = JSON.parse(open(file));
  if (rows.length === 0) throw new Error(`${file} has no rows`);
  return rows;
}

// The number of the iteration, counted over all users of the scenario. Reading exec.scenario anew is expensive.
let scenarioState;
function turn() {
  if (scenarioState === undefined) scenarioState = exec.scenario;
  return scenarioState.iterationInTest;
}

// Only two numbers or two texts have an order.
function isOrdered(a, b) {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}

function greater(a, b) {
  return isOrdered(a, b) ? a > b : undefined;
}

function lengthOf(value) {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

secure.configure({ '127.0.0.1:50051': { insecure: true, minVersion: 'tls1.2' } });
const itemsRows = rowsOf('./data/items.json');
const secretKEY = required('BENCHWRIGHT_SECRET_KEY');
const buy1Params = { tags: { name: 'grpc shop.v1.Shop/Find' }, timeout: 2000 };
const buy1Tags = tagsOf('grpc shop.v1.Shop/Find');
const buy2Params = {
  tags: { name: 'buy', expects: '0,6' },
  timeout: 30000,
  metadata: { 'X-Tenant': 'acme', Authorization: `Bearer ${secretKEY}` },
  discardResponseMessage: true,
};
const buy3Message = {};
const buy3Params = { tags: { name: 'grpc stock.Stock/List' }, timeout: 30000, discardResponseMessage: true };
const shopCalls = caller({
  address: '127.0.0.1:50051',
  plaintext: false,
  folder: './files/proto-shop',
  files: ['shop/v1/shop.proto'],
  methods: ['shop.v1.Shop/Find', 'shop.v1.Shop/Buy'],
});
const stockCalls = caller({ address: '127.0.0.1:50052', plaintext: true });

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario buy.
export function runBuy() {
  secure.use('');
  drain.watch(250);
  const items = itemsRows[turn() % itemsRows.length];

  // grpc shop.v1.Shop/Find
  const message1 = { words: [items.word], most: 5 };
  const metadata1 = { 'X-Tenant': 'acme', 'x-user': text(__VU), Authorization: `Bearer ${secretKEY}` };
  secure.use('127.0.0.1:50051');
  const params1 = { ...buy1Params, metadata: metadata1 };
  const answer1 = invoke(shopCalls, 'shop.v1.Shop/Find', message1, params1, drain.left());
  const id = answer1.json?.items?.[0]?.id;
  if (isMissing(id)) {
    warnOnce('grpc shop.v1.Shop/Find: the response does not have every value to capture (id)');
    task.add(answer1.tookMs, buy1Tags.failed);
    return;
  }
  let outcome1 = 'failed';
  if (answer1.status === 0) {
    outcome1 = outcomeOf(greater(lengthOf(answer1.json?.items), 0));
  }
  task.add(answer1.tookMs, buy1Tags[outcome1]);

  // buy
  const message2 = { id: id, note: `for ${text(id)}` };
  secure.use('127.0.0.1:50051');
  invoke(shopCalls, 'shop.v1.Shop/Buy', message2, buy2Params, drain.left());

  // grpc stock.Stock/List
  secure.use('127.0.0.1:50052');
  invoke(stockCalls, 'stock.Stock/List', buy3Message, buy3Params, drain.left());
}
