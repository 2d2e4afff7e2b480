/** Compiled plans, run by the real k6 against a real server that writes down what reaches it. */
import { expect, test } from 'vitest';
import { explainExit } from '../../engines/k6/command';
import { check, json, received, server, sum } from './compiled-run';

test('what is counted is what the server received, once the clock has started', async () => {
  const run = await check({
    plan: `scenarios: { s: { steps: [{ get: /a }, { head: /b, name: two }, { think: 5ms }] } }
phases: { p: { scenarios: [s], users: 3, for: 1s } }`,
  });
  expect(run.code).toBe(0);
  expect(explainExit(run.code, null).kind).toBe('clean');
  expect(run.kinds.slice(0, 2)).toEqual(['start', 'clock']);
  expect(run.kinds.at(-1)).toBe('end');
  expect(received.length).toBeGreaterThan(50);
  expect(sum(run.requests, 'GET /a')).toBe(received.filter(({ method }) => method === 'GET').length);
  expect(sum(run.requests, 'two')).toBe(received.filter(({ method }) => method === 'HEAD').length);
  expect(run.count('task')).toBe(0);
  expect(run.log).toBe('');
});

test('query, headers, forms, JSON and bodies arrive as the plan says them', async () => {
  const row = { text: 'a "b" & c=d/é\n', n: 7, list: [1] };
  await check({
    path: '/base/',
    rows: { rows: [row] },
    environment: { REGION: 'eu west' },
    plan: `data: { rows: { file: rows.json } }
scenarios:
  s:
    steps:
      - get: /x/\${rows.text}?a=1
        query: { 'q r': '\${rows.text}!', n: 2, yes: true }
        headers: { X-Region: '\${env.REGION}', X-N: 'n\${rows.n}' }
      - post: /json
        json: { text: '\${rows.text}', n: '\${rows.n}', list: '\${rows.list}', mixed: 'v\${rows.n}', raw: "$\${x}", deep: [{ k: null }] }
      - put: /form
        form: { text: '\${rows.text}', fixed: 'a b' }
      - patch: /body
        body: 'plain \${rows.n} \${vu} \${iteration}'
      - delete: /gone
        json: { why: done }
phases: { p: { scenarios: [s], rate: 1/s, for: 1s, maxUsers: 1 } }`,
  });
  const [get, post, put, patch, remove] = received;
  const asked = new URL(get!.url, 'http://x');
  expect(decodeURIComponent(asked.pathname)).toBe(`/base/x/${row.text}`);
  expect([...asked.searchParams]).toEqual([
    ['a', '1'],
    ['q r', `${row.text}!`],
    ['n', '2'],
    ['yes', 'true'],
  ]);
  expect(get!.headers).toMatchObject({ 'x-region': 'eu west', 'x-n': 'n7' });
  expect(post!.headers['content-type']).toBe('application/json');
  expect(JSON.parse(post!.body)).toEqual({ ...row, mixed: 'v7', raw: '${x}', deep: [{ k: null }] });
  expect(put!.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect([...new URLSearchParams(put!.body)]).toEqual([
    ['text', row.text],
    ['fixed', 'a b'],
  ]);
  expect(patch).toMatchObject({ method: 'PATCH', body: 'plain 7 1 0' });
  expect(remove).toMatchObject({ method: 'DELETE', url: '/base/gone', body: '{"why":"done"}' });
});

test('a captured value is used by the steps after it, and its absence ends the iteration', async () => {
  let turn = 0;
  server.answer = ({ method }, response) => {
    turn += method === 'POST' ? 1 : 0;
    json(response, method === 'POST' ? (turn % 2 === 0 ? { id: null } : { id: turn }) : {});
  };
  const run = await check({
    plan: `scenarios: { s: { steps: [{ post: /new, capture: { id: $.id } }, { get: '/use/\${id}', name: use }, { think: 10ms }] } }
phases: { p: { scenarios: [s], users: 1, for: 1s } }`,
  });
  const posts = received.filter(({ method }) => method === 'POST');
  const uses = received.filter(({ method }) => method === 'GET').map((entry) => entry.url);
  expect(uses.length).toBeGreaterThan(5);
  expect(uses).toEqual(uses.map((_, index) => `/use/${2 * index + 1}`));
  expect(run.count('task', 'POST /new', 'failed')).toBe(Math.floor(posts.length / 2));
  expect(run.count('task')).toBe(Math.floor(posts.length / 2));
  expect(
    run.ticks
      .flatMap((tick) => tick.log)
      .map((cell) => cell.message)
      .join(),
  ).toContain('(id)');
});

test('tasks are judged by the expectations first, then by success', async () => {
  const replies = [
    { status: 200, body: { outcome: 'success', ok: true } },
    { status: 200, body: { outcome: 'no', ok: true } },
    { status: 200, body: { outcome: 'success', ok: false } },
    { status: 500, body: { outcome: 'success', ok: true } },
    { status: 200, body: { n: 'x', ok: true } },
  ];
  let turn = 0;
  server.answer = (_, response) => {
    const reply = replies[turn++ % replies.length]!;
    json(response, reply.body, reply.status);
  };
  const run = await check({
    plan: `scenarios:
  s:
    steps:
      - get: /t
        expect: { status: 200, headers: { content-type: application/json }, body: $.ok }
        success: $.outcome == "success" or $.n > 0
phases: { p: { scenarios: [s], rate: 50/s, for: 1s, maxUsers: 1 } }`,
  });
  const total = received.length;
  expect(total).toBeGreaterThanOrEqual(2 * replies.length);
  const times = (index: number) => Math.floor((total - 1 - index) / replies.length) + 1;
  expect(run.count('task', 'GET /t', 'success')).toBe(times(0));
  // `false or undecided` is undecided.
  expect(run.count('task', 'GET /t', 'unjudged')).toBe(times(1) + times(4));
  expect(run.count('task', 'GET /t', 'failed')).toBe(times(2) + times(3));
  const failed = run.requests.filter((cell) => cell.outcome === 'failed');
  expect(sum(failed, 'GET /t')).toBe(times(3));
  const statuses = run.requests.flatMap((cell) => Object.entries(cell.statuses));
  expect(new Set(statuses.map(([status]) => status))).toEqual(new Set(['200', '500']));
});

test('a body that is not JSON leaves the task unjudged; an expected status is no failure', async () => {
  server.answer = (_, response) => response.writeHead(404).end('<html>');
  const run = await check({
    plan: `scenarios: { s: { steps: [{ get: /t, expect: { status: [200, 404] }, success: $.a == 1 }, { think: 10ms }] } }
phases: { p: { scenarios: [s], users: 1, for: 1s } }`,
  });
  expect(run.count('task', 'GET /t', 'unjudged')).toBe(received.length);
  expect(run.requests.every((cell) => cell.outcome === 'ok')).toBe(true);
});

test('an awaited task is timed from its submission, and polls are not requests', async () => {
  const started = new Map<string, number>();
  server.answer = ({ method, url: path }, response) => {
    if (method === 'POST') {
      const id = `t${started.size}`;
      started.set(id, Date.now());
      setTimeout(() => {
        json(response, { id });
      }, 100);
    } else {
      const age = Date.now() - (started.get(path.split('/')[2] ?? '') ?? 0);
      json(response, { state: age > 300 ? 'done' : 'open' });
    }
  };
  const run = await check({
    plan: `scenarios:
  s:
    steps:
      - post: /tasks
        capture: { id: $.id }
      - await: /tasks/\${id}
        name: task
        every: 20ms
        timeout: 5s
        until: $.state in ["done", "failed"]
        success: $.state == "done"
phases: { p: { scenarios: [s], users: 4, for: 1s, drain: 3s } }`,
  });
  expect(run.count('ttc', 'task', 'success')).toBe(started.size);
  expect(run.count('ttc')).toBe(started.size);
  for (const cell of run.cells('ttc')) {
    if (cell.type !== 'trend') throw new Error('ttc is a trend');
    expect(cell.min).toBeGreaterThanOrEqual(300);
    expect(cell.max).toBeLessThan(900);
  }
  expect(new Set(run.requests.map((cell) => cell.step))).toEqual(new Set(['POST /tasks']));
  expect(sum(run.requests, 'POST /tasks')).toBe(started.size);
});

test('a task that does not end in time counts as a timeout of at least that long', async () => {
  server.answer = (_, response) => {
    json(response, { state: 'open' });
  };
  const run = await check({
    plan: `scenarios: { s: { steps: [{ await: /tasks/1, name: task, every: 80ms, timeout: 300ms, until: $.state == "done" }] } }
phases: { p: { scenarios: [s], users: 2, for: 1s, drain: 2s } }`,
  });
  expect(run.count('ttc', 'task', 'timeout')).toBe(run.count('ttc'));
  expect(run.count('ttc')).toBeGreaterThanOrEqual(4);
  for (const cell of run.cells('ttc'))
    expect(cell.type === 'trend' && cell.min >= 300 && cell.max < 900, JSON.stringify(cell)).toBe(true);
});

test('unique rows are used once over all users and scenarios, and their end stops the load', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => ({ n }));
  const run = await check({
    rows: { rows },
    plan: `data: { rows: { file: rows.csv, pick: unique } }
scenarios:
  a: { steps: [{ get: '/a/\${rows.n}', name: a }, { think: 5ms }] }
  b: { steps: [{ get: '/b/\${rows.n}', name: b }, { think: 5ms }] }
phases: { p: { scenarios: { a: 2, b: 1 }, users: 6, for: 20s } }`,
  });
  const used = received.map((entry) => Number(entry.url.split('/')[2]));
  expect(new Set(used).size).toBe(used.length);
  expect(used.length).toBeGreaterThan(20);
  expect(explainExit(run.code, null).kind).toBe('aborted');
  expect(run.log + JSON.stringify(run.ticks.map((tick) => tick.log))).toContain('60 rows are used');
});

