import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { codeActions, fixAll } from './code-actions';
import { codeLenses } from './code-lens';
import { complete } from './completion';
import { diagnose } from './diagnostics';
import { hover } from './hover';
import { definition, prepareRename, references, rename } from './names';
import { openPlan, type PlanDocument } from './plan-document';

const sound = `version: 1
name: Shop
targets:
  shop: { url: http://127.0.0.1:8000 }
data:
  items: { file: items.csv, pick: unique }
scenarios:
  browse:
    target: shop
    steps:
      - get: /items
        capture: { id: $.id }
      - get: /items/\${id}
  buy:
    steps:
      - post: /orders
        json: { item: "\${items.sku}" }
        success: $.state == "ok"
phases:
  smoke: { scenarios: [browse, buy], users: 4, for: 1m30s, warmup: 10s }
  load: { scenarios: { browse: 3, buy: 1 }, rate: 0 -> 50/s, for: 5m, after: smoke }
goals:
  - p95(browse) in smoke < 300ms
`;

/** A plan and the offset of its mark `⟦⟧`. */
function at(marked: string): { plan: PlanDocument; offset: number } {
  return { plan: open(marked.replace('⟦⟧', '')), offset: marked.indexOf('⟦⟧') };
}

function open(text: string): PlanDocument {
  return openPlan(TextDocument.create('file:///shop.bench.yaml', 'benchwright-plan', 1, text));
}

/** The sound plan with a mark put behind the first occurrence of a text. */
function behind(text: string): { plan: PlanDocument; offset: number } {
  const offset = sound.indexOf(text) + text.length;
  if (offset < text.length) throw new Error(`the plan has no ${text}`);
  return { plan: open(sound), offset };
}

function labels(marked: string): string[] {
  const { plan, offset } = at(marked);
  return (complete(plan, offset)?.items ?? []).map((item) => item.label);
}

function apply(plan: PlanDocument, changes: Record<string, unknown> | undefined): string {
  return TextDocument.applyEdits(plan.lines, (changes?.[plan.uri] ?? []) as never);
}

/** The text after a rename, or why there is none. */
function renamed(plan: PlanDocument, offset: number, newName: string): string {
  const renaming = rename([plan], offset, newName);
  return renaming.ok ? apply(plan, renaming.edit.changes) : renaming.reason;
}

describe('diagnostics', () => {
  it('finds nothing in a sound plan', () => {
    expect(diagnose(open(sound))).toEqual([]);
  });

  it('marks a misspelt key at its place, and the quick fix mends it', () => {
    const plan = open(sound.replace('warmup: 10s', 'warmpu: 10s'));
    const [problem] = diagnose(plan);
    expect(problem).toMatchObject({ source: 'benchwright', severity: 1 });
    expect(plan.lines.getText(problem?.range)).toBe('warmpu');
    expect(problem?.message).toContain('warmup');
    const [fix] = codeActions(plan, problem!.range);
    expect(apply(plan, fix?.edit?.changes)).toBe(sound);
  });

  it('offers no fix away from a problem', () => {
    const plan = open(sound.replace('warmup: 10s', 'warmpu: 10s'));
    const start = { line: 0, character: 0 };
    expect(codeActions(plan, { start, end: start })).toEqual([]);
  });

  it('mends every certain problem at once', () => {
    const plan = open(
      sound.replace('warmup: 10s', 'warmpu: 10s').replace('    target: shop', '    taget: shop'),
    );
    expect(apply(plan, fixAll(plan)?.edit?.changes)).toBe(sound);
  });

  it('leaves out of the fix of all what would make the same key twice', () => {
    const twice = sound.replace('warmup: 10s', 'warmpu: 1s, wramup: 2s');
    expect(fixAll(open(twice))).toBeUndefined();
    const plan = open(twice.replace('    target: shop', '    taget: shop'));
    expect(apply(plan, fixAll(plan)?.edit?.changes)).toBe(twice);
  });

  it('mends the same misspelling in two phases', () => {
    const warm = sound.replace('rate: 0', 'warmup: 9s, rate: 0');
    const plan = open(warm.replaceAll('warmup:', 'warmpu:'));
    expect(apply(plan, fixAll(plan)?.edit?.changes)).toBe(warm);
  });

  it('leaves out of the fix of all what would be an error in another way', () => {
    const wrong = sound.replace('warmup: 10s', 'warmpu: 10m');
    const plan = open(wrong.replace('    target: shop', '    taget: shop'));
    expect(apply(plan, fixAll(plan)?.edit?.changes)).toBe(wrong);
  });
});

