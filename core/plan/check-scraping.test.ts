import { describe, expect, test } from 'vitest';
import { analysePlan } from './analyse';

interface Wish {
  readonly scrape?: string;
  readonly query?: string;
  readonly phases?: string;
}

function problemsOf({ scrape, query, phases = 'p: { scenarios: [a], users: 1, for: 5m }' }: Wish) {
  const queries = query === undefined ? '' : `, prometheus: { queries: { q: ${query} } }`;
  const text = `version: 1
name: x
targets: { web: { url: 'http://127.0.0.1:1'${queries} } }
observe: { prometheus: { url: 'http://127.0.0.1:9090'${scrape === undefined ? '' : `, scrape: ${scrape}`} } }
scenarios: { a: { steps: [{ get: / }] } }
phases: { ${phases} }
`;
  return analysePlan(text).problems.map((problem) => ({
    ...problem,
    marked: text.slice(problem.range.start, problem.range.end),
  }));
}

/** Each problem as code and what it marks. */
function check(wish: Wish, ...expected: readonly string[]): void {
  expect(problemsOf(wish).map(({ code, marked }) => `${code}: ${marked}`)).toEqual(expected);
}

const short = 'p: { scenarios: [a], users: 1, for: 40s, warmup: 10s }';

describe('a server that scrapes too seldom', () => {
  test('for the measured time of a phase is told with the points that there will be', () => {
    check({ scrape: '15s', phases: short }, 'few-points: 15s');
    expect(problemsOf({ scrape: '15s', phases: short })[0]?.message).toBe(
      'A scrape every 15s gives the measured time of `p` (30s) 2 points of each series: scrape every 6s, or let it last longer',
    );
    check({ scrape: '6s', phases: short });
  });

  test('is told once, of the shortest phase', () => {
    const two = `${short}, r: { scenarios: [a], users: 1, for: 12s }`;
    expect(problemsOf({ scrape: '15s', phases: two }).map(({ message }) => message)).toEqual([
      expect.stringContaining('`r` (12s) 0 points'),
    ]);
  });

  test('for a trial is told; a trial needs two points, as there are several', () => {
    const search = (trial: string): string => `p: { scenarios: [a], find: { start: 1/s, trial: ${trial} } }`;
    check({ scrape: '15s', phases: search('20s') }, 'few-points: 15s');
    check({ scrape: '15s', phases: search('30s') });
  });

  test('is not known where the plan does not say how often it scrapes', () => {
    check({ phases: short });
  });
});

describe('a time over which a query looks back', () => {
  test('is too short for two scrapes', () => {
    check({ scrape: '15s', query: "'rate(x[20s])'" }, 'range-too-short: 20s');
    check({ scrape: '15s', query: "'rate(x[30s])'" });
    check({ query: "'rate(x[1s])'" });
  });

  test('is longer than anything that is measured', () => {
    check({ query: "'rate(x[10m]) / rate(y[1m])'" }, 'range-too-long: 10m');
    check({ query: "'rate(x[5m])'" });
    check({ query: "'max_over_time(x[10m:30s])'" });
  });

  test('is changed to one that fits, wherever it stands in quotes', () => {
    for (const query of [`'rate(x{a="it''s"}[10m])'`, `"rate(x{a=\\"b\\"}[10m])"`]) {
      const [problem] = problemsOf({ query });
      expect(problem?.marked).toBe('10m');
      expect(problem?.fixes?.[0]?.edits[0]?.newText).toBe('1m15s');
    }
    expect(problemsOf({ scrape: '15s', query: "'rate(x[20s])'" })[0]?.fixes?.[0]?.title).toBe('Change to 1m');
  });
});
