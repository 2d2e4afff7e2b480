/** Cookies, redirects and authentication, as the real k6 sends them. */
import { expect, test } from 'vitest';
import { compilePhase } from '../../engines/k6/compile/compile';
import { analysePlan } from '../../core/plan/analyse';
import { check, json, received, server, sum } from './compiled-run';

const phase = 'phases: { p: { scenarios: [s], rate: 3/s, for: 1s, maxUsers: 1 } }';
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

test('who sends is told by the step, else by the target', async () => {
  server.answer = (_, response) => {
    json(response, { token: 'a b"c' });
  };
  await check({
    rows: { users: [{ name: 'Ada é', password: 'p:"w' }] },
    environment: { USER: 'env user' },
    target: "auth: { basic: { user: '${env.USER}', password: 'fixed' } }, headers: { authorization: never }",
    plan: `data: { users: { file: users.json } }
scenarios:
  s:
    steps:
      - { get: /target, capture: { token: $.token } }
      - { get: /basic, auth: { basic: { user: '\${users.name}', password: '\${users.password}' } } }
      - { get: /bearer, auth: { bearer: '\${token}' } }
      - { get: /own, headers: { Authorization: own } }
${phase}`,
  });
  const sent = new Map(received.map(({ url, headers }) => [url, headers.authorization]));
  expect(Object.fromEntries(sent)).toEqual({
    '/target': basic('env user:fixed'),
    '/basic': basic('Ada é:p:"w'),
    '/bearer': 'Bearer a b"c',
    '/own': 'own',
  });
});

test('a user keeps the cookies of a service for one iteration, and sends those of the plan beside them', async () => {
  server.answer = (request, response) => {
    if (request.url === '/set') response.setHeader('Set-Cookie', 'session=1; Path=/');
    json(response, {});
  };
  await check({
    rows: { users: [{ name: 'ada' }] },
    plan: `data: { users: { file: users.json } }
scenarios:
  s:
    steps:
      - { get: /set }
      - { get: /both, cookies: { user: '\${users.name}', n: 2 } }
      - { get: /kept }
${phase}`,
  });
  // Cookies of one header come in any order.
  const inOrder = (header: string | undefined) => header?.split('; ').sort().join('; ');
  const cookies = (url: string) =>
    new Set(received.filter((entry) => entry.url === url).map(({ headers }) => inOrder(headers.cookie)));
  expect(cookies('/set')).toEqual(new Set([undefined]));
  expect(cookies('/both')).toEqual(new Set(['n=2; session=1; user=ada']));
  expect(cookies('/kept')).toEqual(new Set(['session=1']));
});

test('redirects are followed as often as the step says, else its target, and never to another machine', async () => {
  server.answer = ({ url }, response) => {
    const left = Number(url.slice(1));
    if (url === '/away') response.writeHead(302, { Location: 'http://192.0.2.1/' }).end();
    else if (left > 0) response.writeHead(302, { Location: `/${left - 1}` }).end();
    else json(response, { at: url });
  };
  const run = await check({
    target: 'redirects: 5',
    plan: `scenarios:
  s:
    steps:
      - { get: /2, name: whole, success: $.at == "/0" }
      - { get: /2, name: part, redirects: 1, expect: { status: 302 } }
      - { get: /away, name: away, redirects: 5 }
${phase}`,
  });
  const turns = received.filter(({ url }) => url === '/away').length;
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(received.filter(({ url }) => url === '/0').length).toBe(turns);
  expect(run.count('task', 'whole', 'success')).toBe(turns);
  expect(sum(run.requests, 'whole')).toBe(turns * 3);
  expect(run.log).toContain('192.0.2.1');
});

test('redirects from a machine that is not this one are refused at their key', () => {
  const { plan } = analysePlan(`version: 1
name: away
targets: { api: { url: 'http://192.0.2.1' } }
scenarios: { s: { steps: [{ group: g, steps: [{ get: /a, redirects: 1 }] }] } }
${phase}`);
  const result = compilePhase(plan!, 'p');
  expect(result.ok ? [] : result.problems.map(({ path }) => path.join('.'))).toEqual([
    'scenarios.s.steps.0.steps.0.redirects',
  ]);
});
