import { describe, expect, it } from 'vitest';
import { analysePlan, type PlanAnalysis } from './analyse';
import { placeIn, type ReadInclude } from './sources';

const main = `version: 1
name: Shop
include: [shared/targets.bench.yaml, shared/browse.bench.yaml]
phases:
  smoke: { scenarios: [browse], users: 2, for: 1m }
goals:
  - errors < 1%
`;
const targets = 'targets:\n  shop: { url: http://127.0.0.1:8000 }\n';
const browse = `include: [targets.bench.yaml]
scenarios:
  browse:
    target: shop
    steps:
      - get: /items
goals:
  - p95(browse) in smoke < 300ms
`;
const files = {
  'main.bench.yaml': main,
  'shared/targets.bench.yaml': targets,
  'shared/browse.bench.yaml': browse,
};

function readFrom(all: Readonly<Record<string, string>>): ReadInclude {
  return (from, path) => {
    const id = from.includes('/') ? `${from.replace(/[^/]*$/, '')}${path}` : path;
    const text = all[id];
    return text === undefined ? { ok: false, reason: 'it is not there' } : { ok: true, id, text };
  };
}

function analyse(changed: Readonly<Record<string, string>> = {}, focus?: string): PlanAnalysis {
  const all = { ...files, ...changed };
  return analysePlan(all['main.bench.yaml'], {
    id: 'main.bench.yaml',
    readInclude: readFrom(all),
    ...(focus !== undefined && { focus }),
  });
}

/** `code file:text` of each problem. */
function told({ problems, files: all }: PlanAnalysis): string[] {
  return problems.map(({ code, range }) => {
    const place = placeIn(all, range);
    return `${code} ${place?.file.id ?? ''}:${place?.file.text.slice(place.range.start, place.range.end) ?? ''}`;
  });
}

describe('a plan of several files', () => {
  it('is one plan, with included things first and each file once', () => {
    const { plan, problems } = analyse();
    expect(problems).toEqual([]);
    expect(Object.keys(plan?.targets ?? {})).toEqual(['shop']);
    expect(plan?.goals).toEqual(['p95(browse) in smoke < 300ms', 'errors < 1%']);
  });

  it('tells problems in the file that they are in, whichever file is looked at', () => {
    const wrong = { 'shared/browse.bench.yaml': browse.replace('target: shop', 'target: shp') };
    expect(told(analyse(wrong))).toContain('unknown-target shared/browse.bench.yaml:shp');
    const focused = analyse(wrong, 'shared/browse.bench.yaml');
    expect(told(focused)).toContain('unknown-target shared/browse.bench.yaml:shp');
    expect(focused.files[0]).toMatchObject({ id: 'shared/browse.bench.yaml', start: 0 });
    expect(focused.tree.text).toBe(wrong['shared/browse.bench.yaml']);
  });

  it('refuses a name that two files define, at both places', () => {
    const twice = { 'main.bench.yaml': `${main}targets:\n  shop: { url: http://127.0.0.1:9 }\n` };
    const analysis = analyse(twice);
    expect(told(analysis)).toEqual(
      expect.arrayContaining([
        'duplicate-name main.bench.yaml:shop',
        'duplicate-name shared/targets.bench.yaml:shop',
      ]),
    );
    expect(analysis.plan).toBeUndefined();
    expect(analysis.problems[0]?.related).toHaveLength(1);
  });

  it('tells of files that are not there, and of circles', () => {
    const absent = { 'main.bench.yaml': main.replace('shared/browse', 'shared/brows') };
    expect(told(analyse(absent))).toContain('include-missing main.bench.yaml:shared/brows.bench.yaml');
    const circle = { 'shared/targets.bench.yaml': `include: [browse.bench.yaml]\n${targets}` };
    expect(told(analyse(circle))).toEqual([expect.stringMatching(/^include-cycle shared/)]);
  });

  it('refuses paths from outside of the format', () => {
    for (const path of ['/etc/x.bench.yaml', 'shared/targets.yaml', 'C:\\x.bench.yaml']) {
      const analysis = analyse({ 'main.bench.yaml': main.replace('shared/browse.bench.yaml', path) });
      expect(told(analysis).join('\n')).toMatch(/^(wrong-value|include-missing) main/m);
    }
  });

  it('bounds how many files there are', () => {
    const many = Array.from({ length: 60 }, (_, index) => `p${index}.bench.yaml`);
    const parts = Object.fromEntries(
      many.map((name) => [name, `data:\n  d${name.slice(0, -11)}: { file: a.csv }\n`]),
    );
    const one = `include: [${many.slice(0, 30).join(', ')}]\n`;
    const two = `include: [${many.slice(30).join(', ')}]\n`;
    const all = { ...parts, 'one.bench.yaml': one, 'two.bench.yaml': two };
    const plan = main.replace('[shared/', '[one.bench.yaml, two.bench.yaml, shared/');
    expect(told(analyse({ ...all, 'main.bench.yaml': plan })).join()).toContain('too-many-includes');
  });

  it('reads nothing where nobody reads for it', () => {
    const analysis = analysePlan(main);
    expect(analysis.files).toHaveLength(1);
    expect(told(analysis)).toContain('missing-key :version');
  });
});
