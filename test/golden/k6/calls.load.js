// Calls by gRPC: phase load. Made by Benchwright; changes are lost when the plan is run.

import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
import drain from 'k6/x/drain';
import messages from 'k6/x/messages';
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
    buy: { executor: 'constant-vus', vus: 1, duration: '30s', gracefulStop: '5.25s', exec: 'runBuy' },
    follow: { executor: 'constant-vus', vus: 1, duration: '30s', gracefulStop: '5.25s', exec: 'runFollow' },
  },
};

const loadStart = new Gauge('load_start');
const task = new Trend('task', true);
const unfiled = new Trend('unfiled', true);

// What sends the messages of a plan in their order, and tells whether it came to the last. One message lets one wait end.
function inTurn(sends, send, isOver) {
  let next = 0;
  return (message) => {
    let mayGo = message !== undefined;
    while (next < sends.length && !isOver()) {
      const { when } = sends[next];
      if (when !== undefined && !(mayGo && when(message))) return false;
      if (when !== undefined) mayGo = false;
      next += 1;
      send(sends[next - 1]);
    }
    return true;
  };
}

// The connection of this user to a target. What the plan calls is looked for before the load begins.
function caller({ address, plaintext, folder, files, methods = [], streams = [] }) {
  const client = new grpc.Client();
  const known = files === undefined ? [] : client.load([folder], ...files);
  const called = [...methods, ...streams].map((name) => {
    const method = known.find(({ full_method }) => full_method === `/${name}`);
    if (method === undefined) throw new Error(`${name} is no method of ${files.join(', ')}`);
    const hasStreams = Boolean(method.is_client_stream || method.is_server_stream);
    if (hasStreams === streams.includes(name)) return [name, Boolean(method.is_client_stream)];
    throw new Error(
      hasStreams
        ? `${name} has a stream: it is called by a step grpcStream`
        : `${name} has no stream: it is called by a step grpc`,
    );
  });
  // Whether a method takes a stream; not known where the service is asked.
  const takesStream = new Map(called);
  const settings = { plaintext, reflect: files === undefined };
  return { client, address, settings, takesStream, isConnected: false };
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

function disconnect(target) {
  target.client.close();
  target.isConnected = false;
}

// The codes of k6 for a connection that did not come about.
function refusalCode(fault) {
  return fault.includes('refused') ? '1212' : '1210';
}

function fileCall({ tags }, tookMs, status, code, more) {
  const told = { ...tags, ...more, status: String(status) };
  unfiled.add(tookMs, code === undefined ? told : { ...told, error_code: code });
}

// A call with streams. k6 files it, but for what it leaves out of other calls too, and for one that is over while the
// service goes on: that is ended with its connection, for which k6 would say that it was cancelled.
const closingMs = 100;
async function exchange(target, method, params, { sends, until, each, forMs, leftMs }) {
  // Too late to begin anything: the iteration is about to be cut off.
  if (leftMs <= 0) sleep(1);
  const clock = messages.start();
  const found = { status: 0, json: undefined, received: 0, tookMs: 0 };
  Object.assign(found, { isComplete: false, isRight: true, isCut: false });
  found.measure = (tags) => clock.measure(tags, found.status === 4);
  const file = (status, code) => {
    found.status = status;
    found.tookMs = clock.passed();
    fileCall(params, found.tookMs, status, code);
    return found;
  };
  const givenMs = Math.max(1, Math.min(forMs ?? params.timeout, leftMs));
  const fault = connected(target, givenMs);
  if (fault !== undefined) {
    warnOnce(`${params.tags.name}: ${fault}`);
    return file(14, refusalCode(fault));
  }
  const limitMs = Math.ceil(Math.max(1, givenMs - clock.passed()));
  let stream;
  try {
    const timeout = forMs === undefined ? limitMs : limitMs + 2 * closingMs;
    stream = new grpc.Stream(target.client, method, { ...params, timeout });
  } catch (error) {
    warnOnce(`${params.tags.name}: ${error.message}`);
    if (!error.message.includes('failed to create a new stream')) return file(2, '1000');
    disconnect(target);
    found.status = 14;
    found.tookMs = clock.passed();
    return found;
  }
  await new Promise((resolve) => {
    const takesStream = target.takesStream.get(method) ?? sends.length > 1;
    const isRepeated = sends.some(({ everyMs }) => everyMs !== undefined);
    const staysOpen = isRepeated || (takesStream && (until !== undefined || forMs !== undefined));
    const timers = [];
    let isOver = false;
    let isEnded = false;
    let isLeft = false;
    const finish = (isComplete) => {
      isOver = true;
      found.isComplete = isComplete;
      found.tookMs = clock.passed();
      for (const timer of timers) clearTimeout(timer);
    };
    const leave = () => {
      if (isEnded) return;
      isLeft = true;
      fileCall(params, found.tookMs, 0, undefined, { closes: 'yes' });
      disconnect(target);
    };
    const end = () => {
      finish(true);
      stream.end();
      timers.push(setTimeout(leave, closingMs));
    };
    const send = ({ make, everyMs }) => {
      stream.write(make());
      if (everyMs !== undefined) timers.push(setInterval(() => stream.write(make()), everyMs));
    };
    const sendNext = inTurn(sends, send, () => isOver);
    const sendOn = (message) => {
      if (sendNext(message) && !staysOpen) stream.end();
    };
    stream.on('data', (message) => {
      if (isOver) return;
      clock.mark();
      found.json = message;
      found.received += 1;
      if (each !== undefined && found.isRight && !each(message)) {
        found.isRight = false;
        found.wrong = message;
      }
      if (until !== undefined && until(message)) end();
      else sendOn(message);
    });
    stream.on('error', (error) => {
      if (isLeft) return;
      // k6 says so of each call that was cancelled, and it was the service. The task has the status that k6 files.
      const isCancelled = error.message.includes('canceled by client (k6)');
      const status = isCancelled ? 1 : Number(error.code);
      // Its own time was up while it was left, which is nothing that the service said.
      if (isOver && status === 4) return fileCall(params, found.tookMs, 0);
      found.status = status;
      if (isOver) return;
      const message = isCancelled ? 'the service cancelled the call' : error.message;
      found.json = { code: found.status, message };
      const isLast = leftMs < params.timeout && clock.passed() > leftMs - 50;
      if (found.status === 4) file(4, isLast ? '1900' : undefined);
      else if (error.message.includes("can't serialise")) {
        warnOnce(`${params.tags.name}: ${error.message}`);
        file(2, '1000');
      }
    });
    stream.on('end', () => {
      isEnded = true;
      const isEarly = until !== undefined || forMs !== undefined;
      if (!isOver && isEarly && found.status === 0)
        warnOnce(`${params.tags.name}: the service ended the call before its end`);
      if (!isOver) finish(!isEarly);
      for (const timer of timers) clearTimeout(timer);
      // A lost connection is made anew with the next call: the pauses of gRPC would grow to two minutes.
      if (found.status === 14) disconnect(target);
      resolve();
    });
    if (forMs !== undefined) {
      const last = () => {
        found.isCut = leftMs < forMs;
        end();
      };
      timers.push(setTimeout(last, limitMs));
    }
    sendOn();
  });
  return found;
}

// A call. k6 files it, but for one without a connection (status 14), one that cannot be sent (2), and one out of time
// (4), whose sample it would drop.
function invoke(target, method, message, params, leftMs) {
  // Too late to begin anything: the iteration is about to be cut off.
  if (leftMs <= 0) sleep(1);
  const begun = Date.now();
  const passed = () => Date.now() - begun;
  const file = (status, code) => {
    fileCall(params, passed(), status, code);
    return { status, json: undefined, tookMs: passed() };
  };
  const fault = connected(target, Math.max(1, Math.min(params.timeout, leftMs)));
  if (fault !== undefined) {
    warnOnce(`${params.tags.name}: ${fault}`);
    return file(14, refusalCode(fault));
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
    if (error && error.message.startsWith('connection error')) disconnect(target);
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
const follow1Params = {
  tags: { name: 'grpcStream shop.v1.Shop/Watch' },
  timeout: 60000,
  metadata: { 'X-Tenant': 'acme', Authorization: `Bearer ${secretKEY}` },
};
const follow1Tags = tagsOf('grpcStream shop.v1.Shop/Watch');
const follow2Params = {
  tags: { name: 'talk' },
  timeout: 5000,
  metadata: { 'X-Tenant': 'acme', Authorization: `Bearer ${secretKEY}` },
};
const follow2Tags = tagsOf('talk');
const shopCalls = caller({
  address: '127.0.0.1:50051',
  plaintext: false,
  folder: './files/proto-shop',
  files: ['shop/v1/shop.proto'],
  methods: ['shop.v1.Shop/Find', 'shop.v1.Shop/Buy'],
  streams: ['shop.v1.Shop/Watch', 'shop.v1.Shop/Talk'],
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
  const items = itemsRows[(turn() * 2) % itemsRows.length];

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

// Scenario follow.
export async function runFollow() {
  secure.use('');
  drain.watch(250);
  const items = itemsRows[(turn() * 2 + 1) % itemsRows.length];

  // grpcStream shop.v1.Shop/Watch
  const isRight1 = (message1) => greater(message1?.price, 0);
  secure.use('127.0.0.1:50051');
  const exchange1 = {
    sends: [{ make: () => ({ words: [items.word] }) }],
    each: isRight1,
    leftMs: drain.left(),
  };
  const stream1 = await exchange(shopCalls, 'shop.v1.Shop/Watch', follow1Params, exchange1);
  const id = stream1.json?.id;
  if (isMissing(id)) {
    warnOnce('grpcStream shop.v1.Shop/Watch: the response does not have every value to capture (id)');
    task.add(stream1.tookMs, follow1Tags.failed);
    stream1.measure(follow1Tags.failed);
    return;
  }
  const outcome1 =
    stream1.isComplete && stream1.isRight && stream1.received >= 3 && stream1.status === 0
      ? 'success'
      : 'failed';
  task.add(stream1.tookMs, follow1Tags[stream1.isCut ? 'unjudged' : outcome1]);
  stream1.measure(follow1Tags[stream1.isCut ? 'unjudged' : outcome1]);

  // talk
  const when2 = (message2) => (message2 === undefined ? undefined : message2?.kind === 'ready');
  const isOver2 = (message2_2) => (message2_2 === undefined ? undefined : message2_2?.last === true);
  secure.use('127.0.0.1:50051');
  const exchange2 = {
    sends: [
      { make: () => ({ id: id }) },
      { make: () => ({ ping: true }), everyMs: 1000 },
      { make: () => ({ id: id, bye: true }), when: when2 },
    ],
    until: isOver2,
    leftMs: drain.left(),
  };
  const stream2 = await exchange(shopCalls, 'shop.v1.Shop/Talk', follow2Params, exchange2);
  let outcome2 = 'failed';
  if (stream2.isComplete && stream2.status === 0) {
    outcome2 = outcomeOf(stream2.json === undefined ? undefined : stream2.json?.kind !== 'fault');
  }
  task.add(stream2.tookMs, follow2Tags[stream2.isCut ? 'unjudged' : outcome2]);
  stream2.measure(follow2Tags[stream2.isCut ? 'unjudged' : outcome2]);
}
