// Chat service: phase load. Made by Benchwright; changes are lost when the plan is run.

import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
import drain from 'k6/x/drain';
import sse from 'k6/x/sse';

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
    chat: { executor: 'constant-vus', vus: 3, duration: '10s', gracefulStop: '5.25s', exec: 'runChat' },
    feed: { executor: 'constant-vus', vus: 3, duration: '10s', gracefulStop: '5.25s', exec: 'runFeed' },
    plain: { executor: 'constant-vus', vus: 3, duration: '10s', gracefulStop: '5.25s', exec: 'runPlain' },
  },
};

const loadStart = new Gauge('load_start');
const task = new Trend('task', true);

// What the user waits for: with the connection, which k6's duration leaves out and its blocked contains.
function took(response) {
  const { blocked, duration } = response.timings;
  return blocked + duration;
}

// A text as JSON, undefined where it is none.
function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The last event that is JSON; an answer that is no stream is taken whole.
function lastJson(stream) {
  for (let position = stream.events.length - 1; position >= 0; position -= 1) {
    const json = asJson(stream.events[position]);
    if (json !== undefined) return json;
  }
  return asJson(stream.body);
}

// Of the last event for which it is a number.
function lastNumber(stream, numberOf) {
  for (let position = stream.events.length - 1; position >= 0; position -= 1) {
    const number = numberOf(stream.events[position]);
    if (typeof number === 'number') return number;
  }
  return undefined;
}

// The text of each event, empty where it has none.
function textsOf(stream, textOf) {
  return stream.events.map((data) => {
    const text = textOf(data);
    return typeof text === 'string' ? text : '';
  });
}

// All of the text; without texts, events are lines. An answer that is no stream is taken whole.
function wholeText(stream, texts) {
  if (stream.events.length === 0) return stream.body;
  return texts === undefined ? stream.events.join('\n') : texts.join('');
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

// Only two numbers or two texts have an order.
function isOrdered(a, b) {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}

function greater(a, b) {
  return isOrdered(a, b) ? a > b : undefined;
}

function both(a, b) {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : undefined;
}

function either(a, b) {
  if (a === true || b === true) return true;
  return a === false && b === false ? false : undefined;
}

function contains(whole, part) {
  if (typeof whole === 'string') return typeof part === 'string' ? whole.includes(part) : undefined;
  return Array.isArray(whole) ? whole.includes(part) : undefined;
}

function lengthOf(value) {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

const chat1Url = 'http://127.0.0.1:8000/v1/chat/completions';
const secretKEY = required('BENCHWRIGHT_SECRET_KEY');
const chat1Params = {
  tags: { name: 'chat' },
  timeout: '2m',
  headers: {
    'Content-Type': 'application/json',
    Accept: 'text/event-stream',
    Authorization: `Bearer ${secretKEY}`,
  },
};
const chat1Tags = tagsOf('chat');
const chat2Params = {
  tags: { name: 'GET /v1/chat/${id}' },
  timeout: '30s',
  headers: { Authorization: `Bearer ${secretKEY}` },
};
const feed1Url = 'http://127.0.0.1:8000/prices?of=all';
const feed1Params = {
  tags: { name: 'stream /prices' },
  timeout: '1m',
  headers: { Accept: 'text/event-stream', Authorization: `Bearer ${secretKEY}` },
  responseCallback: http.expectedStatuses(200),
};
const feed1Tags = tagsOf('stream /prices');
const plain1Url = 'http://127.0.0.1:8000/log';
const plain1Body = 'now';
const plain1Params = {
  tags: { name: 'stream /log' },
  timeout: '1m',
  headers: { Accept: 'text/event-stream', Authorization: `Bearer ${secretKEY}` },
};
const plain1Tags = tagsOf('stream /log');

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario chat.
export function runChat() {
  drain.watch(250);
  const uuid = crypto.randomUUID();

  // chat
  const body1 = JSON.stringify({
    model: 'small',
    stream: true,
    messages: [{ role: 'user', content: `Tell me of ${text(uuid)}.` }],
  });
  const isOver1 = (data1) => data1 === '[DONE]';
  const textOf1 = (data1, event1 = asJson(data1)) => event1?.choices?.[0]?.delta?.content;
  const tokensOf1 = (data1, event1 = asJson(data1)) => event1?.usage?.completion_tokens;
  const stream1 = sse.stream('POST', chat1Url, body1, chat1Params, isOver1);
  const json1 = lastJson(stream1);
  const texts1 = textsOf(stream1, textOf1);
  const text1 = wholeText(stream1, texts1);
  const id = json1?.id;
  if (isMissing(id)) {
    warnOnce('chat: the response does not have every value to capture (id)');
    task.add(took(stream1), chat1Tags.failed);
    stream1.measure(chat1Tags.failed, texts1, lastNumber(stream1, tokensOf1));
    return;
  }
  let outcome1 = 'failed';
  if (stream1.isComplete && stream1.status >= 200 && stream1.status < 400) {
    outcome1 = outcomeOf(both(greater(lengthOf(text1), 0), greater(json1?.usage?.completion_tokens, 1)));
  }
  task.add(took(stream1), chat1Tags[outcome1]);
  stream1.measure(chat1Tags[outcome1], texts1, lastNumber(stream1, tokensOf1));

  // GET /v1/chat/${id}
  const url2 = `http://127.0.0.1:8000/v1/chat/${encodeURIComponent(id)}`;
  http.get(url2, chat2Params);
}

// Scenario feed.
export function runFeed() {
  drain.watch(250);

  // stream /prices
  const isOver1 = (data1, event1 = asJson(data1)) =>
    either(event1 === undefined ? undefined : event1?.last === true, data1 === 'end');
  const tokensOf1 = (data1, event1 = asJson(data1)) => event1?.count;
  const stream1 = sse.stream('GET', feed1Url, null, feed1Params, isOver1);
  const outcome1 = stream1.isComplete && stream1.status === 200 ? 'success' : 'failed';
  task.add(took(stream1), feed1Tags[outcome1]);
  stream1.measure(feed1Tags[outcome1], undefined, lastNumber(stream1, tokensOf1));
}

// Scenario plain.
export function runPlain() {
  drain.watch(250);

  // stream /log
  const stream1 = sse.stream('POST', plain1Url, plain1Body, plain1Params);
  const text1 = wholeText(stream1);
  let outcome1 = 'failed';
  if (stream1.isComplete && stream1.status >= 200 && stream1.status < 400) {
    outcome1 = outcomeOf(contains(text1, 'ready'));
  }
  task.add(took(stream1), plain1Tags[outcome1]);
  stream1.measure(plain1Tags[outcome1]);
}