describe('hover', () => {
  const text = (place: string) => {
    const { plan, offset } = behind(place);
    return JSON.stringify(hover(plan, offset)?.contents);
  };

  it('explains a key', () => {
    expect(text('warmu')).toContain('not measured');
    expect(text('pick: uni')).toContain('sequential');
  });

  it('does the arithmetic of a phase', () => {
    expect(text('after: smo')).toContain('1m30s in all, 1m20s measured, up to 4 users');
  });

  it('tells what a name stands for', () => {
    expect(text('target: sh')).toContain('http://127.0.0.1:8000');
    expect(text('${i')).toContain('captured value');
  });

  it('is silent where nothing stands', () => {
    const { plan } = behind('version');
    expect(hover(plan, plan.text.length)).toBeNull();
  });
});

describe('completion', () => {
  it('offers the keys of a plan that are missing', () => {
    expect(labels('version: 1\n⟦⟧')).toEqual(
      expect.arrayContaining(['name', 'targets', 'scenarios', 'phases']),
    );
    expect(labels('version: 1\n⟦⟧')).not.toContain('version');
  });

  it('offers the verbs of a new step, and then the keys of a request', () => {
    const steps = 'scenarios:\n  s:\n    steps:\n';
    expect(labels(`${steps}      - ⟦⟧`)).toEqual(expect.arrayContaining(['get', 'post', 'await', 'think']));
    const inStep = labels(`${steps}      - post: /a\n        ⟦⟧`);
    expect(inStep).toEqual(expect.arrayContaining(['json', 'expect', 'success', 'capture']));
    expect(inStep).not.toContain('think');
  });

  it('offers the keys below a key of a step', () => {
    expect(labels('scenarios:\n  s:\n    steps:\n      - post: /a\n        expect:\n          ⟦⟧')).toEqual(
      expect.arrayContaining(['status', 'headers', 'body']),
    );
  });

  it('puts first what the format has first', () => {
    const { plan, offset } = at('phases:\n  smoke:\n    ⟦⟧');
    const items = complete(plan, offset)?.items ?? [];
    const sorted = items.toSorted((a, b) => (a.sortText! < b.sortText! ? -1 : 1)).map(({ label }) => label);
    expect(sorted.slice(0, 3)).toEqual(['scenarios', 'users', 'rate']);
  });

  it('offers the keys of a phase in braces', () => {
    expect(labels(sound.replace('users: 4, for', 'users: 4, dr⟦⟧, for'))).toContain('drain');
  });

  it('offers the names that the plan defines', () => {
    expect(labels(sound.replace('after: smoke', 'after: ⟦⟧'))).toEqual(['smoke']);
    expect(labels(sound.replace('[browse, buy]', '[browse, ⟦⟧]'))).toEqual(['browse', 'buy']);
    expect(labels(sound.replace('target: shop', 'target: ⟦⟧'))).toEqual(['shop']);
  });

  it('offers values and examples', () => {
    expect(labels(sound.replace('pick: unique', 'pick: ⟦⟧'))).toEqual(['unique', 'sequential', 'random']);
    expect(labels(sound.replace('warmup: 10s', 'warmup: ⟦⟧'))).toContain('30s');
  });

  it('offers what a reference can name', () => {
    expect(labels(sound.replace('/items/${id}', '/items/${⟦⟧}'))).toEqual(
      expect.arrayContaining(['items', 'id', 'iteration']),
    );
  });

  it('offers the parts of a goal', () => {
    expect(labels(sound.replace('- p95(browse) in smoke < 300ms', '- ⟦⟧'))).toContain('p99');
    const times = ['ttc', 'ttft', 'between', 'session', 'sent', 'received'];
    expect(labels(sound.replace('p95(browse)', 'p95(⟦⟧)'))).toEqual(['browse', 'buy', ...times]);
    expect(labels(sound.replace('p95(browse)', 'p95(ttft(⟦⟧))'))).toEqual(['browse', 'buy']);
    expect(labels(sound.replace('in smoke <', 'in ⟦⟧ <'))).toEqual(['smoke', 'load']);
  });

  it('offers what an expression can be made of', () => {
    const success = (text: string) => labels(sound.replace('success: $.state == "ok"', `success: ${text}`));
    expect(success('⟦⟧')).toEqual(expect.arrayContaining(['$', 'status', 'length', 'items', 'not']));
    expect(success('$.state == "ok" an⟦⟧')).toContain('and');
    expect(success('$.⟦⟧')).toEqual([]);
    expect(success('body contains "o⟦⟧')).toEqual([]);
    const condition = labels(sound.replace('- get: /items\n', '- if: ⟦⟧\n      - get: /items\n'));
    expect(condition).toEqual(expect.arrayContaining(['id', 'exists']));
    expect(condition).not.toContain('status');
  });

  it('offers what ends a search as it offers goals', () => {
    const search = 'phases:\n  s:\n    scenarios: [a]\n    find: { start: 1/s }\n    until:\n      - ⟦⟧';
    expect(labels(search)).toContain('errors');
  });

  it('offers nothing in a comment', () => {
    expect(labels('name: x # na⟦⟧')).toEqual([]);
  });
});

