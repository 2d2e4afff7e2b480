import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { openMarked, openText, planUri } from '../../test/kit/marked-plan';
import { shopPlan } from '../../test/kit/shop-plan';
import { codeActions, fixAll } from './code-actions';
import { diagnose, readSeverityChoices } from './diagnostics';
import { formatting, formattingOnNewLine } from './formatting';
import { organise, organiseChoiceOf, organiseMap, resolveOrganised } from './organise';
import type { PlanDocument } from './plan-document';

const shop = shopPlan({
  scenarios: '  idle:\n    steps:\n      - get: /never\n',
  phases: '  load: { scenarios: [browse], rate: 1/s, for: 1m }\n',
  rest: 'goals:\n  - p99(browse) in load < 300ms\n',
});

function apply(plan: PlanDocument, edits: Parameters<typeof TextDocument.applyEdits>[1]): string {
  return TextDocument.applyEdits(plan.lines, edits);
}

function codes(text: string): unknown[] {
  return diagnose(openText(text)).map(({ code }) => code);
}

/** The text after the action with this title, at the first problem with this code. */
function mended(text: string, code: string, title: RegExp): string {
  const plan = openText(text);
  const problem = diagnose(plan).find((item) => item.code === code);
  if (!problem) throw new Error(`the plan has no ${code}, but ${codes(text).join()}`);
  const action = codeActions(plan, problem.range).find((item) => title.test(item.title));
  if (!action) throw new Error(`no action ${String(title)}`);
  return apply(plan, action.edit?.changes?.[planUri] ?? []);
}

describe('formatting', () => {
  const messy = 'version:   1\nname:   x\ntargets:\n    shop:   {url: http://127.0.0.1}\n';

  it('lays out the file, or the lines of a range', () => {
    const plan = openText(messy);
    expect(apply(plan, formatting(plan))).toBe(
      'version: 1\nname: x\ntargets:\n  shop: { url: http://127.0.0.1 }\n',
    );
    const range = { start: { line: 1, character: 2 }, end: { line: 2, character: 0 } };
    expect(apply(plan, formatting(plan, range))).toBe(messy.replace('name:   x', 'name: x'));
  });

  it.each([
    ['phases:\n⏎', 2],
    ['phases:\n  load:\n⏎', 4],
    ['phases:\n  load:\n    for: 1m\n⏎', 4],
    ['steps:\n  - get: /a\n⏎', 4],
    ['goals:\n  - errors < 1%\n⏎', 2],
    ['phases:\n  load: # why:\n⏎', 4],
  ])('puts a new line of %j at column %i', (text, column) => {
    const plan = openText(text.replace('⏎', ' '));
    const line = text.split('\n').length - 1;
    expect(apply(plan, formattingOnNewLine(plan, line))).toBe(text.replace('⏎', ' '.repeat(column)));
  });

  it('leaves a new line alone that has something in it', () => {
    expect(formattingOnNewLine(openText('phases:\nload:\n'), 1)).toEqual([]);
  });
});

describe('disabling a problem', () => {
  it('writes the comment that disables it, and one more code into it', () => {
    const once = mended(shop, 'unused-scenario', /^Disable/);
    expect(once).toContain('  # bench-disable-next-line unused-scenario\n  idle:');
    expect(codes(once)).toEqual(['few-samples']);
    const both = mended(once, 'few-samples', /^Disable/);
    expect(both).toContain('  # bench-disable-next-line few-samples\n  - p99');
    expect(codes(both)).toEqual([]);
  });

  it('tells of a comment that disables nothing, an unknown code and an error', () => {
    const above = (code: string) =>
      shop.replace('name: Shop', `# bench-disable-next-line ${code}\nname: Shop`);
    expect(codes(above('unused-data'))).toContain('useless-disable');
    expect(codes(above('unusd-data'))).toContain('unknown-code');
    expect(codes(above('unknown-key').replace('name:', 'nmae:'))).toEqual(
      expect.arrayContaining(['useless-disable', 'unknown-key']),
    );
  });
});

describe('severities', () => {
  it('are those that were chosen, but for errors', () => {
    const plan = openText(shop.replace('for: 1m }', 'for: 1m, x: 1 }'));
    const choices = readSeverityChoices({
      'unused-scenario': 'error',
      'few-samples': 'off',
      'unknown-key': 'off',
      a: 7,
    });
    expect(diagnose(plan, choices).map(({ code, severity }) => [code, severity])).toEqual([
      ['unused-scenario', 1],
      ['unknown-key', 1],
    ]);
  });

  it('fades what is unused', () => {
    expect(diagnose(openText(shop))[0]).toMatchObject({ code: 'unused-scenario', tags: [1] });
  });

  it('leads from a repetition to what it repeats', () => {
    const [problem] = diagnose(openText(shop.replace('name: Shop', 'name: Shop\nname: Mall')));
    expect(problem?.relatedInformation?.[0]).toMatchObject({
      message: '`name` is first set here',
      location: { range: { start: { line: 1, character: 0 } } },
    });
  });
});

