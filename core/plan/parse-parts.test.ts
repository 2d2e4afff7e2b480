import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unmark } from '../../test/kit/check-fixture';
import type { Problem } from '../problems';
import { composeText } from './compose-text';
import { parseParts } from './parse-parts';
import { parseTree, type TreeReading } from './parse-tree';
import { scenarioValue } from './scenario-values';
import { isSyntaxProblem } from './syntax-problems';
import { entriesOf, nodeAt, toValue, type PlanPath } from './tree';

const folder = new URL('../../test/fixtures/plans/', import.meta.url);
const plans = readdirSync(folder).map((name) => unmark(readFileSync(new URL(name, folder), 'utf8')).text);
const example = readFileSync(new URL('../../examples/agents/agents.bench.yaml', import.meta.url), 'utf8');

/** Anchors in several parts, used in others, and one within another. */
const withAnchors = `version: 1
name: &title Shop
targets:
  shop: &shop { url: http://127.0.0.1:8000, headers: &head { x-a: "1" } }
  other: *shop
scenarios:
  a:
    steps:
      - get: /a
        headers: *head
      - &again
        get: /b
        headers: *head
  b:
    steps: [*again, { get: /c, headers: &head { x-b: "2" } }]
  c:
    steps:
      - *again
      - { get: /d, headers: *head }
`;

const pieces = [
  ...[
    '\n',
    '\n\n',
    ' ',
    '  ',
    '    ',
    '\t',
    '\r\n',
    ':',
    ': ',
    '-',
    '- ',
    '? ',
    '"',
    "'",
    '`',
    '@',
    '%',
    '!',
    '!a ',
  ],
  ...['{', '}', '[', ']', ',', '#', ' # ', '&a ', '*a', '<<: ', '|', '|\n', '>-\n', '|+\n', '---\n', '...\n'],
  ...[
    'name: x\n',
    'scenarios:\n',
    '  a:\n',
    '  b: 1\n',
    '  # c\n',
    '# c\n',
    '    # c\n',
    '__proto__: 1\n',
    '1s',
    'end-of-part: 0\n',
  ],
];

describe('a plan that is read in parts', () => {
  test.each(plans)('is read as a whole one is (%#)', (text) => {
    expectAsWhole(text);
  });

  test.each(['targets', 'scenarios', 'phases'])('tells a name that stands twice in its %s', (section) => {
    const text = `version: 1\n${section}:\n  first:\n    a: 1\n  other:\n    a: 1\n  first:\n    a: 1\n`;
    expect(parseTree(text).problems).toMatchObject([
      { code: 'duplicate-key', message: '`first` stands twice here; it was first set in line 3' },
    ]);
  });

  test('is cut at every entry of a section', () => {
    const { kept } = parseTree(example);
    expect(kept?.parts.length).toBe(14);
  });

  test('is read as a whole one is after every edit, whatever was read before', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    const added = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces, '') }, share);
    const edit = fc.tuple(share, fc.oneof(fc.constant(0), fc.nat(30)), added);
    fc.assert(
      fc.property(
        fc.constantFrom(example, withAnchors, withAnchors, ...plans),
        fc.array(edit, { maxLength: 12 }),
        (start, edits) => {
          let text = start;
          let reading = parseTree(text);
          for (const [where, removed, added] of edits) {
            text =
              typeof added === 'string'
                ? replaced(text, Math.floor(where * text.length), removed, added)
                : withLineAgain(text, where, added);
            reading = parseTree(text, reading);
            expectSame(reading, composeText(text), text);
            const { tree, problems, broken } = parseTree(text);
            expect({ text, ...reading, kept: undefined }).toEqual({
              text,
              tree,
              problems,
              broken,
              kept: undefined,
            });
          }
        },
      ),
      { numRuns: 80, seed: 5 },
    );
  });

  test('shares what aliases stand for between its parts, also where an edit moves them', () => {
    const before = parseTree(withAnchors);
    const changed = parseTree(withAnchors.replace('x-a: "1"', 'x-a: "long"'), before);
    const moved = parseTree(`# above\n${changed.tree.text}`, changed);
    for (const { tree, kept } of [before, changed, moved]) {
      expect(kept?.text).toBe(tree.text);
      const node = (...path: PlanPath) => nodeAt(tree.root, path);
      expect(node('targets', 'other')).toBe(node('targets', 'shop'));
      expect(node('scenarios', 'a', 'steps', 1, 'headers')).toBe(node('targets', 'shop', 'headers'));
      expect(node('scenarios', 'c', 'steps', 0)).toBe(node('scenarios', 'a', 'steps', 1));
      expect(node('scenarios', 'c', 'steps', 1, 'headers')).toBe(
        node('scenarios', 'b', 'steps', 1, 'headers'),
      );
      expect(tree.aliases.map(({ name, anchor }) => [name, anchor && tree.anchors.includes(anchor)])).toEqual(
        ['shop', 'head', 'head', 'again', 'again', 'head'].map((name) => [name, true]),
      );
    }
  });

  test('knows what an alias stands for anew where its anchor is another, and not where it has moved', () => {
    const before = parseTree(withAnchors);
    const values = ({ tree }: TreeReading) =>
      entriesOf(nodeAt(tree.root, ['scenarios'])).map(({ value }) => scenarioValue(value));
    const first = values(before);
    const moved = parseTree(withAnchors.replace('Shop', 'A shop'), before);
    expect(values(moved).map((value, index) => value === first[index])).toEqual([true, true, true]);
    const other = parseTree(moved.tree.text.replace('x-a: "1"', 'x-a: "2"'), moved);
    expect(values(other)).toEqual(
      entriesOf(nodeAt(other.tree.root, ['scenarios'])).map(({ value }) => toValue(value)),
    );
    expect(values(other)).not.toEqual(first);
  });

  test('takes from the version before what an edit leaves alone', () => {
    const before = parseTree(example);
    const after = parseTree(example.replace('phases:', '# more\nphases:'), before);
    const ahead = before.kept?.parts.filter((part) => after.kept?.parts.includes(part)) ?? [];
    expect(ahead.length).toBeGreaterThan(5);
    expect(parseParts(example, undefined)?.kept.parts).toHaveLength(before.kept?.parts.length ?? 0);
  });
});

function replaced(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed);
}

/** With one of its lines once more, above another: names that stand twice. */
function withLineAgain(text: string, from: number, to: number): string {
  const lines = text.split('\n');
  const copied = lines[Math.floor(from * lines.length)] ?? '';
  return lines.toSpliced(Math.floor(to * lines.length), 0, copied).join('\n');
}

function expectAsWhole(text: string): void {
  expectSame(parseTree(text), composeText(text), text);
}

function expectSame(parts: TreeReading, whole: ReturnType<typeof composeText>, text: string): void {
  // What a scan of the text refuses is refused before it is read either way.
  if (parts.tree.root === undefined && whole.tree.root !== undefined) return;
  expect({ text, isBroken: parts.problems.some(isSyntaxProblem) }).toEqual({
    text,
    isBroken: whole.problems.some(isSyntaxProblem),
  });
  if (whole.problems.some(isSyntaxProblem)) return;
  expect({ text, tree: parts.tree, problems: sorted(parts.problems) }).toEqual({
    text,
    tree: whole.tree,
    problems: sorted(whole.problems),
  });
}

function sorted(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.range.start - b.range.start || a.message.localeCompare(b.message));
}
