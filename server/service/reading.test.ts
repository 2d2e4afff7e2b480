import { describe, expect, it } from 'vitest';
import { openMarked, openText, planUri } from '../../test/kit/marked-plan';
import { tokenLegend } from './announced';
import { documentLinks } from './document-links';
import { foldingRanges } from './folding-ranges';
import { inlayHints } from './inlay-hints';
import { selectionRange } from './selection-ranges';
import { semanticTokens, tokenEdits } from './semantic-tokens';
import { matching, symbolsOf } from './workspace-symbols';

const shop = `version: 1
name: Shop
# The shop is
# a service.
targets:
  shop: { url: http://127.0.0.1:8000 }
data:
  items: { file: rows/all items.csv }
scenarios:
  browse:
    target: shop
    steps:
      - get: /items/\${items.sku}
        success: $.state == "ok" and length($.rows) > 0
      - think: 90s
  sign:
    steps:
      - script: sign.js#sign

phases:
  smoke: { scenarios: [browse], users: 4, for: 90s }
  load:
    scenarios: [browse]
    rate: 300/m
    for: 10m
goals:
  - p95(browse) in load < 300ms
`;

describe('folding', () => {
  const check = (text: string, folds: readonly string[]) => {
    expect(foldingRanges(openText(text)).map(({ startLine, endLine }) => `${startLine}-${endLine}`)).toEqual(
      folds,
    );
  };

  it('folds keys, items and comments over several lines', () => {
    check('# a\n# b\nscenarios:\n  s:\n    steps:\n      - get: /\n        name: x\n\n\nname: x\n', [
      '0-1',
      '2-6',
      '3-6',
      '4-6',
      '5-6',
    ]);
  });

  it('folds nothing that stands in one line, nor what an alias stands for', () => {
    check('name: x\na: &a { b: 1 }\nc: *a\n', []);
  });
});

describe('growing a selection', () => {
  const check = (marked: string, steps: readonly string[]) => {
    const { plan, offset } = openMarked(marked);
    const texts: string[] = [];
    for (
      let range: ReturnType<typeof selectionRange> | undefined = selectionRange(plan, offset);
      range;
      range = range.parent
    )
      texts.push(plan.lines.getText(range.range));
    expect(texts.slice(0, steps.length)).toEqual(steps);
    expect(texts.at(-1)).toBe(plan.text);
  };

  it('grows from a name in a reference to the step around it', () => {
    check(shop.replace('items.sku', 'items.s⟦⟧ku'), [
      'sku',
      'items.sku',
      '${items.sku}',
      '/items/${items.sku}',
    ]);
  });

  it('grows from inside of quotes over them to the pair', () => {
    check('name: "My sh⟦⟧op"\n', ['My shop', '"My shop"', 'name: "My shop"']);
  });
});

describe('semantic tokens', () => {
  /** Word and type, in the order of the text. */
  const tokensOf = (text: string, within?: { start: number; end: number }): string[] => {
    const plan = openText(text);
    const data = semanticTokens(plan, within);
    const found: string[] = [];
    let line = 0;
    let character = 0;
    for (let at = 0; at < data.length; at += 5) {
      const [lines = 0, characters = 0, length = 0, type = 0] = data.slice(at, at + 4);
      character = lines > 0 ? characters : character + characters;
      line += lines;
      const start = plan.lines.offsetAt({ line, character });
      found.push(`${text.slice(start, start + length)}:${tokenLegend.tokenTypes[type]}`);
    }
    return found;
  };

  it('tells names by what they name', () => {
    expect(tokensOf(shop)).toEqual(
      expect.arrayContaining([
        'shop:interface',
        'browse:class',
        'load:event',
        'items:struct',
        'sku:property',
      ]),
    );
  });

  it('tells the words of expressions and goals', () => {
    const tokens = tokensOf(shop);
    expect(tokens).toEqual(
      expect.arrayContaining([
        'and:keyword',
        'length:function',
        '"ok":string',
        '==:operator',
        'p95:function',
        '300ms:number',
      ]),
    );
  });

  it('answers for a part of the file alone', () => {
    const end = shop.indexOf('data:');
    expect(tokensOf(shop, { start: 0, end })).toEqual(['shop:interface']);
  });

  it.each([
    [[1, 2, 3], [1, 2, 3], []],
    [[1, 2, 3], [1, 9, 9, 3], [{ start: 1, deleteCount: 1, data: [9, 9] }]],
    [[1, 1], [1], [{ start: 1, deleteCount: 1, data: [] }]],
    [[], [5], [{ start: 0, deleteCount: 0, data: [5] }]],
  ])('says only what is different between %j and %j', (before, after, edits) => {
    expect(tokenEdits(before, after)).toEqual(edits);
  });
});

