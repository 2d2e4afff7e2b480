import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apiText, knownApis, readingApis } from '../../test/kit/api-documents';
import { checkFixture, unmark } from '../../test/kit/check-fixture';
import type { Problem } from '../problems';
import { addToMap, writeValue } from './add-entries';
import { analysePlan } from './analyse';
import { applyEdits } from './format/format';
import { parseTree } from './parse-tree';
import { toValue } from './tree';

const fixture = apiText('requests.bench.yaml');

describe('a plan held against the documents of its targets', () => {
  test('has exactly the problems it says', () => {
    checkFixture(fixture, { readApi: knownApis });
  });

  test('has none of them where no document is known', () => {
    const codes = new Set(analysePlan(unmark(fixture).text).problems.map(({ code }) => code));
    expect([...codes]).toEqual([]);
  });

  test('is judged with the address of its environment', () => {
    const text = `version: 1
name: x
targets: { web: { url: 'http://127.0.0.1:1', openapi: /openapi.json } }
scenarios: { a: { steps: [{ get: /statsu }] } }
phases: { p: { scenarios: [a], users: 1, for: 9s } }
environments: { other: { targets: { web: { url: 'http://127.0.0.1:2' } } } }
`;
    const asked: unknown[] = [];
    analysePlan(text, { readApi: (source) => void asked.push(source) });
    expect(asked).toEqual(
      [1, 2].map((port) => ({ kind: 'address', url: `http://127.0.0.1:${port}/openapi.json` })),
    );
  });

  test('is told the columns that its data files have', () => {
    const text = `version: 1
name: x
targets: { web: { url: 'http://127.0.0.1:1' } }
data: { tasks: { file: tasks.csv }, rest: { file: rest.csv } }
scenarios: { a: { steps: [{ get: '/\${tasks.txet}/\${tasks.text}/\${rest.any}' }] } }
phases: { p: { scenarios: [a], users: 1, for: 9s } }
`;
    const { problems } = analysePlan(text, {
      readColumns: (file) => (file === 'tasks.csv' ? ['text', 'topic'] : undefined),
    });
    expect(problems).toMatchObject([{ code: 'unknown-column', fixes: [{ edits: [{ newText: 'text' }] }] }]);
    expect(problems[0]?.message).toBe('`tasks.csv` has no column `txet` in every row; did you mean `text`?');
  });
});

describe('fixes by a document', () => {
  const plain = unmark(fixture).text;
  const { problems } = analysePlan(plain, { readApi: knownApis });
  const comments = (text: string) => text.match(/#.*$/gm);
  const fixed = problems.flatMap((problem) => (problem.fixes ?? []).map((fix) => [problem, fix] as const));
  const isSame =
    ({ code, message }: Problem) =>
    (one: Problem) =>
      one.code === code && one.message === message;
  /** Whether as many problems of this kind are left as there were. */
  const isStill = (text: string, problem: Problem) =>
    analysePlan(text, { readApi: knownApis }).problems.filter(isSame(problem)).length ===
    problems.filter(isSame(problem)).length;

  test('are offered for most', () => {
    expect(fixed.length).toBeGreaterThan(20);
  });

  test.each(fixed.map(([problem, fix]) => [`${problem.message}: ${fix.title}`, problem, fix] as const))(
    '%s',
    (_, problem, fix) => {
      const mended = applyEdits(plain, fix.edits);
      expect(isStill(mended, problem)).toBe(false);
      expect(comments(mended)).toEqual(comments(plain));
      expect(parseTree(mended).problems).toEqual([]);
    },
  );

  test('put keys into any map of a plan, and change nothing else', () => {
    const words = fc.stringMatching(/^[a-z]{1,6}$/);
    const values = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
    );
    const maps = fc.dictionary(words, values, { minKeys: 1, maxKeys: 4 });
    const added = fc.dictionary(fc.stringMatching(/^[A-Z]{1,6}$/), values, { minKeys: 1, maxKeys: 3 });
    fc.assert(
      fc.property(maps, added, fc.boolean(), fc.boolean(), (map, more, isFlow, isBehind) => {
        const body = isFlow
          ? `a: ${writeValue(map)} # kept\n`
          : `a:\n${Object.entries(map)
              .map(
                ([key, value]) =>
                  `  # of ${key}\n  ${writeValue({ [key]: value })
                    .slice(1, -1)
                    .trim()} # kept\n`,
              )
              .join('')}`;
        const entry = parseTree(body).tree.root;
        const node = entry?.kind === 'map' ? entry.entries[0]?.value : undefined;
        if (node?.kind !== 'map') throw new Error(body);
        const edit = addToMap(body, node, Object.entries(more), isBehind ? node.entries[0] : undefined);
        const after = applyEdits(body, [edit!]);
        const { tree, problems: faults } = parseTree(after);
        const plainText = (value: unknown): unknown =>
          JSON.parse(JSON.stringify(value).replaceAll('${', () => '$${'));
        expect(faults).toEqual([]);
        expect(JSON.parse(JSON.stringify(toValue(tree.root!)))).toEqual({
          a: plainText({ ...map, ...more }),
        });
        expect(after.match(/# kept/g)).toEqual(body.match(/# kept/g));
      }),
    );
  });
});

describe('a document of many paths', () => {
  const paths = Object.fromEntries(
    Array.from({ length: 1500 }, (_, index) => [
      `/area${index % 40}/things${index}/{id}`,
      {
        get: {
          responses: {
            200: {
              description: 'ok',
              content: { 'application/json': { schema: { $ref: `#/components/schemas/S${index}` } } },
            },
          },
        },
      },
    ]),
  );
  const schemas = Object.fromEntries(
    Array.from({ length: 1500 }, (_, index) => [
      `S${index}`,
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          id: { type: 'integer' },
          next: { $ref: `#/components/schemas/S${(index + 1) % 1500}` },
        },
      },
    ]),
  );
  const readApi = readingApis({
    'openapi.json': JSON.stringify({ openapi: '3.1.0', info: {}, paths, components: { schemas } }),
  });

  test('is followed through its circles of references', () => {
    const text = `version: 1
name: x
targets: { web: { url: 'http://127.0.0.1:1', openapi: /openapi.json } }
scenarios:
  a:
    steps:
      - { get: '/area3/things43/7', success: $.next.next.next.id == 1 }
      - { get: '/area3/things83/7', success: $.next.next.next.ids == 1 }
      - { get: '/area3/things84/7' }
phases: { p: { scenarios: [a], users: 1, for: 9s } }
`;
    const codes = analysePlan(text, { readApi }).problems.map(({ code }) => code);
    expect(codes).toEqual(['impossible-field', 'unknown-path']);
  });
});
