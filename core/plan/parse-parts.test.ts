import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unmark } from '../../test/kit/check-fixture';
import type { Problem } from '../problems';
import { composeText } from './compose-text';
import { parseParts } from './parse-parts';
import { parseTree, type TreeReading } from './parse-tree';

const folder = new URL('../../test/fixtures/plans/', import.meta.url);
const plans = readdirSync(folder).map((name) => unmark(readFileSync(new URL(name, folder), 'utf8')).text);
const example = readFileSync(new URL('../../examples/agents/agents.bench.yaml', import.meta.url), 'utf8');

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

  test('is cut at every entry of a section', () => {
    const { kept } = parseTree(example);
    expect(kept?.parts.length).toBe(14);
  });

  test('is read as a whole one is after every edit, whatever was read before', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    const edit = fc.tuple(share, fc.oneof(fc.constant(0), fc.nat(30)), fc.constantFrom(...pieces, ''));
    fc.assert(
      fc.property(fc.constantFrom(example, ...plans), fc.array(edit, { maxLength: 12 }), (start, edits) => {
        let text = start;
        let reading = parseTree(text);
        for (const [where, removed, added] of edits) {
          const at = Math.floor(where * text.length);
          text = text.slice(0, at) + added + text.slice(at + removed);
          reading = parseTree(text, reading);
          expectSame(reading, composeText(text), text);
        }
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test('takes from the version before what an edit leaves alone', () => {
    const before = parseTree(example);
    const after = parseTree(example.replace('phases:', '# more\nphases:'), before);
    const ahead = before.kept?.parts.filter((part) => after.kept?.parts.includes(part)) ?? [];
    expect(ahead.length).toBeGreaterThan(5);
    expect(parseParts(example, undefined)?.kept.parts).toHaveLength(before.kept?.parts.length ?? 0);
  });
});

function expectAsWhole(text: string): void {
  expectSame(parseTree(text), composeText(text), text);
}

function expectSame(parts: TreeReading, whole: ReturnType<typeof composeText>, text: string): void {
  // What a scan of the text refuses is refused before it is read either way.
  if (parts.tree.root === undefined && whole.tree.root !== undefined) return;
  expect({ text, tree: parts.tree, problems: sorted(parts.problems) }).toEqual({
    text,
    tree: whole.tree,
    problems: sorted(whole.problems),
  });
}

function sorted(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.range.start - b.range.start || a.message.localeCompare(b.message));
}
