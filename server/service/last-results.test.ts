import { describe, expect, it } from 'vitest';
import { openMarked, openText, planUri } from '../../test/kit/marked-plan';
import { shopPlan } from '../../test/kit/shop-plan';
import {
  debugIterationCommand,
  type PhaseHistory,
  type PhaseOutcome,
  type ToldPercentile,
} from '../../protocol/language';
import { codeLenses } from './code-lens';
import { hover } from './hover';
import { sparkline } from './last-results';

const shop = shopPlan();

const time = (ms: number, spread = 0.02): ToldPercentile => ({
  ms,
  low: ms * (1 - spread),
  high: ms * (1 + spread),
});

const outcome = (more: Partial<PhaseOutcome> = {}): PhaseOutcome => ({
  runId: 'r1',
  verdict: 'pass',
  reason: 'all goals held',
  unfit: null,
  planSha256: 'a',
  machine: 'm',
  p95: time(62),
  p99: time(84, 0.2),
  capacity: null,
  goals: [],
  ...more,
});

const history = (runs: readonly PhaseOutcome[], more: Partial<PhaseHistory> = {}): PhaseHistory => ({
  plan: planUri,
  environment: null,
  phase: 'load',
  step: 'browse: GET /items',
  runs: [...runs],
  ...more,
});

describe('the lens of a phase', () => {
  const check = (histories: readonly PhaseHistory[], title: string | undefined) => {
    const lenses = codeLenses(openText(shop), histories).filter(
      ({ command }) => command?.command !== debugIterationCommand,
    );
    expect(lenses[2]?.command?.title).toBe(title);
  };

  it('says the last figures, and opens the run that they are of', () => {
    check([history([outcome()])], '$(pass) p95 62 ms · p99 84 ms');
    expect(codeLenses(openText(shop), [history([outcome()])])[2]?.command?.arguments).toEqual(['r1']);
  });

  it('offers to run the same again and to hold it against that run', () => {
    const again = codeLenses(openText(shop), [history([outcome()])])[3]?.command;
    expect(again).toEqual({
      title: '$(git-compare) Re-run and Compare',
      command: 'benchwright.run.rerunAndCompare',
      arguments: ['r1'],
    });
  });

  it('is called for what a phase does', () => {
    const hot = '  hot: { rerun: load, at: 50%, profile: [{ target: shop, with: py-spy, for: 5s }] }\n';
    const profiled = shop.replace('goals:', `${hot}goals:`);
    const titles = codeLenses(openText(profiled)).map(({ command }) => command?.title);
    expect(titles.slice(0, 3)).toEqual(['$(run-all) Run Plan', '$(play) Run', '$(flame) Profile']);
  });

  it('says what the change comes to as far as the intervals of the two runs tell', () => {
    const since = (p99: ToldPercentile) => [history([outcome(), outcome({ p99 })])];
    check(since(time(79, 0.2)), '$(pass) p95 62 ms · p99 84 ms, +6 % – no evidence');
    check(since(time(40, 0.2)), '$(pass) p95 62 ms · p99 84 ms, +110 % – slower');
    check(since(time(180, 0.2)), '$(pass) p95 62 ms · p99 84 ms, -53 % – faster');
    check(since({ ms: 40, low: null, high: null }), '$(pass) p95 62 ms · p99 84 ms, +110 % – no evidence');
  });

  it('takes the p95 where a run is too small for a p99', () => {
    check(
      [history([outcome({ p99: null }), outcome({ p95: time(40) })])],
      '$(pass) p95 62 ms, +55 % – slower',
    );
    check(
      [history([outcome(), outcome({ p95: time(40), p99: null })])],
      '$(pass) p95 62 ms, +55 % – slower · p99 84 ms',
    );
  });

  it.each([{ machine: 'other' }, { planSha256: 'b' }, { unfit: 'the run is aborted' }])(
    'calls nothing faster or slower beside a run with %j',
    (other) => {
      check(
        [history([outcome(), outcome({ p99: time(40), ...other })])],
        '$(pass) p95 62 ms · p99 84 ms, +110 % – not comparable',
      );
    },
  );

  it('says verdicts other than a pass, the environment, and what a search found', () => {
    check(
      [history([outcome({ verdict: 'fail' })], { environment: 'ci' })],
      '$(error) fail · p95 62 ms · p99 84 ms · ci',
    );
    check([history([outcome({ capacity: { value: 120, unit: 'per-second' } })])], '$(pass) holds 120/s');
    check([history([outcome({ capacity: { value: 18, unit: 'users' } })])], '$(pass) holds 18 users');
    check([history([outcome({ verdict: 'no-data', p95: null, p99: null })])], '$(question) no-data');
  });

  it('says nothing of a phase that has not run', () => {
    check([], undefined);
    check([history([outcome()], { phase: 'smoke' })], undefined);
  });
});

