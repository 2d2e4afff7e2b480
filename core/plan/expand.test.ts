import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analysePlan, type PlanAnalysis } from './analyse';
import { expandPlan } from './expand';
import { joinTexts, type ReadInclude } from './sources';

const example = readFileSync(
  path.join(import.meta.dirname, '../../examples/agents/agents.bench.yaml'),
  'utf8',
);

const shared = `targets:
  shop: { url: http://127.0.0.1:8000, headers: { x-key: "\${secret.KEY}" } }
`;
const plan = `version: 1
name: Shop
include: [shared/targets.bench.yaml]
data:
  rows: { file: rows.csv }
scenarios:
  browse: &browse
    steps:
      - post: /items
        body: |
          first: "a"

          second
        success: $.ok == true
      - think: 1s
  again: *browse
phases:
  load: { scenarios: [browse, again], users: 1 -> 5, for: 1m }
  most: { scenarios: [browse], find: { start: 5/s } }
goals: [ p95(browse) in load < 300ms ]
environments:
  ci:
    phases:
      load: { rate: 5/s, for: 10s }
`;
const files: Readonly<Record<string, string>> = { 'plans/shared/targets.bench.yaml': shared };
const readInclude: ReadInclude = (_, included) => {
  const id = `plans/${included}`;
  const text = files[id];
  return text === undefined ? { ok: false, reason: 'it is not there' } : { ok: true, id, text };
};
const id = 'plans/shop.bench.yaml';
const analyse = (text: string, environment?: string): PlanAnalysis =>
  analysePlan(text, { id, readInclude, environment });
const expand = (text: string, environment?: string): string =>
  expandPlan(analyse(text, environment), environment, id)
    .map((line) => line.text)
    .join('\n');

/** What the plan means, without what the expansion uses up. */
function meaning(analysis: PlanAnalysis): unknown {
  expect(analysis.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { include: _, environments: __, ...rest } = analysis.plan ?? {};
  return rest;
}

describe('an expanded plan', () => {
  test.each([
    ['the example', example, undefined],
    ['the example, quick', example, 'quick'],
    ['a plan of two files', plan, undefined],
    ['a plan of two files with an environment', plan, 'ci'],
  ])('means what the plan means: %s', (_, text, environment) => {
    expect(meaning(analysePlan(expand(text, environment)))).toEqual(meaning(analyse(text, environment)));
  });

  test('says of included lines, environments and defaults what they are', () => {
    expect(`${expand(plan, 'ci')}\n`).toMatchInlineSnapshot(`
      "# shop.bench.yaml as it is run with the environment ci: includes joined, defaults filled in.
      version: 1
      name: Shop
      targets: # shared/targets.bench.yaml
        shop:
          url: http://127.0.0.1:8000
          headers:
            x-key: "\${secret.KEY}"
      data:
        rows:
          file: rows.csv
          pick: sequential # default
      scenarios:
        browse:
          steps:
            - post: /items
              body: |
                first: "a"

                second
              success: $.ok == true
            - think: 1s
        again:
          steps:
            - post: /items
              body: |
                first: "a"

                second
              success: $.ok == true
            - think: 1s
      phases:
        load:
          scenarios: [browse, again]
          rate: 5/s # environment ci
          for: 10s # environment ci
          warmup: 0ms # default
          drain: 5s # default
        most:
          scenarios: [browse]
          find:
            start: 5/s
            factor: 1.5 # default
            trial: 1m # default
            resolution: 5% # default
            confirm: 3m # default
      goals: [p95(browse) in load < 300ms]
      "
    `);
  });

  test('knows of each line the key or the item that it stands for', () => {
    const analysis = analyse(plan);
    const text = joinTexts(analysis.files);
    for (const line of expandPlan(analysis, undefined, id)) {
      const key = /^ *(?:- )*([\w-]+):/.exec(line.text)?.[1];
      if (line.origin === undefined || key === undefined || line.text.endsWith('# default')) continue;
      const written = text.slice(line.origin.start, line.origin.end);
      // The lines of a text come from the key that has it.
      expect(['body', key], line.text).toContain(written);
    }
  });

  test('never resolves what comes from outside', () => {
    expect(expand(plan)).toContain('"${secret.KEY}"');
  });

  test('of a plan that cannot be read is empty, and of one with faults as much as there is', () => {
    expect(expand('just words')).toBe('');
    expect(expand('version: 1\nphases: { load: { scenarios: 7 } }')).toContain('scenarios: 7');
  });

  test('keeps every value of any plan, whatever its texts', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('a', '\n', ' ', '#', ':', "'", '\t') }),
    );
    const style = fc.constantFrom('json', 'block');
    fc.assert(
      fc.property(text, style, (body, how) => {
        const written =
          how === 'json' || !/^[^\s\p{Cc}]/u.test(body) || /[^\n\P{Cc}]/u.test(body)
            ? JSON.stringify(body)
            : `|\n${body.replace(/^/gm, '          ')}\n`;
        const source = `version: 1
name: x
targets: { shop: { url: "http://127.0.0.1:8000" } }
scenarios:
  s:
    steps:
      - post: /
        headers: { a: b }
        body: ${written}
phases: { load: { scenarios: [s], users: 1, for: 1s } }
`;
        const before = analysePlan(source);
        if (before.plan === undefined) return;
        expect(analysePlan(expand(source)).plan?.scenarios).toEqual(before.plan.scenarios);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
