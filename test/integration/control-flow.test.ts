/** Steps within steps, run by the real k6. */
import { expect, test } from 'vitest';
import { check, json, received, server, sum } from './compiled-run';

const count = (url: string) => received.filter((entry) => entry.url === url).length;

test('pages are asked for until there is none, and no more often than the bound', async () => {
  server.answer = ({ url }, response) => {
    const page = Number(url.slice('/page/'.length));
    json(response, { next: url.startsWith('/endless') ? 1 : page < 3 ? page + 1 : 'none' });
  };
  const run = await check({
    plan: `scenarios:
  pages:
    steps:
      - { get: /page/0, name: first, capture: { next: $.next } }
      - { think: { mean: 5ms } }
      - { think: { mean: 5ms, distribution: lognormal, deviation: 2ms } }
      - { think: { mean: 5ms, distribution: normal } }
      - repeat: { times: 10, while: next != "none", steps: [{ get: '/page/\${next}', name: page, capture: { next: $.next } }] }
      - repeat: { times: 2, while: next == "none", steps: [{ get: /endless, name: endless, capture: { other: $.next } }] }
phases: { p: { scenarios: [pages], rate: 5/s, for: 1s, maxUsers: 2 } }`,
  });
  const turns = count('/page/0');
  expect(turns).toBeGreaterThanOrEqual(5);
  for (const page of [1, 2, 3]) expect(count(`/page/${page}`)).toBe(turns);
  expect(count('/endless')).toBe(turns * 2);
  expect(sum(run.requests, 'page')).toBe(turns * 3);
  expect(run.log).toBe('');
});

test('a condition chooses the steps, and steps of a group carry its name', async () => {
  server.answer = ({ url }, response) => {
    json(response, { id: url.slice(1), done: true });
  };
  const run = await check({
    rows: { users: [{ kind: 'member' }, { kind: 'guest' }] },
    plan: `data: { users: { file: users.json } }
scenarios:
  s:
    steps:
      - group: shop
        steps:
          - if: users.kind == "member"
            then: [{ post: /fast, name: submit, capture: { id: $.id } }]
            else: [{ group: guest, steps: [{ post: /slow, name: submit, capture: { id: $.id } }, { think: 50ms }] }]
          - { await: '/tasks/\${id}', name: done, until: $.done, success: $.done }
phases: { p: { scenarios: [s], rate: 10/s, for: 1s, maxUsers: 4 } }`,
  });
  const fast = count('/fast');
  expect(fast).toBeGreaterThanOrEqual(5);
  expect(Math.abs(count('/slow') - fast)).toBeLessThanOrEqual(1);
  expect(sum(run.requests, 'shop/submit')).toBe(fast);
  expect(sum(run.requests, 'shop/guest/submit')).toBe(count('/slow'));
  expect(count('/tasks/fast')).toBe(fast);
  // The time of a task counts from its submission: the guest's pause is a part of it.
  const cells = run.cells('ttc').filter(({ step }) => step === 'shop/done');
  expect(run.count('ttc', 'shop/done', 'success')).toBe(received.length / 2);
  const slowest = Math.max(...cells.map((cell) => ('max' in cell ? cell.max : 0)));
  expect(slowest).toBeGreaterThanOrEqual(50);
  expect(run.log).toBe('');
});
