import { expect, test } from 'vitest';
import { analysePlan } from './analyse';
import { limits, readTokens } from './limits';
import { problemCatalogue } from './problem-catalogue';
import { toValue } from './tree';

const times = (count: number, text: string | ((index: number) => string)): string =>
  Array.from({ length: count }, (_, index) => (typeof text === 'string' ? text : text(index))).join('');

/** Each level holds `width` aliases of the level before: width^levels values. */
const bomb = (levels: number, width: number, open = '[', close = ']'): string =>
  times(levels, (index) =>
    index === 0
      ? `a0: &a0 ${open}x${close}\n`
      : `a${index}: &a${index} ${open}${Array.from({ length: width }, () => `*a${index - 1}`).join(', ')}${close}\n`,
  );

const hostile: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'only spaces': ' '.repeat(100_000),
  'only line ends': '\n'.repeat(19_000),
  'too many line ends': '\n'.repeat(30_000),
  'only comments': times(19_000, '# a\n'),
  'only tabs': '\t'.repeat(10_000),
  'a tab as indentation': 'version: 1\nphases:\n\tsmoke: {}\n',
  'tabs in every line': times(5000, '\ta:\n'),
  'a byte order mark alone': '\uFEFF',
  'byte order marks': '\uFEFF'.repeat(1000),
  'a NUL': 'name: a\u0000b',
  'many NULs': '\u0000'.repeat(100_000),
  'an escape character': 'name: \u001b[31m',
  'half of a surrogate pair': 'name: \ud800',
  'the other half': 'name: \udc00x',
  'halves in the wrong order': 'name: \udc00\ud800',
  'a private character': 'name: \ue000\u{10ffff}',
  'a file above the limit': 'a'.repeat(limits.characters + 1),
  'a file at the limit': `name: ${'a'.repeat(limits.characters - 6)}`,
  'a huge quoted scalar': `name: "${'a'.repeat(900_000)}"`,
  'a huge quoted scalar of escapes': `name: "${'\\u0041'.repeat(150_000)}"`,
  'a huge scalar that is never closed': `name: "${'a '.repeat(400_000)}`,
  'a huge scalar of quotes': `name: '${"''".repeat(400_000)}'`,
  'a huge block scalar': `name: |\n${times(19_000, '  text of a line\n')}`,
  'a huge folded scalar': `name: >\n${times(19_000, '  text of a line\n\n').slice(0, 150_000)}`,
  'a huge key': `${'k'.repeat(500_000)}: 1`,
  'a huge key in quotes': `"${'k'.repeat(500_000)}": 1`,
  'a huge anchor': `a: &${'k'.repeat(400_000)} 1\nb: *${'k'.repeat(400_000)}`,
  'a huge tag': `a: !${'t'.repeat(400_000)} 1`,
  'flow lists within each other': '['.repeat(50_000),
  'closed flow lists within each other': '['.repeat(20_000) + ']'.repeat(20_000),
  'flow maps within each other': '{a: '.repeat(50_000),
  'flow lists and maps by turns': '[{a: '.repeat(30_000),
  'flow lists as keys': `${'{['.repeat(1000)}${']: 1}'.repeat(1000)}`,
  'closing brackets alone': ']'.repeat(200_000),
  'closing braces alone': '}'.repeat(200_000),
  'colons alone': ':'.repeat(200_000),
  'colons and spaces': ': '.repeat(200_000),
  'commas in a list': `[${','.repeat(400_000)}]`,
  'dashes on one line': '- '.repeat(50_000),
  'question marks on one line': '? '.repeat(50_000),
  'deep indentation': times(700, (index) => `${' '.repeat(index)}a:\n`),
  'deep indentation of lists': times(700, (index) => `${' '.repeat(index)}-\n`),
  'indentation that goes back and forth': times(9000, '    a: 1\n b: 2\n'),
  'a flat map of half a megabyte': times(19_000, (index) => `key_${index}_of_a_long_map: value ${index}\n`),
  'a flat flow map of half a megabyte': `{${times(45_000, (index) => `k${index}: 1, `)}}`,
  'a flat list of half a megabyte': `[${times(100_000, 'abc, ')}]`,
  'the same key again and again': times(19_000, 'a: 1\n'),
  'a bomb of lists': bomb(10, 10),
  'a bomb of maps': times(10, (index) =>
    index === 0
      ? 'a0: &a0 {x: 1}\n'
      : `a${index}: &a${index} {${times(9, (item) => `k${item}: *a${index - 1}, `)}}\n`,
  ),
  'a wide bomb': `a: &a [${'x, '.repeat(1000)}]\nb: [${'*a, '.repeat(400)}]\n`,
  'a bomb of merge keys': times(12, (index) =>
    index === 0 ? 'a0: &a0 {x: 1}\n' : `a${index}: &a${index}\n  <<: [${times(9, `*a${index - 1}, `)}]\n`,
  ),
  'a merge key of text': 'a: {<<: b}',
  'more aliases than allowed': `a: &a 1\nb: [${'*a, '.repeat(600)}]`,
  'anchors on every value': times(19_000, (index) => `k${index}: &a${index} 1\n`),
  'one anchor set again and again': times(9000, 'k: &a 1\n') + 'l: *a\n',
  'an alias of what encloses it': 'a: &a [*a]',
  'an alias of the plan itself': '&a\nphases: *a\ntargets: *a\n',
  'an alias of nothing': 'a: *nobody',
  'an alias as a key': 'a: &a b\n*a : c\n',
  'a map as a key': '? {a: 1}\n: b\n',
  'a key without a name': ': a\n',
  'the prototype as a key': '__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\n',
  'the prototype in every section': times(1, () =>
    ['targets', 'data', 'scenarios', 'phases', 'environments']
      .map(
        (section) =>
          `${section}: {__proto__: {url: x}, constructor: {a: 1}, toString: {}, hasOwnProperty: 1}\n`,
      )
      .join(''),
  ),
  'names of methods as references':
    'scenarios: {a: {steps: [{get: "/${constructor}/${toString.x}"}]}}\nphases: {p: {scenarios: [hasOwnProperty, constructor], after: toString}}\ngoals: [p95(constructor) in toString < 1s]\n',
  'a Git conflict': 'version: 1\n<<<<<<< HEAD\nname: a\n=======\nname: b\n>>>>>>> other\n',
  'another language': '{"version": 1, "name": "x", "targets": }',
  'a program': 'function a() { return `x`; }\n'.repeat(1000),
  'several documents': 'version: 1\n---\nversion: 1\n---\n'.repeat(500),
  directives:
    '%YAML 1.1\n%TAG ! tag:example.org,2000:\n---\na: !!binary aGk=\nb: 1:30\nc: !!set {x}\nd: !!pairs [a: b]\ne: 2001-01-01\n',
  'numbers of all kinds':
    'version: [.nan, .inf, -.inf, 0x7fffffffffffffffff, 1e999, 0o777, -0, 99999999999999999999]\n',
  'long expressions': `scenarios: {a: {steps: [{get: /x, success: '${'('.repeat(1900)}'}]}}\ngoals: ['${'p95('.repeat(400)}']\n`,
  'very long expressions': `goals: ['${'not '.repeat(20_000)}']\n`,
  'a long pattern': `scenarios: {a: {steps: [{get: /x, success: '$.a matches "(a+)+${'(x|x)*'.repeat(200)}"'}]}}\n`,
  'a long duration': `phases: {a: {scenarios: [b], for: ${'1m'.repeat(50_000)}}}\n`,
  'templates without an end': `scenarios: {a: {steps: [{get: "/${'${'.repeat(100_000)}"}]}}\n`,
  'templates in great number': `scenarios: {a: {steps: [{get: "/${'${x}'.repeat(100_000)}"}]}}\n`,
  'environments in great number': `phases: {a: {scenarios: [b], users: 1, for: 5m}}\nenvironments: {${times(300, (index) => `e${index}: {phases: {a: {users: 2}}}, `)}}\n`,
};

