/** The functions of our own that a generated script may call. Each is part of a script only where it is used. */
import { traceNeeds, traceRuntime } from './trace-runtime';

export const runtime = {
  took: `// What the user waits for: with the connection, which k6's duration leaves out and its blocked contains.
function took(response) {
  const { blocked, duration } = response.timings;
  return blocked + duration;
}`,
  jsonOf: `// The body as JSON, undefined where it is none.
function jsonOf(response) {
  try {
    return response.json();
  } catch {
    return undefined;
  }
}`,
  asJson: `// A text as JSON, undefined where it is none.
function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}`,
  lastJson: `// The last event that is JSON; an answer that is no stream is taken whole.
function lastJson(stream) {
  for (let position = stream.events.length - 1; position >= 0; position -= 1) {
    const json = asJson(stream.events[position]);
    if (json !== undefined) return json;
  }
  return asJson(stream.body);
}`,
  lastNumber: `// Of the last event for which it is a number.
function lastNumber(stream, numberOf) {
  for (let position = stream.events.length - 1; position >= 0; position -= 1) {
    const number = numberOf(stream.events[position]);
    if (typeof number === 'number') return number;
  }
  return undefined;
}`,
  textsOf: `// The text of each event, empty where it has none.
function textsOf(stream, textOf) {
  return stream.events.map((data) => {
    const text = textOf(data);
    return typeof text === 'string' ? text : '';
  });
}`,
  wholeText: `// All of the text; without texts, events are lines. An answer that is no stream is taken whole.
function wholeText(stream, texts) {
  if (stream.events.length === 0) return stream.body;
  return texts === undefined ? stream.events.join('\\n') : texts.join('');
}`,
  inTurn: `// What sends the messages of a plan in their order, and tells whether it came to the last. One message lets one wait end.
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
}`,
  converse: `// A session: its messages are made as they are sent, and it is over with the message for which until holds.
function converse(url, params, { sends, until, lastsMs, leftMs }) {
  const begun = Date.now();
  const found = { status: 0, headers: {}, body: '', outcome: 'failed', isCut: false, tookMs: 0 };
  const response = ws.connect(url, params, (socket) => {
    let isOver = false;
    const end = (outcome) => {
      isOver = true;
      found.outcome = outcome;
      socket.close(1000);
    };
    const send = ({ make, everyMs }) => {
      socket.send(make());
      if (everyMs !== undefined) socket.setInterval(() => socket.send(make()), everyMs);
    };
    const sendOn = inTurn(sends, send, () => isOver);
    socket.on('open', () => sendOn());
    socket.on('message', (message) => {
      if (isOver) return;
      found.body = message;
      if (until !== undefined && until(message)) end('success');
      else sendOn(message);
    });
    socket.on('error', (error) => {
      if (!isOver) warnOnce(\`\${params.tags.name}: \${error.error()}\`);
    });
    socket.on('close', () => {
      if (!isOver) warnOnce(\`\${params.tags.name}: the service closed the session before its end\`);
    });
    const passed = Date.now() - begun;
    const limitMs = Math.max(1, Math.min(lastsMs - passed, leftMs - passed));
    socket.setTimeout(() => {
      if (isOver) return;
      found.isCut = leftMs < lastsMs;
      if (until !== undefined) end('timeout');
      else end(found.isCut ? 'unjudged' : 'success');
    }, limitMs);
  });
  if (response.status !== 101)
    warnOnce(\`\${params.tags.name}: \${response.error || 'the service opens no WebSocket'}\`);
  found.status = response.status;
  found.headers = response.headers || {};
  found.tookMs = Date.now() - begun;
  return found;
}`,
  caller: `// The connection of this user to a target. What the plan calls is looked for before the load begins.
function caller({ address, plaintext, folder, files, methods = [], streams = [] }) {
  const client = new grpc.Client();
  const known = files === undefined ? [] : client.load([folder], ...files);
  const called = [...methods, ...streams].map((name) => {
    const method = known.find(({ full_method }) => full_method === \`/\${name}\`);
    if (method === undefined) throw new Error(\`\${name} is no method of \${files.join(', ')}\`);
    const hasStreams = Boolean(method.is_client_stream || method.is_server_stream);
    if (hasStreams === streams.includes(name)) return [name, Boolean(method.is_client_stream)];
    throw new Error(
      hasStreams
        ? \`\${name} has a stream: it is called by a step grpcStream\`
        : \`\${name} has no stream: it is called by a step grpc\`,
    );
  });
  // Whether a method takes a stream; not known where the service is asked.
  const takesStream = new Map(called);
  const settings = { plaintext, reflect: files === undefined };
  return { client, address, settings, takesStream, isConnected: false };
}`,
  connected: `// Connects unless that is done. A port that nobody listens on may answer nothing at all, hence the limit.
function connected(target, limitMs) {
  if (target.isConnected) return undefined;
  try {
    target.client.connect(target.address, { ...target.settings, timeout: Math.min(5000, limitMs) });
    target.isConnected = true;
    return undefined;
  } catch (error) {
    target.client.close();
    if (target.settings.reflect && error.message.includes('Unimplemented'))
      return 'the service has no server reflection, so its target needs \`proto\`';
    return error.message;
  }
}`,
  disconnect: `function disconnect(target) {
  target.client.close();
  target.isConnected = false;
}`,
  refusalCode: `// The codes of k6 for a connection that did not come about.
function refusalCode(fault) {
  return fault.includes('refused') ? '1212' : '1210';
}`,
  fileCall: `function fileCall({ tags }, tookMs, status, code, more) {
  const told = { ...tags, ...more, status: String(status) };
  unfiled.add(tookMs, code === undefined ? told : { ...told, error_code: code });
}`,
  exchange: `// A call with streams. k6 files it, but for what it leaves out of other calls too, and for one that is over while the
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
    warnOnce(\`\${params.tags.name}: \${fault}\`);
    return file(14, refusalCode(fault));
  }
  const limitMs = Math.ceil(Math.max(1, givenMs - clock.passed()));
  let stream;
  try {
    const timeout = forMs === undefined ? limitMs : limitMs + 2 * closingMs;
    stream = new grpc.Stream(target.client, method, { ...params, timeout });
  } catch (error) {
    warnOnce(\`\${params.tags.name}: \${error.message}\`);
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
        warnOnce(\`\${params.tags.name}: \${error.message}\`);
        file(2, '1000');
      }
    });
    stream.on('end', () => {
      isEnded = true;
      const isEarly = until !== undefined || forMs !== undefined;
      if (!isOver && isEarly && found.status === 0)
        warnOnce(\`\${params.tags.name}: the service ended the call before its end\`);
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
}`,
  invoke: `// A call. k6 files it, but for one without a connection (status 14), one that cannot be sent (2), and one out of time
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
    warnOnce(\`\${params.tags.name}: \${fault}\`);
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
    warnOnce(\`\${params.tags.name}: \${error.message}\`);
    return file(2, '1000');
  }
}`,
  outcomeOf: `function outcomeOf(decision) {
  if (decision === true) return 'success';
  return decision === false ? 'failed' : 'unjudged';
}`,
  tagsOf: `// Tags are made once: an object per sample costs a quarter of the CPU of a request.
function tagsOf(name) {
  return Object.fromEntries(
    ['success', 'failed', 'unjudged', 'timeout'].map((outcome) => [outcome, { name, outcome }]),
  );
}`,
  isMissing: `function isMissing(value) {
  return value === undefined || value === null;
}`,
  warnOnce: `// Once per user, since a log line per request would cost more than the request.
const warned = new Set();
function warnOnce(message) {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(message);
}`,
  text: `function text(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}`,
  between: `function between(from, to) {
  return from + Math.random() * (to - from);
}`,
  exponential: `function exponential(mean) {
  return -mean * Math.log(1 - Math.random());
}`,
  standardNormal: `// Two evenly distributed numbers make one that is normally distributed (Box and Muller).
function standardNormal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}`,
  normal: `function normal(mean, deviation) {
  return Math.max(0, mean + deviation * standardNormal());
}`,
  lognormal: `// Its logarithm is normally distributed, with the variance that gives this mean and deviation.
function lognormal(mean, deviation) {
  if (mean === 0) return 0;
  const variance = Math.log(1 + (deviation / mean) ** 2);
  return mean * Math.exp(Math.sqrt(variance) * standardNormal() - variance / 2);
}`,
  basic: `function basic(pair) {
  return \`Basic \${encoding.b64encode(pair)}\`;
}`,
  required: `// A value from outside of the plan; without it the run must not start.
function required(name) {
  if (__ENV[name] === undefined) throw new Error(\`the environment variable \${name} is not set\`);
  return __ENV[name];
}`,
  rowsOf: `function rowsOf(file) {
  const rows = JSON.parse(open(file));
  if (rows.length === 0) throw new Error(\`\${file} has no rows\`);
  return rows;
}`,
  turn: `// The number of the iteration, counted over all users of the scenario. Reading exec.scenario anew is expensive.
let scenarioState;
function turn() {
  if (scenarioState === undefined) scenarioState = exec.scenario;
  return scenarioState.iterationInTest;
}`,
  uniqueRow: `// Rows are never used twice: a run that needs more than there are ends.
function uniqueRow(rows, position, feed) {
  if (position >= rows.length) {
    exec.test.abort(\`data feed \${feed}: all \${rows.length} rows are used; add rows or pick otherwise\`);
  }
  return rows[position];
}`,
  randomRow: `function randomRow(rows) {
  return rows[Math.floor(Math.random() * rows.length)];
}`,
  ...traceRuntime,
} as const satisfies Record<string, string>;

export type RuntimeName = keyof typeof runtime;

/** The functions that others of them call. */
export const runtimeNeeds: Readonly<Partial<Record<RuntimeName, readonly RuntimeName[]>>> = {
  ...traceNeeds,
  invoke: ['connected', 'disconnect', 'fileCall', 'refusalCode', 'warnOnce'],
  exchange: ['connected', 'disconnect', 'fileCall', 'inTurn', 'refusalCode', 'warnOnce'],
  converse: ['inTurn', 'warnOnce'],
  lastJson: ['asJson'],
  normal: ['standardNormal'],
  lognormal: ['standardNormal'],
};
