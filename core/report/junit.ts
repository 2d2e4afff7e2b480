/** A run as a JUnit report: a suite for each phase, a case for each goal and for the verdict. */
import type { GoalResult, PhaseResult, Run, Verdict } from '../run/run';
import { inUnit } from './figure-text';
import { element, type Markup } from './markup';

interface TestCase {
  readonly name: string;
  readonly seconds: number;
  /**
   * What has no answer is an error, since a server of CI would count a case that was skipped as right. Only a goal that
   * waits for its first baseline is skipped: the run passes without it.
   */
  readonly outcome: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly type: string;
    readonly message: string;
  } | null;
}

export function toJunit(run: Run): string {
  const suites = [
    ...run.phases.map((phase) => ({ name: phase.name, startMs: phase.loadStartMs, cases: casesOf(phase) })),
    { name: 'whole run', startMs: run.startedMs, cases: [verdictCase(run.verdict, run.reason, 0)] },
  ];
  const all = suites.flatMap(({ cases }) => cases);
  const root = element(
    'testsuites',
    { name: run.plan.name, ...counts(all) },
    ...suites.map(({ name, startMs, cases }) => {
      const timestamp = startMs === null ? undefined : new Date(startMs).toISOString().slice(0, 19);
      const children = cases.map((one) => caseOf(one, `${run.plan.name}.${name}`));
      return element('testsuite', { name, timestamp, ...counts(cases) }, ...children);
    }),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.markup}\n`;
}

function casesOf({ goals, verdict, reason, window }: PhaseResult): TestCase[] {
  const seconds = (window.toMs - window.fromMs) / 1000;
  return [...goals.map(goalCase), verdictCase(verdict, reason, seconds)];
}

function goalCase({ text, state, measured, unit, reason, lacks }: GoalResult): TestCase {
  if (state === 'held') return { name: text, seconds: 0, outcome: null };
  const message = [measured === null ? '' : `measured ${inUnit(measured, unit)}`, reason]
    .filter(Boolean)
    .join('; ');
  return {
    name: text,
    seconds: 0,
    outcome: {
      kind: state === 'broken' ? 'failure' : lacks === 'baseline' ? 'skipped' : 'error',
      type: state,
      message,
    },
  };
}

function verdictCase(verdict: Verdict, reason: string, seconds: number): TestCase {
  if (verdict === 'pass') return { name: 'verdict', seconds, outcome: null };
  const kind = verdict === 'fail' ? 'failure' : 'error';
  return { name: 'verdict', seconds, outcome: { kind, type: verdict, message: reason } };
}

function counts(cases: readonly TestCase[]): Readonly<Record<string, string | number>> {
  const count = (kind: string): number => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const time = cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time,
  };
}

function caseOf({ name, seconds, outcome }: TestCase, classname: string): Markup {
  const children = outcome === null ? [] : [element(outcome.kind, attributesOf(outcome), outcome.message)];
  return element('testcase', { name, classname, time: seconds.toFixed(3) }, ...children);
}

/** A case that was skipped has no type. */
function attributesOf({
  kind,
  type,
  message,
}: NonNullable<TestCase['outcome']>): Readonly<Record<string, string>> {
  return kind === 'skipped' ? { message } : { type, message };
}