test('the corpus has at least sixty texts', () => {
  expect(Object.keys(hostile).length).toBeGreaterThanOrEqual(60);
});

/** Values in a tree, those of aliases counted at each use. */
function countValues(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + countValues(item), 1);
}

/** The kind of problem that some of them have. */
const kinds: Readonly<Record<string, string>> = {
  'flow lists within each other': 'too-deep',
  'closed flow lists within each other': 'too-deep',
  'dashes on one line': 'too-deep',
  'question marks on one line': 'too-deep',
  'deep indentation': 'too-deep',
  'a bomb of lists': 'too-many-values',
  'a bomb of maps': 'too-many-values',
  'a wide bomb': 'too-many-values',
  'a bomb of merge keys': 'too-many-values',
  'a flat list of half a megabyte': 'too-many-values',
  'more aliases than allowed': 'too-many-aliases',
  'too many line ends': 'too-many-lines',
  'a file above the limit': 'too-large',
  'a NUL': 'invalid-character',
  'half of a surrogate pair': 'invalid-character',
  'the other half': 'invalid-character',
  'a Git conflict': 'conflict-marker',
  'an alias of what encloses it': 'alias-cycle',
  'an alias of the plan itself': 'alias-cycle',
  'an alias of nothing': 'unknown-alias',
  'the prototype as a key': 'forbidden-key',
  'the same key again and again': 'duplicate-key',
  'a merge key of text': 'bad-merge',
  'a map as a key': 'complex-key',
  'several documents': 'multiple-documents',
  'environments in great number': 'too-many-environments',
  'a tab as indentation': 'yaml-syntax',
};

