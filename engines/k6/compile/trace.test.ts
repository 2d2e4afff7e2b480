import { describe, expect, test } from 'vitest';
import { analysePlan } from '../../../core/plan/analyse';
import type { Plan } from '../../../core/plan/schema';
import { compileIteration, compilePhase } from './compile';

function planOf(steps: string): Plan {
  const { plan, problems } = analysePlan(
    `version: 1\nname: x\ntargets: { t: { url: 'http://127.0.0.1:1' } }\nscenarios: { s: { steps: ${steps} } }\n` +
      `phases: { p: { scenarios: [s], users: 5, for: 1m } }\n`,
  );
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return plan!;
}

function traced(steps: string): string {
  const result = compileIteration(planOf(steps), 's');
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.compiled.script;
}

describe('the script of one iteration', () => {
  test('is run by one user once, and keeps what it is answered', () => {
    const script = traced('[{ get: / }, { think: 90s }]');
    expect(script).toMatch(/executor: 'per-vu-iterations',\s+vus: 1,\s+iterations: 1,/);
    expect(script).toContain('discardResponseBodies: false');
    expect(script).toContain('traceAnswer(0, response1);');
    expect(script).toContain('sleep(0.2);');
  });

  test('tells of each condition where it is written and what it compares', () => {
    const script = traced(
      `[{ post: /, capture: { id: $.id }, expect: { status: 201, headers: { x-a: b } }, success: '$.n > 2 and not ($.s == "x") and length($.rows) in [1, 2]' }]`,
    );
    expect(script).toContain("traceCaptures(0, [['id', id]]);");
    expect(script).toContain(
      `traceCondition(0, ["expect","status"], 'status 201', response1.status === 201, [['status', response1.status]]);`,
    );
    expect(script).toContain(`["expect","headers","x-a"]`);
    const [, compared = ''] = /traceCondition\(0, \["success"\], .*, (\[\[.*\]\])\);/.exec(script) ?? [];
    expect([...compared.matchAll(/\['(.*?)', /g)].map(([, part]) => part)).toEqual([
      '$.n',
      '$.s',
      'length($.rows)',
    ]);
  });

  test('tells of every poll, of streams, sessions, calls and functions', () => {
    const script = traced(
      `[{ await: /t, until: $.a == 1, success: $.b == 2 }, { stream: /e }, { ws: /w, until: $.c == 3 }, { grpc: a.B/C }, { script: f.js#go, capture: [x] }, { if: x == 1, then: [{ get: / }] }]`,
    );
    for (const call of [
      'traceAnswer(0, response1)',
      'traceAnswer(1, stream2, {',
      'traceAnswer(2, session3, {',
      'traceAnswer(3, answer4, {',
    ])
      expect(script).toContain(call);
    for (const key of [
      'traceCondition(0, ["until"]',
      'traceCondition(0, ["success"]',
      'traceCondition(2, ["until"]',
      'traceCondition(5, ["if"]',
    ])
      expect(script).toContain(key);
    expect(script).toContain("traceCaptures(4, [['x', x]]);");
  });

  test('waits for a call with streams before it tells its end', () => {
    const script = traced(
      '[{ grpcStream: a.B/C, until: $.last == true, expect: { each: $.n > 0, messages: 3 } }]',
    );
    expect(script).toContain('traceAnswer(0, stream1, {');
    for (const keys of ['["until"]', '["expect","each"]', '["expect","messages"]'])
      expect(script).toContain(`traceCondition(0, ${keys}`);
    expect(script).toMatch(/export async function runS\(\) \{[^}]*\(await runSOnce\(\)\) === true/);
  });

  test('has nothing to tell where it is the script of a load', () => {
    const result = compilePhase(planOf('[{ get: /, success: $.a == 1 }]'), 'p');
    expect(result.ok && result.compiled.script).not.toContain('trace');
  });

  test('is not made for a scenario that is not there', () => {
    expect(compileIteration(planOf('[{ get: / }]'), 'other')).toMatchObject({
      ok: false,
      problems: [{ message: 'There is no scenario `other`' }],
    });
  });

  test('is not made of a locustfile, and says so at its key', () => {
    const plan: Plan = { ...planOf('[{ get: / }]'), scenarios: { shop: { locustfile: 'load/shop.py' } } };
    expect(compileIteration(plan, 'shop')).toEqual({
      ok: false,
      problems: [
        {
          path: ['scenarios', 'shop', 'locustfile'],
          message: 'Locust runs a locustfile, and not one iteration of it: only steps can be looked into',
        },
      ],
    });
  });
});
