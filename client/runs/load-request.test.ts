import { expect, test } from 'vitest';
import { analysePlan } from '../../core/plan/analyse';
import { describeLoad, describeRead, foreignLoads, foreignReads } from './load-request';

function check(text: string, phases: readonly string[], expected: readonly string[]): void {
  const { plan, problems } = analysePlan(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(foreignLoads(plan!, phases).map(describeLoad)).toEqual(expected);
}

const plan = (url: string, phases: string): string => `version: 1
name: Sample
targets:
  here: { url: "http://127.0.0.1:8000" }
  there: { url: "${url}" }
scenarios:
  near: { target: here, steps: [{ get: / }] }
  far: { target: there, steps: [{ get: / }] }
  mixed: { target: here, steps: [{ get: / }, { get: /x, target: there }] }
phases:
${phases}
`;

test('load on this machine needs no approval', () => {
  check(plan('http://example.test', '  one: { scenarios: [near], users: 5, for: 30s }'), ['one'], []);
});

test('a foreign host is named with its port, its peak and its time', () => {
  check(
    plan('https://example.test', '  one: { scenarios: [far], users: 1 -> 50, for: 5m }'),
    ['one'],
    ['example.test:443: up to 50 users, for 5 min'],
  );
});

test('a step that goes elsewhere counts, whatever target its scenario has', () => {
  check(
    plan('http://10.0.0.7:81', '  one: { scenarios: [mixed], rate: 20/s, for: 30s, maxUsers: 10 }'),
    ['one'],
    ['10.0.0.7:81: up to 20 arrivals per second, for 30 s'],
  );
});

test('phases are put together per host: the highest peak, and all of their time', () => {
  const phases = `  one: { scenarios: [far], users: 5, for: 30s }
  two: { scenarios: [far], users: 20, for: 60s }
  three: { scenarios: [far], users: 100, for: 1h }`;
  check(plan('http://example.test', phases), ['one', 'two'], ['example.test:80: up to 20 users, for 90 s']);
});

test('addresses that only look like this machine are foreign', () => {
  const phases = '  one: { scenarios: [far], users: 5, for: 30s }';
  for (const host of ['127.0.0.1.example.test', '0x7f.0.0.1', '127.1', 'localhost.example.test']) {
    check(plan(`http://${host}`, phases), ['one'], [`${host}:80: up to 5 users, for 30 s`]);
  }
});

test('hosts that are read beside the load are named with what is read and sent, each once', () => {
  const reads = (keys: string, observe: string): string[] => {
    const { plan: read } = analysePlan(`version: 1
name: Sample
targets:
  here: { url: "http://127.0.0.1:8000"${keys} }
${observe}
scenarios: { near: { steps: [{ get: / }] } }
phases: { one: { scenarios: [near], users: 1, for: 30s } }
`);
    return foreignReads(read!).map(describeRead);
  };
  expect(reads(', metrics: /metrics', 'observe: { prometheus: http://localhost:9090 }')).toEqual([]);
  expect(reads(', metrics: //example.test/m', '')).toEqual([]);
  expect(reads(", metrics: 'https://example.test/m'", '')).toEqual(['example.test:443: metrics of here']);
  expect(
    reads(
      ", metrics: 'http://example.test:9090/m'",
      "observe: { prometheus: { url: 'http://example.test:9090', write: percentiles, auth: { bearer: '${secret.T}' } } }",
    ),
  ).toEqual([
    "example.test:9090: metrics of here, series of all targets, k6's figures are written there, credentials of the plan are sent there",
  ]);
});
