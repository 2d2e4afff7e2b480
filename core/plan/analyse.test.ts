import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkFixture, unmark } from '../../test/kit/check-fixture';
import { analysePlan, type PlanAnalysis } from './analyse';
import { problemCatalogue } from './problem-catalogue';
import { allSteps } from './steps';

const folder = new URL('../../test/fixtures/plans/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const reference = read('reference.bench.yaml');

describe('a plan with faults', () => {
  const fixtures = readdirSync(folder).filter(
    (name) => name.endsWith('.bench.yaml') && name !== 'reference.bench.yaml',
  );
  test.each(fixtures)('%s has exactly the problems it says', (name) => {
    checkFixture(read(name));
  });
});

describe('the reference plan', () => {
  test('has no problem and is read with its units', () => {
    const { plan, problems } = analysePlan(reference);
    expect(problems).toEqual([]);
    expect(plan?.phases['load']).toMatchObject({
      users: { from: 1, to: 100 },
      for: 900_000,
      after: ['smoke'],
    });
    expect(allSteps(plan?.scenarios['research'])[1]?.step).toMatchObject({ every: 250, timeout: 120_000 });
    expect(plan?.goals).toHaveLength(5);
  });

  test('keeps its meaning with Windows line ends and a byte order mark', () => {
    const { plan, problems } = analysePlan(`\uFEFF${reference.replaceAll('\n', '\r\n')}`);
    expect(problems).toEqual([]);
    expect(plan).toEqual(analysePlan(reference).plan);
  });
});

describe('an environment', () => {
  const text = unmark(read('environments.bench.yaml')).text.split('\n  broken:')[0] ?? '';

  test('does not tell a problem of the plan again in other words', () => {
    // The environment has the right key beside the wrong one, so that the key that was meant is taken there.
    const misspelt = text
      .replace('users: 10, for: 5m', 'users: 10, warmpu: 1s, for: 5m')
      .replace('rate: 5/s', 'rate: 5/s, warmup: 2s');
    const { problems } = analysePlan(misspelt);
    expect(problems.filter(({ code }) => code === 'unknown-key')).toHaveLength(1);
  });

  test('replaces the load model as a whole', () => {
    const { plan, problems } = analysePlan(text, { environment: 'staging' });
    expect(problems).toEqual([]);
    expect(plan?.phases['smoke']).toMatchObject({ rate: { from: 5, to: 5 }, for: 300_000 });
    expect(plan?.phases['smoke']).not.toHaveProperty('users');
    expect(plan?.phases['ramp']).not.toHaveProperty('stages');
    expect(plan?.targets['gateway']?.url).toBe('https://staging.example.test');
    expect(plan?.goals).toEqual(['p95(status) in smoke < 500ms']);
  });

  test('brings stages with their own durations', () => {
    const { plan } = analysePlan(text, { environment: 'staged' });
    expect(plan?.phases['smoke']).toMatchObject({ stages: [{ users: { from: 4, to: 4 }, for: 60_000 }] });
    expect(plan?.phases['smoke']).not.toHaveProperty('for');
  });

  test('that is not chosen changes nothing', () => {
    expect(analysePlan(text).plan?.phases['smoke']).toMatchObject({ users: { from: 10, to: 10 } });
  });

  test('that does not exist is an error', () => {
    const { plan, problems } = analysePlan(text, { environment: 'stagin' });
    expect(plan).toBeUndefined();
    expect(problems.map((problem) => problem.message)).toEqual([
      'The plan has no environment `stagin`; did you mean `staging`?',
    ]);
    expect(problems.map(({ range }) => text.slice(range.start, range.end))).toEqual(['environments']);
  });
});

describe('fixes', () => {
  test('of every fixture mend the problem they are offered for', () => {
    let count = 0;
    for (const name of readdirSync(folder)) {
      const { text } = unmark(read(name));
      for (const problem of analysePlan(text).problems) {
        for (const fix of problem.fixes ?? []) {
          count += 1;
          const [edit] = fix.edits;
          const mended = text.slice(0, edit!.range.start) + edit!.newText + text.slice(edit!.range.end);
          const after = analysePlan(mended).problems;
          const isStill = after.some(
            (item) =>
              item.code === problem.code &&
              item.range.start === problem.range.start &&
              item.message === problem.message,
          );
          expect(isStill, `${name}: ${problem.message}`).toBe(false);
        }
      }
    }
    expect(count).toBeGreaterThan(30);
  });
});

describe('any text', () => {
  const pieces = fc.oneof(
    fc.string({ maxLength: 12, unit: 'binary' }),
    fc.constantFrom(
      '\n',
      '  ',
      ': ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a ',
      '*a',
      '<<: *a',
      '|\n',
      '#',
      '\t',
      '${',
      '__proto__: 1',
      '\u0000',
      '\ud800',
      '!!set',
      '? ',
      '---\n',
      '%YAML 1.1\n---\n',
    ),
  );
  const edit = fc.record({ at: fc.nat(reference.length), remove: fc.nat(60), insert: pieces });

  test('made from the reference plan by random edits is analysed without throwing, and all ranges lie within it', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let text = reference;
        for (const { at, remove, insert } of edits)
          text = text.slice(0, at) + insert + text.slice(at + remove);
        const { plan, problems } = analysePlan(text);
        const isRight = !problems.some((problem) => problem.severity === 'error');
        expect(plan !== undefined).toBe(isRight);
        const isWithin = (range: { start: number; end: number }): boolean =>
          range.start >= 0 && range.end >= range.start && range.end <= text.length;
        const wrong = problems.filter(
          ({ code, range, fixes = [] }) =>
            !(code in problemCatalogue) ||
            !isWithin(range) ||
            fixes.some((fix) => fix.edits.some((change) => !isWithin(change.range))),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('means the same when it is analysed with what is known of the versions before it', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = reference;
        let before = analysePlan(text);
        for (const { at, remove, insert } of edits) {
          text = text.slice(0, at) + insert + text.slice(at + remove);
          before = analysePlan(text, { before });
          expect(withoutReadings(before)).toEqual(withoutReadings(analysePlan(text)));
        }
      }),
      { numRuns: 30 },
    );
  });
});

function withoutReadings(analysis: PlanAnalysis): Omit<PlanAnalysis, 'readings'> {
  const { readings, ...known } = analysis;
  expect(readings.size).toBe(1);
  return known;
}
