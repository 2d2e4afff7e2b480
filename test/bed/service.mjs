/**
 * A service that obeys known laws, for measuring the measurer. It listens on loopback, prints `{"port":…}` and ends when
 * its standard input does.
 *
 *   /KIND/NAME?…       a law of behaviours.mjs, made by the first request to that name; `/KIND/NAME/…` reaches it too
 *   /ledger            what was received, by name: counts by second, status and mark
 *   /ledger/NAME       its exact latencies, as the service sees them: the first 100,000
 */
import { createServer } from 'node:http';
import { createBehaviour } from './behaviours.mjs';

const samplesMax = 100_000;
const behaviours = new Map();
const entries = new Map();
const now = () => performance.now();

function entryOf(name) {
  let entry = entries.get(name);
  if (entry === undefined) {
    entry = { received: 0, answered: 0, seconds: {}, statuses: {}, marks: {}, samples: [] };
    entries.set(name, entry);
  }
  return entry;
}

function count(counts, key) {
  counts[key] = (counts[key] ?? 0) + 1;
}

/**
 * Calls back at a time or just after it, never before: a timer rounds to milliseconds and may fire early. The due time
 * is absolute, so what one answer is late is not handed on to the next.
 */
function callAt(due, action) {
  const left = due - now();
  if (left <= 0) action();
  else setTimeout(() => callAt(due, action), Math.ceil(left));
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const arrival = now();
  request.resume();
  const url = new URL(request.url, 'http://service');
  const [kind, name, ...rest] = url.pathname.slice(1).split('/');
  if (kind === 'ledger') {
    reply(response, 200, name === undefined ? ledger() : (entries.get(name)?.samples ?? []));
    return;
  }
  try {
    const key = `${kind}/${name}`;
    if (!behaviours.has(key)) behaviours.set(key, createBehaviour(kind, url.searchParams));
    const behaviour = behaviours.get(key);
    if (behaviour === undefined) reply(response, 404, { error: 'no such law' });
    else
      answer(response, name, arrival, behaviour(arrival, { method: request.method, rest: rest.join('/') }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reply(response, 400, { error: error.message });
  }
});

function answer(response, name, arrival, decision) {
  const { at, status = 200, body = { outcome: 'success' }, events, gap, mark, drawn } = decision;
  const entry = entryOf(name);
  entry.received += 1;
  count(entry.seconds, Math.floor(arrival / 1000));
  if (mark !== undefined) count(entry.marks, mark);
  const end = () => {
    entry.answered += 1;
    count(entry.statuses, status);
    if (entry.samples.length >= samplesMax) return;
    entry.samples.push({ arrival, took: now() - arrival, status, mark, drawn });
  };
  callAt(at, () => {
    if (events === undefined) {
      end();
      reply(response, status, body);
    } else {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      sendEvents(response, { at, events, gap }, end);
    }
  });
}

function sendEvents(response, { at, events, gap }, end) {
  response.write(`data: ${events}\n\n`);
  if (events > 1) {
    callAt(at + gap, () => sendEvents(response, { at: at + gap, events: events - 1, gap }, end));
    return;
  }
  end();
  response.end();
}

function reply(response, status, value) {
  const text = JSON.stringify(value);
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    .end(text);
}

function ledger() {
  return Object.fromEntries([...entries].map(([name, { samples: _, ...counts }]) => [name, counts]));
}

process.stdin.on('end', () => process.exit(0)).resume();
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
