/** No text of a plan can become code: whatever is written in it arrives as the same text. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printTemplate } from '../../../core/plan/expression/index';
import type { Plan } from '../../../core/plan/schema';
import { commentText, quote, quoteInTemplate } from './code';
import { compilePhase } from './compile';
import { runScript } from './run-script.test-support';

const hostile = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    '${',
    '${process.exit(1)}',
    '$${',
    '}',
    '*/',
    '/*',
    '//',
    '\n',
    '\r',
    '\u2028',
    '\u2029',
  ],
  ...[
    "'); throw 1; ('",
    '`); throw 1; (`',
    '</script>',
    '\0',
    '\ud800',
    '\udc00',
    '\u{1f600}',
    'é',
    '__proto__',
  ],
  ...["\\'", '\\`', '\\${', '\\u0027', '%', '&', '=', '?', '#', ' ', ';', 'constructor'],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 })
  .map((parts) => parts.join(''));
/** What a text must look like in a plan for it to be sent as it is. */
const asTemplate = (plain: string) => printTemplate({ parts: [{ kind: 'text', text: plain }] });

const name = fc.oneof(
  fc.constantFrom(
    ...['constructor', 'default', 'class', 'http', 'task', 'runS', 'a-b', 'a_b', 'toString', 'eval'],
  ),
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/),
);

interface Words {
  readonly title: string;
  readonly scenario: string;
  readonly capture: string;
  readonly path: string;
  readonly header: string;
  readonly key: string;
  readonly value: string;
  readonly literal: string;
  readonly file: string;
  readonly called: string;
}

function planWith(words: Words): Plan {
  const { key, value } = words;
  const steps = [
    {
      script: `${words.file}.js#${words.called}`,
      with: { [words.capture]: asTemplate(value) },
      capture: [words.capture],
    },
    {
      post: '/',
      name: 'upload',
      cookies: { [key]: asTemplate(words.header) },
      auth: { bearer: `${asTemplate(value)}\${${words.capture}}` },
      redirects: 3,
      multipart: {
        [key]: `${asTemplate(value)}\${${words.capture}}`,
        [`${key}.`]: { file: words.file, type: words.literal },
      },
    },
    {
      post: `/${asTemplate(words.path)}`,
      name: 'first',
      headers: { 'X-Text': asTemplate(words.header) },
      auth: { basic: { user: asTemplate(words.path), password: asTemplate(value) } },
      query: { [key]: asTemplate(value) },
      json: JSON.parse(
        `{"plain": ${JSON.stringify(asTemplate(value))}, "list": [{${JSON.stringify(key)}: 1}]}`,
      ) as never,
      capture: { [words.capture]: `$[${JSON.stringify(key)}]` },
      success: `$.x != ${JSON.stringify(words.literal)} and body matches "a"`,
    },
    {
      if: `${words.capture} != ${JSON.stringify(words.literal)}`,
      then: [
        { put: `/\${${words.capture}}`, body: `${asTemplate(value)}\${${words.capture}}`, name: 'second' },
      ],
      else: [{ get: '/', name: 'never' }],
    },
    {
      repeat: {
        times: 1,
        while: `${words.capture} != ${JSON.stringify(`${words.literal}.`)}`,
        steps: [
          {
            stream: `/\${${words.capture}}`,
            method: 'post' as const,
            name: 'third',
            timeout: 1000,
            body: asTemplate(value),
            until: `$[${JSON.stringify(key)}] == ${JSON.stringify(words.literal)} or body == ${words.capture}`,
            text: `$[${JSON.stringify(key)}]`,
            tokens: `length($[${JSON.stringify(key)}])`,
            success: `body != ${JSON.stringify(words.literal)}`,
          },
        ],
      },
    },
  ];
  return {
    version: 1,
    name: words.title,
    targets: { t: { url: 'http://127.0.0.1:1' } },
    scenarios: { [words.scenario]: { steps } },
    phases: {
      p: { scenarios: { [words.scenario]: 1 }, users: { from: 1, to: 1 }, for: 1000, warmup: 0, drain: 0 },
    },
    goals: [],
  };
}

/** What a text becomes when half surrogate pairs, which cannot be sent, are replaced. */
const wellFormed = (plain: string) => plain.replace(/\p{Surrogate}/gu, '\ufffd');

test('whatever a plan contains, the script runs and sends it unchanged', () => {
  const words = fc.record({
    title: text,
    scenario: name,
    capture: name.filter((word) => !['vu', 'iteration', 'uuid', 'env', 'secret'].includes(word)),
    path: text,
    header: text,
    key: fc.oneof(
      text.filter((word) => word !== ''),
      fc.constantFrom('__proto__', 'constructor', 'length'),
    ),
    value: text,
    file: text,
    called: fc
      .oneof(name, fc.constantFrom('options', 'setup', '$'))
      .map((word) => word.replaceAll('-', '_').replace(/^default$/, 'given')),
    literal: text.map((word) => wellFormed(word)),
  });
  let compiledOnes = 0;
  fc.assert(
    fc.property(words, (all) => {
      const result = compilePhase(planWith(all), 'p');
      if (!result.ok) return;
      compiledOnes += 1;
      const script = runScript(result.compiled.script);
      expect(script.globals).toEqual([]);
      const json = Object.fromEntries([[all.key, 'captured value']]);
      const [upload, first, second, third] = script.iterate(all.scenario, { status: 200, json });
      const query = `${encodeURIComponent(wellFormed(all.key))}=${encodeURIComponent(wellFormed(all.value))}`;
      const parts = upload!.body as Record<string, unknown>;
      expect(Object.keys(parts).sort()).toEqual([all.key, `${all.key}.`].sort());
      expect(parts[all.key]).toBe(all.value + all.value);
      expect(parts[`${all.key}.`]).toMatchObject({ type: all.literal });
      expect(upload!.params.cookies).toEqual(Object.fromEntries([[all.key, all.header]]));
      expect(upload!.params.headers!['Authorization']).toBe(`Bearer ${all.value}${all.value}`);
      expect(first!.params.headers!['Authorization']).toBe(`Basic [${all.path}:${all.value}]`);
      const path = `/${all.path}`;
      expect(first!.url).toBe(`http://127.0.0.1:1${path}${path.includes('?') ? '&' : '?'}${query}`);
      expect(first!.params.headers!['X-Text']).toBe(all.header);
      expect(JSON.parse(first!.body as string)).toEqual(
        JSON.parse(`{"plain": ${JSON.stringify(all.value)}, "list": [{${JSON.stringify(all.key)}: 1}]}`),
      );
      expect(second!.url).toBe('http://127.0.0.1:1/captured%20value');
      expect(second!.body).toBe(`${all.value}captured value`);
      expect(third!.url).toBe(second!.url);
      expect(third!.body).toBe(all.value);
    }),
    { numRuns: 300 },
  );
  expect(compiledOnes).toBeGreaterThan(150);
});

test('literals hold any text', () => {
  const evaluate = (code: string): unknown => runScript(`export const options = [${code}];`).options;
  fc.assert(
    fc.property(text, (plain) => {
      const code = `${quote(plain)}, \`${quoteInTemplate(plain)}\``;
      expect(code).not.toMatch(/[\n\r\u2028\u2029]/);
      expect(evaluate(code)).toEqual([plain, plain]);
      expect(evaluate(`1 // ${commentText(plain)}\n`)).toEqual([1]);
    }),
    { numRuns: 300 },
  );
});
