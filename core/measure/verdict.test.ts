import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GoalResult } from '../run/run';
import { combineVerdicts, decideVerdict, type VerdictFacts } from './verdict';

const healthy: VerdictFacts = {
  exit: { kind: 'clean' },
  isDeadlineHit: false,
  hasEnded: true,
  lostRecords: 0,
  coveredMs: 60_000,
  windowEndMs: 60_000,
  requests: 1000,
  failed: 0,
  arrivals: 1000,
  dropped: 0,
  iterations: 1000,
  scriptErrors: 0,
  isGeneratorHot: false,
  goals: [],
  ungoverned: { requests: 1000, failed: 0, judgedTasks: 0, failedTasks: 0, deadSteps: [] },
  validity: { state: 'valid', evidence: [] },
};

const goal = (state: GoalResult['state'], lacks?: GoalResult['lacks']): GoalResult => ({
  text: `a goal ${state}`,
  state,
  measured: null,
  limit: null,
  unit: 'ms',
  samples: 0,
  ...(lacks && { lacks }),
});

/** Facts that a later rule would speak of, to show that the earlier one is heard. */
const order: readonly (readonly [VerdictFacts['skipped'], Partial<VerdictFacts>])[] = [
  ['tool-error', { exit: { kind: 'error', message: 'exit 255' } }],
  ['aborted', { stopped: 'stopped by a person' }],
  ['incomplete', { hasEnded: false }],
  ['fail', { goals: [goal('broken')] }],
  ['no-data', { goals: [goal('no-data', 'samples')] }],
];

test('the rules are heard in their order', () => {
  for (const [i, [verdict, facts]] of order.entries()) {
    const later = order.slice(i + 1).reduce((all, [, each]) => ({ ...all, ...each }), {});
    expect(decideVerdict({ ...healthy, ...later, ...facts }).verdict).toBe(verdict);
  }
  expect(decideVerdict(healthy).verdict).toBe('pass');
  expect(decideVerdict({ ...healthy, skipped: 'smoke failed', stopped: 'x' }).verdict).toBe('incomplete');
});

test('a broken goal is a failure, whatever else is unknown', () => {
  const goals = [goal('held'), goal('no-data', 'samples'), goal('broken')];
  expect(decideVerdict({ ...healthy, goals })).toEqual({
    verdict: 'fail',
    reason: 'a goal is broken: a goal broken',
  });
});

test('one unknown goal beside held ones is no pass', () => {
  const goals = [goal('held'), goal('no-data', 'judgement')];
  expect(decideVerdict({ ...healthy, goals }).verdict).toBe('no-data');
});

test('figures that are no numbers never pass', () => {
  for (const key of ['coveredMs', 'windowEndMs', 'requests', 'failed'] as const)
    expect(decideVerdict({ ...healthy, [key]: NaN }).verdict).not.toBe('pass');
  for (const rate of [
    { planned: 10, achieved: NaN },
    { planned: NaN, achieved: 10 },
  ])
    expect(decideVerdict({ ...healthy, rate }).verdict).not.toBe('pass');
});

test('no facts pass that do not have all that a pass needs', () => {
  const share = fc.constantFrom(0, 0, 0, 0, 0, 0.005, 0.02, 0.2, 1);
  const arbitrary = fc.record({
    exit: fc.constantFrom<VerdictFacts['exit']>(
      { kind: 'clean' },
      { kind: 'clean' },
      { kind: 'aborted', message: 'x' },
      { kind: 'killed', message: 'x' },
      { kind: 'error', message: 'x' },
    ),
    isDeadlineHit: fc.constantFrom(false, false, false, false, false, true),
    hasEnded: fc.constantFrom(true, true, true, true, true, false),
    endError: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'x'),
    lostRecords: fc.constantFrom(0, 0, 0, 0, 0, 1),
    recorderFault: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'disk full'),
    coveredMs: fc.constantFrom(60_000, 60_000, 60_000, 60_000, 57_000, 0),
    requests: fc.constantFrom(0, 1, 1000),
    failedShare: share,
    droppedShare: share,
    errorShare: share,
    achieved: fc.constantFrom(100, 100, 96, 96, 94, 0),
    goals: fc.array(
      fc.constantFrom(
        goal('held'),
        goal('held'),
        goal('broken'),
        goal('no-data', 'samples'),
        goal('no-data', 'baseline'),
      ),
      { maxLength: 3 },
    ),
    isInvalid: fc.constantFrom(false, false, false, false, false, true),
  });
  let passes = 0;
  fc.assert(
    fc.property(arbitrary, ({ failedShare, droppedShare, errorShare, achieved, isInvalid, ...facts }) => {
      const failed = Math.ceil(facts.requests * failedShare);
      const { verdict } = decideVerdict({
        ...healthy,
        ...facts,
        failed,
        dropped: 1000 * droppedShare,
        scriptErrors: 1000 * errorShare,
        rate: { planned: 100, achieved },
        ungoverned: { requests: facts.requests, failed, judgedTasks: 0, failedTasks: 0, deadSteps: [] },
        validity: { state: isInvalid ? 'invalid' : 'valid', evidence: [] },
      });
      const held = facts.goals.filter(({ state }) => state === 'held').length;
      const waiting = facts.goals.filter(({ lacks }) => lacks === 'baseline').length;
      const hasEarnedIt = [
        facts.exit.kind === 'clean',
        !facts.isDeadlineHit,
        facts.hasEnded,
        facts.endError === undefined,
        facts.lostRecords === 0,
        facts.recorderFault === undefined,
        facts.coveredMs === 60_000,
        facts.requests > failed,
        failedShare < 0.05,
        droppedShare <= 0.01,
        errorShare < 0.01,
        achieved >= 95,
        held + waiting === facts.goals.length,
        held > 0 || facts.goals.length === 0,
        !isInvalid,
      ].every(Boolean);
      if (verdict === 'pass') passes++;
      expect(verdict === 'pass').toBe(hasEarnedIt);
    }),
    { numRuns: 20_000, seed: 7 },
  );
  expect(passes).toBeGreaterThan(100);
});

test('a run is worth its worst phase', () => {
  const phase = (verdict: Parameters<typeof combineVerdicts>[0][number]['verdict']) => ({
    name: verdict,
    verdict,
    reason: 'why',
  });
  expect(combineVerdicts([phase('pass'), phase('fail'), phase('incomplete')])).toEqual({
    verdict: 'fail',
    reason: 'fail: why',
  });
  expect(combineVerdicts([phase('pass'), phase('no-data')]).verdict).toBe('no-data');
  expect(combineVerdicts([phase('tool-error'), phase('aborted')]).verdict).toBe('tool-error');
  expect(combineVerdicts([phase('pass'), phase('pass')])).toEqual({
    verdict: 'pass',
    reason: 'both phases passed',
  });
  const passed = [phase('pass'), phase('pass'), phase('pass')];
  expect(combineVerdicts(passed).reason).toBe('all 3 phases passed');
  expect(combineVerdicts(passed.slice(2)).reason).toBe('why');
  expect(combineVerdicts([]).verdict).toBe('no-data');
});