describe('names', () => {
  it('leads from a use to the definition', () => {
    const { plan, offset } = behind('after: smo');
    expect(plan.lines.offsetAt(definition(plan, offset)!.range.start)).toBe(plan.text.indexOf('smoke:'));
  });

  it('finds every use', () => {
    const { plan, offset } = behind('scenarios:\n  brow');
    expect(references([plan], offset, true)).toHaveLength(4);
    expect(references([plan], offset, false)).toHaveLength(3);
  });

  it('renames everywhere, and back again to the same text', () => {
    const { plan, offset } = behind('scenarios:\n  brow');
    const there = renamed(plan, offset, 'look');
    expect(there).toContain('p95(look) in smoke');
    expect(diagnose(open(there))).toEqual([]);
    const back = open(there);
    expect(renamed(back, there.indexOf('look:'), 'browse')).toBe(sound);
  });

  it('renames a captured value where it is used', () => {
    const { plan, offset } = behind('/items/${i');
    expect(renamed(plan, offset, 'item')).toContain('- get: /items/${item}');
  });

  it('renames a step of a group in the goals, and leaves the name of the group', () => {
    const grouped = sound
      .replace(
        '      - get: /items\n',
        '      - group: list\n        steps: [{ get: /a, name: all }]\n      - get: /items\n',
      )
      .replace('p95(browse)', 'p95(browse."list/all")');
    const plan = open(grouped);
    expect(diagnose(plan)).toEqual([]);
    for (const place of ['all }', 'list/all'])
      expect(renamed(plan, grouped.indexOf(place) + 1, 'every')).toBe(
        grouped.replace('name: all', 'name: every').replace('list/all', 'list/every'),
      );
  });

  it.each([
    ['scenarios:\n  brow', 'buy', 'There is already a scenario `buy`'],
    ['scenarios:\n  brow', 'two words', 'is no name'],
    ['scenarios:\n  brow', 'two--words', 'single hyphens'],
    ['scenarios:\n  brow', 'words-', 'single hyphens'],
    ['scenarios:\n  brow', 'True', 'YAML reads `True`'],
    ['after: smo', 'null', 'YAML reads `null`'],
    ['target: sh', 'FALSE', 'YAML reads `FALSE`'],
    ['/items/${i', 'status', 'has a meaning of its own'],
    ['/items/${i', 'uuid', 'has a meaning of its own'],
    ['/items/${i', 'items', 'There is already a data feed `items`'],
    ['${item', 'env', 'has a meaning of its own'],
    ['${item', 'id', 'There is already a captured value `id`'],
    ['post: /or', 'order', 'give it a `name` first'],
  ])('at %j: refuses the name %s and says why', (place, newName, reason) => {
    const { plan, offset } = behind(place);
    expect(renamed(plan, offset, newName)).toContain(reason);
  });

  it('renames to words that are reserved elsewhere alone', () => {
    const { plan, offset } = behind('scenarios:\n  brow');
    expect(diagnose(open(renamed(plan, offset, 'status')))).toEqual([]);
  });

  it('prepares no rename where there is no name', () => {
    const { plan, offset } = behind('version');
    expect(prepareRename(plan, offset)).toBeNull();
  });
});

describe('the lenses', () => {
  it('offers to run the plan and each phase, and to debug each scenario', () => {
    const lenses = codeLenses(open(sound));
    expect(lenses.map(({ command }) => command?.arguments?.[1] as unknown)).toEqual([
      undefined,
      'smoke',
      'load',
      'browse',
      'buy',
    ]);
  });
});
