import { expect, it } from 'vitest';
import { openMarked, planUri } from '../../test/kit/marked-plan';
import { shopPlan } from '../../test/kit/shop-plan';
import type { PhaseHistory, PhaseOutcome, ToldStep } from '../../protocol/language';
import { complete } from './completion';

const frame = (goal: string): string =>
  shopPlan({
    steps: '      - get: /items/1\n        name: one\n',
    scenarios: '  other:\n    steps:\n      - get: /status\n  many:\n    locustfile: users.py\n',
    phases: `  smoke: { scenarios: [browse], rate: 5/s, for: 1m }
  load: { scenarios: [browse], rate: 5/s, for: 10m }
`,
    rest: `goals:\n  - ${goal}\n`,
  });

const step = (scenario: string, name: string, p95: number): ToldStep => ({
  scenario,
  step: name,
  requests: 200,
  failed: 1,
  rps: null,
  p50: null,
  p90: null,
  p95,
  p99: null,
  mean: null,
  max: null,
});

const outcome = (
  runId: string,
  goals: PhaseOutcome['goals'],
  capacity: PhaseOutcome['capacity'] = null,
): PhaseOutcome => ({
  runId,
  verdict: 'pass',
  reason: 'all goals held',
  unfit: null,
  planSha256: 'a',
  machine: 'm',
  p95: null,
  p99: null,
  capacity,
  goals,
});

const goal = (text: string, measured: number | null, unit: 'ms' | 'share' | 'per-second' = 'ms') =>
  ({ text, state: 'held', measured, unit }) as const;

const history: PhaseHistory = {
  plan: planUri,
  environment: null,
  phase: 'load',
  step: '',
  runs: [
    outcome('r2', [goal('p95(browse) in load < 300ms', 212.3), goal('errors in load < 1%', 0.0042, 'share')]),
    outcome('r1', [goal('p95(browse) in load < 250ms', 240)]),
  ],
  steps: [step('browse', 'GET /items', 80.5), step('browse', 'one', 91), step('many', 'GET /a b', 7)],
};

function offered(marked: string, histories = [history]): string[] {
  const { plan, offset } = openMarked(frame(marked));
  const items = complete(plan, offset, { histories })?.items ?? [];
  return items.map(({ label, detail }) => `${label}: ${detail ?? ''}`);
}

const [baseline, widened] = [
  'baseline: the pinned runs of the phase',
  'baseline + 10%: the pinned runs of the phase, with room for noise',
];

it('offers as a limit what the last run measured, and the most that any run did, with their places', () => {
  expect(offered('p95(browse) in load < ⟦⟧')).toEqual([
    '213ms: 212 ms in the last run of load (r2)',
    '241ms: 240 ms, the most in 2 runs of load',
    baseline,
    widened,
  ]);
  expect(offered('errors in load <= ⟦⟧')[0]).toBe('0.5%: 0.42 % in the last run of load (r2)');
});

it('offers the figure of a step that no goal has asked of', () => {
  expect(offered('p95(browse.one) in load < ⟦⟧')[0]).toBe('92ms: 91 ms in the last run of load (r2)');
  expect(offered('errors(many) in load <= ⟦⟧')[0]).toBe('0.5%: 0.5 % in the last run of load (r2)');
});

it('offers no figure that no run has measured', () => {
  // Two steps have no percentile together, and smoke was not run.
  expect(offered('p99(browse) in load < ⟦⟧')).toEqual([baseline, widened]);
  expect(offered('p95(browse) in smoke < ⟦⟧')).toEqual([baseline, widened]);
  expect(offered('p95(browse) in load < ⟦⟧', [])).toEqual([baseline, widened]);
  expect(offered('nonsense in load < ⟦⟧')).toEqual([]);
});

it('goes on with what is typed of a limit', () => {
  const { plan, offset } = openMarked(frame('p95(browse) in load < 21⟦⟧'));
  const [first] = complete(plan, offset, { histories: [history] })?.items ?? [];
  expect(first?.textEdit).toMatchObject({ newText: '213ms' });
  const range = first?.textEdit && 'range' in first.textEdit ? plan.lines.getText(first.textEdit.range) : '';
  expect(range).toBe('21');
});

it('knows the least capacity that was found', () => {
  const found = (value: number, unit: 'users' | 'per-second' = 'per-second') => ({ value, unit });
  const search = {
    ...history,
    steps: [],
    runs: [
      outcome('r3', [], found(210.4)),
      outcome('r2', [], found(195)),
      outcome('r1', [], found(18, 'users')),
    ],
  };
  expect(offered('capacity in load >= ⟦⟧', [search]).slice(0, 2)).toEqual([
    '210/s: 210/s in the last run of load (r3)',
    '195/s: 195/s, the least in 2 runs of load',
  ]);
  const crowd = { ...search, runs: [outcome('r4', [], found(18, 'users')), ...search.runs] };
  expect(offered('capacity in load >= ⟦⟧', [crowd]).slice(0, 2)).toEqual([
    '18: 18 users in the last run of load (r4)',
    'baseline: the pinned runs of the phase',
  ]);
});

it('names the steps of a scenario, and of a locustfile those that its last run has had', () => {
  expect(offered('p95(browse.⟦⟧')).toEqual(['"GET /items": step', 'one: step']);
  expect(offered('p95(many.⟦⟧')).toEqual(['"GET /a b": step of the last run']);
});