describe('quick fixes', () => {
  it('remove what is unused, with its lines', () => {
    expect(mended(shop, 'unused-scenario', /^Remove/)).toBe(
      shop.replace('  idle:\n    steps:\n      - get: /never\n', ''),
    );
  });

  it('remove an item with its comma', () => {
    const twice = shop.replace('[browse]', '[browse, idle, browse]');
    expect(mended(twice, 'duplicate-item', /^Remove/)).toBe(shop.replace('[browse]', '[browse, idle]'));
  });

  it('let a phase last as long as its goal needs', () => {
    const longer = mended(shop, 'few-samples', /^Let/);
    expect(longer).toMatch(/for: \d+m(\d+s)? }/);
    expect(codes(longer)).toEqual(['unused-scenario']);
  });

  it('of all problems at once keep what is no error', () => {
    const plan = openText(shop.replace('targets:', 'tragets:'));
    expect(apply(plan, fixAll(plan)?.edit?.changes?.[planUri] ?? [])).toBe(shop);
  });
});

describe('organising', () => {
  it('puts the sections in order with their comments, and does nothing the second time', () => {
    const goals = '# what must hold\ngoals:\n  - p99(browse) in load < 300ms\n';
    const moved = goals + shop.replace(goals.slice(17), '');
    const plan = openText(moved);
    const after = apply(plan, organise(plan)?.edit?.changes?.[planUri] ?? []);
    expect(after).toBe(shop.replace('goals:', '# what must hold\ngoals:'));
    expect(organise(openText(after))).toBeUndefined();
  });

  const organised = (marked: string): string | undefined => {
    const { plan, offset } = openMarked(marked);
    const edits = organiseMap(plan, offset)?.edit?.changes?.[planUri];
    return edits && apply(plan, edits);
  };

  it('puts the keys of the map under the cursor in order, each with its lines and comments', () => {
    const before = `phases:
  load:
    warmup: 5s # as it settles
    # ten minutes
    for: 10m
    rate: 1/s

    scenarios:
      - b⟦⟧rowse
`;
    const onKey = before.replace('⟦⟧', '').replace('load:', 'lo⟦⟧ad:');
    expect(organised(onKey)).toBe(organised(before));
    expect(organised(before)).toBe(`phases:
  load:
    scenarios:
      - browse
    rate: 1/s

    # ten minutes
    for: 10m
    warmup: 5s # as it settles
`);
  });

  it('lets a key take the place behind the dash, and moves no comment there', () => {
    const item = (between: string) => `scenarios:
  browse:
    steps:
      - succ⟦⟧ess: $.ok
        expect: { status: 200 }
${between}        post: /items
        json:
          a: 1
      - get: /items
`;
    expect(organised(item(''))).toBe(`scenarios:
  browse:
    steps:
      - post: /items
        json:
          a: 1
        expect: { status: 200 }
        success: $.ok
      - get: /items
`);
    expect(organised(item('        # why\n'))).toBeUndefined();
  });

  it.each([
    ['keys that their author names', 'targets:\n  b⟦⟧: { url: http://b }\n  a: { url: http://a }\n'],
    ['what is in order', 'phases:\n  load⟦⟧:\n    scenarios: [a]\n    rate: 1/s\n    for: 1m\n'],
    ['a map in one line', 'phases:\n  load⟦⟧: { rate: 1/s, scenarios: [a], for: 1m }\n'],
    [
      'a map whose alias would come before its anchor',
      'phases:\n  load⟦⟧:\n    drain: &t 1m\n    for: *t\n    scenarios: [a]\n    rate: 1/s\n',
    ],
  ])('leaves %s alone', (_, marked) => {
    expect(organised(marked)).toBeUndefined();
  });

  it('offers an order that is worked out later, and refuses there what would mean something else', () => {
    const resolved = (marked: string) => {
      const { plan, offset } = openMarked(marked);
      const action = organiseMap(plan, offset, true);
      expect(action ?? {}).not.toHaveProperty('edit');
      const choice = organiseChoiceOf(action?.data);
      return choice && resolveOrganised(plan, choice);
    };
    expect(resolved('phases:\n  load⟦⟧:\n    for: 1m\n    rate: 1/s\n    scenarios: [a]\n')).toMatchObject({
      ok: true,
    });
    const anchored = 'phases:\n  load⟦⟧:\n    drain: &t 1m\n    for: *t\n    scenarios: [a]\n    rate: 1/s\n';
    expect(resolved(anchored)).toEqual({
      ok: false,
      reason: 'In another order the plan would not mean the same',
    });
    expect(resolved('phases:\n  load⟦⟧: { rate: 1/s, scenarios: [a], for: 1m }\n')).toBeUndefined();
  });
});