test('kinds are told of texts of the corpus', () => {
  expect(Object.keys(kinds).filter((name) => !(name in hostile))).toEqual([]);
});

// In one test, for reading some of these texts takes a while.
test.each(Object.entries(hostile))('%s is refused or read in a bounded number of steps', (name, text) => {
  const { problems, plan, tree } = analysePlan(text);
  expect(plan).toBeUndefined();
  expect(problems.length).toBeGreaterThan(0);
  // One more tells that there are more.
  expect(problems.length).toBeLessThanOrEqual(limits.problems + 1);
  const wrong = problems.filter(
    ({ code, range, message }) =>
      !(code in problemCatalogue) ||
      range.start < 0 ||
      range.end < range.start ||
      range.end > text.length ||
      message.length > 1000,
  );
  expect(wrong).toEqual([]);
  const kind = kinds[name];
  if (kind !== undefined) expect(problems.map(({ code }) => code)).toContain(kind);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();

  if (tree.root !== undefined) expect(countValues(toValue(tree.root))).toBeLessThanOrEqual(limits.values);
  if (text.length > limits.characters) return;
  // No text yields more than a few tokens per character, nor more than the limits let through.
  expect(readTokens(text).cost.lexemes).toBeLessThanOrEqual(4 * text.length + 10);
});

test('depth is counted at the level that goes beyond the limit', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(readTokens(nested(limits.depth)).problem).toBeUndefined();
  const { problem } = readTokens(nested(limits.depth + 1));
  expect(problem).toMatchObject({ code: 'too-deep', range: { start: limits.depth + 1 } });
});

test('four hundred aliases in a large plan are read', () => {
  const scenarios = times(400, (index) => `  s${index}: *one\n`);
  const text = `version: 1\nname: Many\ntargets: { t: { url: 'http://127.0.0.1:1' } }\nscenarios:\n  one: &one\n    steps: [{ get: /a }]\n${scenarios}phases:\n  p: { scenarios: [one], users: 1, for: 5m }\n`;
  const { plan, tree } = analysePlan(text);
  expect(Object.keys(plan?.scenarios ?? {})).toHaveLength(401);
  expect(tree.aliases).toHaveLength(400);
});