describe('inlay hints', () => {
  const hints = (text: string, within?: { start: number; end: number }) => {
    const plan = openText(text);
    return inlayHints(plan, within ?? { start: 0, end: text.length }).map(({ position, label }) => {
      const line = plan.text.split('\n')[position.line] ?? '';
      return `${line.slice(0, position.character).trim()} ⟨${typeof label === 'string' ? label : ''}⟩`;
    });
  };

  it('says what each phase and all of them come to', () => {
    expect(hints(shop)).toEqual(
      expect.arrayContaining([
        'phases: ⟨≈ 11m30s · at most 3,004 requests⟩',
        'load: ⟨≈ 10m · 3,000 requests⟩',
      ]),
    );
  });

  it('says that all phases take longer where one is not known, and leaves out seconds that tell nothing', () => {
    const long = shop.replace('for: 10m', 'for: 20m');
    expect(hints(long)).toContain('phases: ⟨≈ 22m · at most 6,004 requests⟩');
    const unknown = long.replace(/^( *)load:/m, '$1again: { rerun: load, at: 80% }\n$1load:');
    expect(hints(unknown)).toContain('phases: ⟨> 21m⟩');
  });

  it('says quantities in the unit of the results', () => {
    expect(hints(shop)).toEqual(expect.arrayContaining(['rate: 300/m ⟨= 5/s⟩', '- think: 90s ⟨= 1m30s⟩']));
  });

  it('says so of the rate of a search, and leaves its users as they are', () => {
    const search = (find: string) =>
      hints(shop.replace('    rate: 300/m', `    find: { ${find} }`).replace(/ {4}for: 10m\n/, ''));
    expect(search('start: 300/m, max: 20/s').join()).toContain('300/m ⟨= 5/s⟩');
    expect(search('start: 10, max: 20').filter((line) => line.includes('find'))).toEqual([]);
  });

  it('gives no number of requests where only the target decides it', () => {
    expect(hints(shop.replace('      - think: 90s\n', ''))).toContain(
      'smoke: { scenarios: [browse], users: 4, for: 90s } ⟨≈ 1m30s⟩',
    );
  });

  it('keeps its hints while another part of the plan is wrong, and to the part that is shown', () => {
    expect(hints(shop.replace('name: Shop', 'nmae: Shop'))).toContain('load: ⟨≈ 10m · 3,000 requests⟩');
    expect(hints(shop, { start: 0, end: 20 })).toEqual([]);
  });
});

describe('document links', () => {
  it('links files beside the plan and addresses', () => {
    const plan = openText(shop);
    expect(documentLinks(plan).map(({ range, target }) => [plan.lines.getText(range), target])).toEqual([
      ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
      ['rows/all items.csv', 'file:///work/rows/all%20items.csv'],
      ['sign.js#sign', 'file:///work/sign.js'],
    ]);
  });
});

describe('workspace symbols', () => {
  it('finds names of several plans by their letters', () => {
    const other = openText(shop.replaceAll('browse', 'buy'), 'file:///work/other.bench.yaml');
    const found = (query: string) =>
      matching([openText(shop), other].flatMap(symbolsOf), query).map(
        ({ name, location }) => `${name} ${location.uri}`,
      );
    expect(found('brw')).toEqual([`browse ${planUri}`]);
    expect(found('load')).toHaveLength(2);
    expect(found('nothing')).toEqual([]);
  });
});
