import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { parseTree } from '../../core/plan/parse-tree';
import { toValue } from '../../core/plan/tree';
import { openText, planUri } from '../../test/kit/marked-plan';
import { rename } from './names';
import { organise, organiseMap } from './organise';
import type { PlanDocument } from './plan-document';

const example = readFileSync(new URL('../../examples/agents/agents.bench.yaml', import.meta.url), 'utf8');
const reference = readFileSync(
  new URL('../../test/fixtures/plans/reference.bench.yaml', import.meta.url),
  'utf8',
);

const comments = (text: string) => [...text.matchAll(/(?<=^|\s)#.*$/gm)].map(([comment]) => comment).sort();

function renamed(plan: PlanDocument, offset: number, newName: string): string {
  const renaming = rename([plan], offset, newName);
  if (!renaming.ok) throw new Error(`${newName}: ${renaming.reason}`);
  return TextDocument.applyEdits(plan.lines, renaming.edit.changes?.[planUri] ?? []);
}

describe('a name that is changed and changed back', () => {
  it.each([
    ['the example', example],
    ['the reference plan', reference],
  ])('leaves %s as it was', (_, text) => {
    const plan = openText(text);
    const named = plan.analysis.names.definitions.filter(({ isDefault }) => isDefault !== true);
    expect(named.length).toBeGreaterThan(5);
    const name = fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9]{0,3}(?:[-_][A-Za-z][a-z0-9]{0,3})?$/)
      .map((word) => `z_${word}`);
    fc.assert(
      fc.property(fc.constantFrom(...named), name, (definition, newName) => {
        const there = renamed(plan, definition.range.start, newName);
        expect(there).not.toBe(text);
        expect(comments(there)).toEqual(comments(text));
        const other = openText(there);
        const moved = other.analysis.names.definitions.find(
          (one) => one.kind === definition.kind && one.name === newName,
        );
        const own = definition.name.slice(definition.prefix?.length ?? 0);
        expect(renamed(other, moved?.range.start ?? -1, own)).toBe(text);
      }),
      { numRuns: 30 },
    );
  });
});

describe('sections that are put in order', () => {
  const sections = example.split(/(?=^[a-z]+:)/m);

  it('mean the same, and keep every comment', () => {
    const orders = fc.shuffledSubarray(sections, { minLength: sections.length, maxLength: sections.length });
    fc.assert(
      fc.property(orders, (order) => {
        const text = order.join('');
        const plan = openText(text);
        const edits = organise(plan)?.edit?.changes?.[planUri];
        const after = edits === undefined ? text : TextDocument.applyEdits(plan.lines, edits);
        expect(comments(after)).toEqual(comments(example));
        expect(valueOf(after)).toEqual(valueOf(example));
        expect(organise(openText(after))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});

describe('keys of a map that are put in order', () => {
  const keys = [
    '    # what runs\n    scenarios: [status, execute] # both\n',
    '    rate: 20/s\n',
    '    # ten minutes,\n    # and no less\n    for: 10m\n',
    '    warmup: 30s\n\n',
    '    drain: >-\n      5s\n',
  ];
  const phase = (order: readonly string[]) =>
    `phases:\n  load:\n${order.join('')}  # behind\n  other: { rate: 1/s }\n`;

  it('mean the same, and keep every comment', () => {
    const orders = fc.shuffledSubarray(keys, { minLength: keys.length, maxLength: keys.length });
    fc.assert(
      fc.property(orders, (order) => {
        const text = phase(order);
        const plan = openText(text);
        const edits = organiseMap(plan, text.indexOf('load'))?.edit?.changes?.[planUri];
        const after = edits === undefined ? text : TextDocument.applyEdits(plan.lines, edits);
        expect(comments(after)).toEqual(comments(phase(keys)));
        expect(valueOf(after)).toEqual(valueOf(phase(keys)));
        expect(Object.keys((valueOf(after) as { phases: { load: object } }).phases.load)).toEqual([
          'scenarios',
          'rate',
          'for',
          'warmup',
          'drain',
        ]);
        expect(organiseMap(openText(after), after.indexOf('load'))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});

function valueOf(text: string): unknown {
  const { root } = parseTree(text).tree;
  return root && JSON.parse(JSON.stringify(toValue(root)));
}