describe('hovering', () => {
  const goal = (measured: number | null, state: 'held' | 'broken' | 'no-data' = 'held') => ({
    goals: [{ text: 'p95(browse)  in load <300ms', state, measured, unit: 'ms' as const }],
  });
  const runs = [
    outcome({ ...goal(320, 'broken'), verdict: 'fail', reason: 'p95 is *too* <b>high' }),
    outcome({ ...goal(null, 'no-data'), p99: null }),
    outcome({ ...goal(160), p99: time(42) }),
  ];
  const check = (marked: string, ...parts: string[]) => {
    const { plan, offset } = openMarked(marked);
    const said = JSON.stringify(hover(plan, offset, [history(runs)])?.contents ?? null);
    for (const part of parts) expect(said).toContain(part);
  };

  it('shows of a phase its last result and the course of its runs', () => {
    check(
      shop.replace('  load:', '  lo⟦⟧ad:'),
      'Last run: **fail**, p95 62 ms, +0 % – as before · p99 84 ms (`browse: GET /items`)',
      '▅·█ p99, oldest to newest: 42 ms to 84 ms',
    );
  });

  it('shows the course of a capacity by those of its unit', () => {
    const found = (value: number, unit: 'users' | 'per-second' = 'users') =>
      outcome({ capacity: { value, unit } });
    const { plan, offset } = openMarked(shop.replace('  load:', '  lo⟦⟧ad:'));
    const histories = [history([found(20), found(90, 'per-second'), found(10)])];
    const said = JSON.stringify(hover(plan, offset, histories)?.contents);
    expect(said).toContain('Last run: **pass**, holds 20 users');
    expect(said).toContain('▅·█ capacity, oldest to newest: 10 users to 20 users');
  });

  it('lets no text of a run become markup', () => {
    check(shop.replace('  load:', '  lo⟦⟧ad:'), String.raw`\\*too\\* \\<b\\>high`);
  });

  it('shows of a goal what it came to, also where it is written otherwise than at the run', () => {
    const goalHover = ['Last run of `load`: **broken**: 320 ms', '▅·█ oldest to newest: 160 ms to 320 ms'];
    check(shop.replace('in load <', 'i⟦⟧n load <'), ...goalHover);
    check(shop.replace('in load <', 'in lo⟦⟧ad <'), '**load**: phase', ...goalHover);
  });

  it('joins the reason of a goal to its figure, or to its state where there is none', () => {
    const marked = openMarked(shop.replace('in load <', 'i⟦⟧n load <'));
    const said = (measured: number | null, state: 'held' | 'no-data') => {
      const goals = goal(measured, state).goals.map((one) => ({ ...one, reason: 'over 52 samples' }));
      return JSON.stringify(hover(marked.plan, marked.offset, [history([outcome({ goals })])])?.contents);
    };
    expect(said(160, 'held')).toContain('**held**: 160 ms, over 52 samples');
    expect(said(null, 'no-data')).toContain('**no answer**: over 52 samples');
  });

  it('stays as it was where nothing has run', () => {
    const { plan, offset } = openMarked(shop.replace('  load:', '  lo⟦⟧ad:'));
    expect(JSON.stringify(hover(plan, offset))).not.toContain('Last run');
  });
});

it('draws heights from zero, so that noise stays flat', () => {
  expect(sparkline([98, 100, 99])).toBe('███');
  expect(sparkline([0, 50, null, 100])).toBe('▁▅·█');
  expect(sparkline([0, 0])).toBe('▁▁');
});
