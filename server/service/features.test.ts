import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { codeActions, fixAll } from './code-actions';
import { codeLenses } from './code-lens';
import { complete } from './completion';
import { diagnose } from './diagnostics';
import { documentSymbols } from './document-symbols';
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
    const times = ['ttc', 'ttft', 'between'];
    expect(labels(sound.replace('p95(browse)', 'p95(⟦⟧)'))).toEqual(['browse', 'buy', ...times]);
    expect(labels(sound.replace('p95(browse)', 'p95(ttft(⟦⟧))'))).toEqual(['browse', 'buy']);
    expect(labels(sound.replace('in smoke <', 'in ⟦⟧ <'))).toEqual(['smoke', 'load']);
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
    expect(references(plan, offset, true)).toHaveLength(4);
    expect(references(plan, offset, false)).toHaveLength(3);
  });

  it('renames everywhere, and back again to the same text', () => {
    const { plan, offset } = behind('scenarios:\n  brow');
    const there = apply(plan, rename(plan, offset, 'look')?.changes);
    expect(there).toContain('p95(look) in smoke');
    expect(diagnose(open(there))).toEqual([]);
    const back = open(there);
    expect(apply(back, rename(back, there.indexOf('look:'), 'browse')?.changes)).toBe(sound);
  });

  it('renames a captured value where it is used', () => {
    const { plan, offset } = behind('/items/${i');
    expect(apply(plan, rename(plan, offset, 'item')?.changes)).toContain('- get: /items/${item}');
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
      expect(apply(plan, rename(plan, grouped.indexOf(place) + 1, 'every')?.changes)).toBe(
        grouped.replace('name: all', 'name: every').replace('list/all', 'list/every'),
      );
  });

  it('refuses a name that is taken or is none', () => {
    const { plan, offset } = behind('scenarios:\n  brow');
    expect(rename(plan, offset, 'buy')).toBeNull();
    expect(rename(plan, offset, 'two words')).toBeNull();
  });

  it('prepares no rename where there is no name', () => {
    const { plan, offset } = behind('version');
    expect(prepareRename(plan, offset)).toBeNull();
  });
});

describe('the outline and the lenses', () => {
  it('names sections, names and steps', () => {
    const scenarios = documentSymbols(open(sound)).find(({ name }) => name === 'scenarios');
    expect(scenarios?.children?.map(({ name }) => name)).toEqual(['browse', 'buy']);
    expect(scenarios?.children?.[0]?.children?.map(({ name }) => name)).toEqual([
      'get /items',
      'get /items/${id}',
    ]);
  });

  it('offers to run the plan and each phase', () => {
    const lenses = codeLenses(open(sound));
    expect(lenses.map(({ command }) => command?.arguments?.[1] as unknown)).toEqual([
      undefined,
      'smoke',
      'load',
    ]);
  });
});