test('sequential rows go round over all users', async () => {
  const rows = Array.from({ length: 5 }, (_, n) => ({ n }));
  await check({
    rows: { rows },
    plan: `data: { rows: { file: rows.csv } }
scenarios: { s: { steps: [{ get: '/\${rows.n}', name: a }] } }
phases: { p: { scenarios: [s], rate: 100/s, for: 1s, maxUsers: 4 } }`,
  });
  const times = rows.map(({ n }) => received.filter((entry) => entry.url === `/${n}`).length);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
  expect(Math.min(...times)).toBeGreaterThan(2);
});

test('weights share out arrivals', async () => {
  const run = await check({
    plan: `scenarios: { a: { steps: [{ get: /a }] }, b: { steps: [{ get: /b }] } }
phases: { p: { scenarios: { a: 80, b: 20 }, rate: 100/s, for: 1s, maxUsers: 40 } }`,
  });
  expect(Math.abs(sum(run.requests, 'GET /a') - 80)).toBeLessThanOrEqual(2);
  expect(Math.abs(sum(run.requests, 'GET /b') - 20)).toBeLessThanOrEqual(2);
});

test('users come and go in stages', async () => {
  const run = await check({
    plan: `scenarios: { s: { steps: [{ get: /a }, { think: { from: 10ms, to: 20ms } }] } }
phases: { p: { scenarios: [s], stages: [{ users: 2, for: 2s }, { users: 6, for: 2s }], drain: 1s } }`,
  });
  const users = run.ticks.map((tick) => tick.users);
  expect(users).toContain(2);
  expect(users).toContain(6);
});

