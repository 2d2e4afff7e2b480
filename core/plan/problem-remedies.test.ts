import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apiText, knownApis } from '../../test/kit/api-documents';
import { analysePlan } from './analyse';
import { problemCatalogue, type PlanProblemCode } from './problem-catalogue';
import { problemRemedies } from './problem-remedies';

const folder = new URL('../../test/fixtures/plans/', import.meta.url);
const fixtures = readdirSync(folder).map((name) =>
  readFileSync(new URL(name, folder), 'utf8').replace(/[⟦⟧]/g, ''),
);

const plan = (more: string): string => `version: 1
name: x
targets: { web: { url: 'http://127.0.0.1:1' } }
scenarios: { a: { steps: [{ get: / }] } }
phases: { p: { scenarios: [a], users: 1, for: 9s } }
${more}`;

/** Faults with a fix that are too small for a fixture. */
const small = [
  'name:\n\tx\n',
  'name: x\n',
  plan('data: { tasks: { file: t.csv } }').replace('get: /', "get: '/${task.id}'"),
  plan('data: { tasks: { file: t.csv } }\nenvironments: { ci: { data: { task: { file: u.csv } } } }'),
  plan('observe: { prometheus: http://127.0.0.1:9 }').replace(
    ":1'",
    ":1', prometheus: { queries: { q: 'rat(x[5m])' } }",
  ),
  ...['q: "rate(x[10m])"', 'q: "rate(x[1s])"'].map((query) =>
    plan('observe: { prometheus: { url: http://127.0.0.1:9, scrape: 1s } }').replace(
      ":1'",
      `:1', prometheus: { queries: { ${query} } }`,
    ),
  ),
  plan('# bench-disable-next-line few-sample\n'),
  plan('data: { tasks: { file: t.csv } }').replace('get: /', "get: '/${tasks.txet}'"),
  plan('').replace('users: 1', 'users: 1, spawn: 1/s'),
  plan('').replace('steps: [{ get: / }]', 'locustfile: a.py').replace('users: 1', 'rate: 1/s'),
];

/** Held against a document, and against the columns of a file. */
const beside = {
  readApi: knownApis,
  readColumns: () => ['text', 'topic'],
};

describe('every code of a problem', () => {
  const offered = new Set<string>();
  const seen = new Set<string>();
  for (const text of [...fixtures, ...small, apiText('requests.bench.yaml').replace(/[⟦⟧]/g, '')])
    for (const { code, fixes = [] } of analysePlan(text, beside).problems) {
      seen.add(code);
      if (fixes.length > 0) offered.add(code);
    }

  test('has a fix or a reason for none, and no other code has either', () => {
    expect(Object.keys(problemRemedies).sort()).toEqual(Object.keys(problemCatalogue).sort());
  });

  test.each(Object.keys(problemCatalogue) as PlanProblemCode[])('%s is as the table says', (code) => {
    const remedy = problemRemedies[code];
    expect(remedy.kind === 'fix' ? remedy.does : remedy.because).toMatch(/^[A-Z].+\.$/);
    expect(offered.has(code), 'whether a fix is offered').toBe(remedy.kind === 'fix');
  });

  test('can be looked for here: most codes are in a fixture', () => {
    expect(seen.size).toBeGreaterThan(50);
  });
});
