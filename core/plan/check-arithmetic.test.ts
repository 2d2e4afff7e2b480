import { describe, expect, test } from 'vitest';
import { analysePlan } from './analyse';

interface Keys {
  readonly url?: string;
  readonly think?: string;
  readonly phase: string;
  readonly goals?: string;
  readonly more?: string;
}

/** The problems of a plan with these keys, each as its code and its message. */
function check({ url, think = '2s', phase, goals = '[]', more = '' }: Keys, ...expected: string[]): void {
  const text = `version: 1
name: x
targets: { web: { url: '${url ?? 'http://127.0.0.1:1'}' } }
scenarios: { a: { steps: [{ get: / }, { think: ${think} }] } }
phases: { p: { scenarios: [a], ${phase} } }
goals: ${goals}
${more}`;
  const told = analysePlan(text).problems.map(({ code, message }) => `${code}: ${message}`);
  expect(told).toHaveLength(expected.length);
  for (const [index, part] of expected.entries()) expect(told[index]).toContain(part);
}

describe('users by Little’s law', () => {
  const busy = (needed: number) => `keep ${needed} users of \`p\` busy`;

  test('must be as many as the pauses keep busy', () => {
    check({ phase: 'rate: 20/s, for: 5m, maxUsers: 40' });
    check({ phase: 'rate: 20/s, for: 5m, maxUsers: 39' }, busy(40));
  });

  test('are fewer where the load is over before they add up', () => {
    check({ think: '60s', phase: 'rate: 10/s, for: 20s, maxUsers: 200' });
    check({ think: '60s', phase: 'rate: 10/s, for: 20s, maxUsers: 199' }, busy(200));
  });

  test('are counted at the worst time of a ramp, also where that is in the middle', () => {
    check({ think: '10s', phase: 'rate: 0 -> 20/s, for: 100s, maxUsers: 189' }, busy(190));
    const stages = 'stages: [{ rate: 10/s, for: 60s }, { rate: 1/s, for: 60s }]';
    check({ think: '10s', phase: `${stages}, maxUsers: 100` });
    check({ think: '10s', phase: `${stages}, maxUsers: 99` }, busy(100));
  });

  test('are not bounded where the plan does not bound them', () => {
    check({ phase: 'rate: 20/s, for: 5m' });
  });
});

describe('load that leaves the machine', () => {
  const url = 'https://shop.example.test';

  test('is told with its peak, and not where it stays', () => {
    check({ phase: 'rate: 0 -> 300/m, for: 5m' });
    check(
      { url, phase: 'rate: 0 -> 300/m, for: 5m' },
      'foreign-host: Load leaves this machine for shop.example.test:443, which needs approval: at most 5 arrivals per second in `p`',
    );
    check({ url, phase: 'users: 7, for: 5m' }, 'at most 7 users in `p`');
    check({ url, phase: 'find: { start: 1/s }' }, 'at most whatever it can take in `p`');
    check({ url, phase: 'find: { start: 1/s, max: 9/s }' }, 'at most 9 arrivals per second in `p`');
  });

  test('is only information: the plan may run', () => {
    const { problems } = analysePlan(`version: 1\nname: x\ntargets: { web: { url: '${url}' } }
scenarios: { a: { steps: [{ get: / }] } }\nphases: { p: { scenarios: [a], users: 1, for: 9s } }\n`);
    expect(problems.map(({ severity }) => severity)).toEqual(['hint']);
  });
});

describe('a goal of no phase in particular', () => {
  test('is without an answer where no phase can give one', () => {
    const phase = 'users: 1 -> 5, for: 5m';
    check({ phase, goals: '[rate(a) > 1/s]' }, 'goal-without-answer: The load of `p` moves');
    check({ phase: 'users: 5, for: 5m', goals: '[rate(a) > 1/s]' });
  });

  test('has too few samples where every phase has', () => {
    check({ phase: 'rate: 1/s, for: 30s', goals: '[p95(a) < 1s]' }, 'few-samples');
    check({ phase: 'rate: 10/s, for: 30s', goals: '[p95(a) < 1s]' });
  });
});

describe('a goal on the capacity', () => {
  const search = 'find: { start: 5/s, max: 100/s }';

  test('is one of a search', () => {
    check({ phase: search, goals: '[capacity in p >= 50/s, capacity >= baseline - 10%]' });
    check(
      { phase: 'rate: 10/s, for: 60s', goals: '[capacity in p >= 50/s]' },
      'goal-without-answer: `p` has a fixed load, so it finds no capacity',
    );
  });

  test('lies within what the search may try', () => {
    check(
      { phase: search, goals: '[capacity in p >= 101/s]' },
      'goal-without-answer: `p` tries no more than 100/s',
    );
  });

  test('ends no search, and is what a baseline of one is about', () => {
    check(
      { phase: `${search}, until: ['capacity > 5/s']` },
      'goal-unit: The capacity is known only when the search has ended',
    );
    check({ phase: search, goals: '[p95(a) in p < baseline]' }, '`capacity in p >= baseline - 10%`');
  });
});