test('a random id is new in every iteration, and the same all through it', async () => {
  await check({
    plan: `scenarios: { s: { steps: [{ get: '/a/\${uuid}', name: a }, { get: '/b/\${uuid}', name: b }, { think: 20ms }] } }
phases: { p: { scenarios: [s], users: 2, for: 1s } }`,
  });
  const ids = (step: string) =>
    received.filter((entry) => entry.url.startsWith(step)).map((entry) => entry.url.slice(3));
  expect(ids('/a/').length).toBeGreaterThan(20);
  expect(ids('/a/').every((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  expect(new Set(ids('/a/')).size).toBe(ids('/a/').length);
  expect(new Set(ids('/b/'))).toEqual(new Set(ids('/a/')));
});

test('a redirect is an answer, and never leads to another machine', async () => {
  server.answer = (_, response) => response.writeHead(302, { Location: 'http://192.0.2.1/' }).end();
  const run = await check({
    plan: `scenarios: { s: { steps: [{ get: /a }, { think: 50ms }] } }
phases: { p: { scenarios: [s], users: 1, for: 1s } }`,
  });
  expect(sum(run.requests, 'GET /a')).toBe(received.length);
  expect(
    run.requests.every((cell) => cell.outcome === 'ok' && Object.keys(cell.statuses).join() === '302'),
  ).toBe(true);
});

test('every helper that an expression can call runs in k6', async () => {
  server.answer = (_, response) => {
    json(response, { n: 5, t: 'text', list: [1, 'a'], nested: { 'a-b': [true] } });
  };
  const conditions = [
    '$.n + 1 == 6 and $.n - 1 <= 4 and $.n * 2 >= 10 and $.n / 2 < 3 and -$.n < 0',
    '$.t contains "ex" and $.list contains "a" and $.t matches "^t.*t$" and body matches "nested"',
    'length($.list) == 2 and length($.t) == 4 and exists($.n) and not exists($.m)',
    '$.t in $.list or ($.nested["a-b"][0] and headers["content-type"] contains "json")',
    'not exists($.constructor) and not exists($.list.length) and not exists($.t["length"])',
    'status == 200 and $.list[1] == "a" and $.t > "a" and not ($.n > 5)',
  ];
  const steps = conditions.map((text, index) => `{ get: /${index}, success: ${JSON.stringify(text)} }`);
  const run = await check({
    plan: `scenarios: { s: { steps: [${steps.join(', ')}, { think: 50ms }] } }
phases: { p: { scenarios: [s], users: 1, for: 1s } }`,
  });
  for (const index of conditions.keys()) {
    expect(run.count('task', `GET /${index}`, 'success'), conditions[index]).toBe(
      run.count('task', `GET /${index}`),
    );
    expect(run.count('task', `GET /${index}`)).toBeGreaterThan(3);
  }
  expect(run.log).toBe('');
});
