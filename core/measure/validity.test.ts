import { expect, test } from 'vitest';
import { simulatedPhase } from '../../test/kit/simulated-stream';
import { StreamHealth } from './health';
import type { StreamRecord, TickRecord } from './record';
import { combineValidities, judgeValidity, type ValidityFacts } from './validity';

function healthOf(records: Iterable<StreamRecord>, cpus = 2): StreamHealth {
  const health = new StreamHealth(cpus);
  for (const record of records) health.add(record);
  return health;
}

const sixty = (tick: (second: number) => Partial<TickRecord> = () => ({})): StreamRecord[] => [
  ...simulatedPhase({ seconds: 60, tick }),
];

function check(facts: Partial<ValidityFacts>, state: string, codes: readonly string[]): void {
  const validity = judgeValidity({
    health: healthOf(sixty()),
    windowMs: 60_000,
    dropped: 0,
    arrivals: 10_000,
    samples: 10_000,
    isCoLocated: false,
    ...facts,
  });
  expect([validity.state, validity.evidence.map(({ code }) => code)]).toEqual([state, codes]);
}

test('a clean phase is valid, without evidence', () => {
  check({}, 'valid', []);
});

test('dropped arrivals make it suspect above a thousandth, invalid above a hundredth', () => {
  check({ dropped: 10 }, 'valid', []);
  check({ dropped: 11 }, 'suspect', ['dropped-iterations']);
  check({ dropped: 100 }, 'suspect', ['dropped-iterations']);
  check({ dropped: 101 }, 'invalid', ['dropped-iterations']);
  check({ dropped: 5, arrivals: 0 }, 'invalid', ['dropped-iterations']);
});

test('a generator above 80 % of its cores makes it suspect when it lasts', () => {
  const busy = (seconds: number) => healthOf(sixty((at) => ({ cpuUs: at < seconds ? 1_700_000 : 100_000 })));
  check({ health: busy(3) }, 'valid', []);
  check({ health: busy(4) }, 'suspect', ['generator-cpu']);
  check({ health: healthOf(sixty(() => ({ cpuUs: 1_500_000 }))) }, 'valid', []);
  check(
    {
      health: healthOf(
        sixty(() => ({ cpuUs: 900_000 })),
        1,
      ),
    },
    'suspect',
    ['generator-cpu'],
  );
});

test('what it takes to set users up, before any of them is at work, is no matter', () => {
  const settingUp = (at: number, users: number) =>
    at < 20 ? { cpuUs: 1_900_000, users, iterations: 0, requests: [] } : { cpuUs: 100_000, users: 10 };
  check({ health: healthOf(sixty((at) => settingUp(at, 0))) }, 'valid', []);
  check({ health: healthOf(sixty((at) => settingUp(at, 10))) }, 'suspect', ['generator-cpu']);
});

test('a target on the same machine is told and changes nothing', () => {
  check({ isCoLocated: true }, 'valid', ['co-located']);
});

test('lost records make it invalid, repeated ones are told', () => {
  check({ health: healthOf(sixty().filter(({ seq }) => seq !== 9)) }, 'invalid', ['lost-records']);
  check({ health: healthOf(sixty().flatMap((record) => [record, record])) }, 'valid', ['repeated-records']);
});

test('records that come late make it suspect', () => {
  const late = sixty((at) => (at === 9 ? { durationMs: 3500 } : {})).map((record) =>
    record.seq > 10 ? { ...record, timeMs: record.timeMs + 2500 } : record,
  );
  check({ health: healthOf(late) }, 'suspect', ['late-records']);
});

test('a clock that jumps makes it suspect, and invalid when the jump is gross', () => {
  const jumped = (byMs: number) =>
    healthOf(
      sixty().map((record) => (record.seq > 30 ? { ...record, timeMs: record.timeMs + byMs } : record)),
    );
  check({ health: jumped(900) }, 'valid', []);
  check({ health: jumped(-2000) }, 'suspect', ['clock-jump']);
  check({ health: jumped(6000) }, 'invalid', ['clock-jump']);
  check({ health: jumped(6000), windowMs: 600_000 }, 'suspect', ['clock-jump']);
});

test('few samples make it suspect', () => {
  check({ samples: 59 }, 'suspect', ['few-samples']);
  check({ samples: 60 }, 'valid', []);
});

test('the worst phase decides on a run, and each evidence is told once', () => {
  const same = { code: 'co-located', message: 'shared' };
  expect(
    combineValidities([
      { state: 'valid', evidence: [same] },
      { state: 'suspect', evidence: [same, { code: 'few-samples', message: 'few' }] },
    ]),
  ).toEqual({ state: 'suspect', evidence: [same, { code: 'few-samples', message: 'few' }] });
  expect(combineValidities([])).toEqual({ state: 'valid', evidence: [] });
});
