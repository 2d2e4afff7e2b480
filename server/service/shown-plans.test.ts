import { describe, expect, it } from 'vitest';
import { openMarked, openText, planUri } from '../../test/kit/marked-plan';
import { shopPlan } from '../../test/kit/shop-plan';
import { codeLenses } from './code-lens';
import { expandedPlan } from './expanded-plan';
import { hover } from './hover';
import { planShape } from './load-shape';

const shop = shopPlan({
  phases: `  smoke: { scenarios: [browse], users: 4, for: 90s, warmup: 30s }
  ⟦load⟧:
    scenarios: [browse]
    rate: 1 -> 5/s
    for: 10m
    after: smoke
`,
  rest: 'environments:\n  ci: { phases: { load: { users: 3, for: 1m } } }\n',
});
const plain = shop.replace(/[⟦⟧]/g, '');

describe('the expanded plan', () => {
  it('leads each line back to where it is written', () => {
    const plan = openText(plain);
    const expanded = expandedPlan(plan, 'ci');
    const lines = expanded?.text.split('\n') ?? [];
    const at = lines.findIndex((line) => line.includes('users: 3'));
    expect(lines[at]).toMatch(/ # environment ci$/);
    expect(expanded?.planUri).toBe(planUri);
    expect(expanded?.origins).toHaveLength(lines.length - 1);
    expect(expanded?.origins[at]).toEqual({
      uri: planUri,
      range: { start: { line: 16, character: 26 }, end: { line: 16, character: 31 } },
    });
    expect(expanded?.origins[0]).toBeNull();
  });

  it('is none where there is no plan', () => {
    expect(expandedPlan(openText('just words'), undefined)).toBeNull();
  });
});

describe('the shape of the loads', () => {
  it('knows the phases, how many requests they make, and where they are written', () => {
    expect(planShape(openText(plain), undefined)).toMatchObject({
      name: 'Shop',
      environment: null,
      phases: [
        { name: 'smoke', unit: 'users', requests: null, place: { range: { start: { line: 9 } } } },
        { name: 'load', unit: 'per-second', requests: 1800, whole: { range: { end: { line: 15 } } } },
      ],
    });
  });

  it('is that of the chosen environment, and of the plan where it has no such', () => {
    const plan = openText(plain);
    expect(planShape(plan, 'ci')).toMatchObject({
      environment: 'ci',
      phases: [{ name: 'smoke' }, { name: 'load', unit: 'users', peak: 3, durationMs: 60_000 }],
    });
    expect(planShape(plan, 'none')).toMatchObject({
      environment: null,
      phases: [{}, { unit: 'per-second' }],
    });
  });

  it('is none for a plan without phases', () => {
    expect(planShape(openText('version: 1\n'), undefined)).toBeNull();
  });
});

describe('the hover of a phase', () => {
  const told = (hasPictures: boolean): string => {
    const { plan, offset } = openMarked(shop);
    const contents = hover(plan, offset, [], { hasPictures })?.contents;
    return typeof contents === 'object' && 'value' in contents ? contents.value : '';
  };

  it('shows its load as a picture to clients that show pictures', () => {
    const [, words, address] = /!\[(.*?)\]\((.*)\)/.exec(told(true)) ?? [];
    expect(words).toBe('10m, up to 5 arrivals per second');
    const [head, svg] = address?.split(',') ?? [];
    expect(head).toBe('data:image/svg+xml;utf8');
    expect(decodeURIComponent(svg ?? '')).toMatch(/^<svg [^]*<path d="M0.0 [\d.]+L320.0 8.0"[^]*<\/svg>$/);
  });

  it('shows it as a row of blocks to all others', () => {
    expect(told(false)).toMatch(/`[▁▂▃▄▅▆▇█]{24}` 10m, up to 5 arrivals per second/);
  });
});

it('offers to debug one iteration above each scenario', () => {
  const lenses = codeLenses(openText(plain)).filter(({ command }) => command?.title.includes('Debug'));
  expect(lenses).toMatchObject([
    {
      range: { start: { line: 5 } },
      command: { command: 'benchwright.debug.iteration', arguments: [planUri, 'browse'] },
    },
  ]);
});
