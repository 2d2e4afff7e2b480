import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../core/measure/histogram';
import { resourceSources, type StreamRecord } from '../core/measure/record';
import { checksum } from './checksum';
import { decodeLine, encodeRecord } from './stream';

const samples = new URL('../test/wire/', import.meta.url);

function linesOf(name: string): string[] {
  return readFileSync(new URL(name, samples), 'utf8').replace(/\n$/, '').split('\n');
}

function kindOf(line: string): string {
  const decoded = decodeLine(line);
  return decoded.ok ? decoded.record.kind : decoded.problem.code;
}

/** Histograms compared by what they hold: their fields are private. */
function plain(record: StreamRecord): unknown {
  return JSON.parse(
    JSON.stringify(record, (_, value: unknown) => (value instanceof Histogram ? value.toPairs() : value)),
  ) as unknown;
}

function decoded(line: string): StreamRecord {
  const result = decodeLine(line);
  if (!result.ok) throw new Error(`${result.problem.message}: ${line}`);
  return result.record;
}

/** Sealed as a writer would, whatever stands in it. */
function sealed(body: string): string {
  return `${body},"crc":"${checksum(body) ?? ''}"}`;
}

const name = fc.string({ unit: 'binary', maxLength: 12 });
const count = fc.nat({ max: 2 ** 31 - 1 });
const some = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const figure = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (Object.is(value, -0) ? 0 : value));
const codes = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,8}$/), count);
const histogram = fc.array(fc.nat({ max: 10_000_000 }), { maxLength: 20 }).map((values) => {
  const made = new Histogram();
  for (const value of values) made.record(value);
  return made;
});

const request = fc.record({
  scenario: name,
  step: name,
  outcome: fc.constantFrom('ok' as const, 'failed' as const, 'unfinished' as const),
  at: count,
  count: some,
  sumUs: count,
  minUs: count,
  maxUs: count,
  waitUs: count,
  newConnections: count,
  connectUs: count,
  statuses: codes,
  errorCodes: codes,
  histogram,
});

const cell = { metric: name, scenario: name, step: name, at: count, count: some };
const outcome = fc.constantFrom(
  'success' as const,
  'failed' as const,
  'unjudged' as const,
  'timeout' as const,
);
const metric = fc.oneof(
  fc.record({
    ...cell,
    outcome,
    type: fc.constant('trend' as const),
    sum: figure,
    min: figure,
    max: figure,
    histogram,
  }),
  fc.record({ ...cell, type: fc.constant('rate' as const), passes: count }),
  fc.record({ ...cell, type: fc.constant('counter' as const), sum: figure }),
  fc.record({ ...cell, type: fc.constant('gauge' as const), value: figure, min: figure, max: figure }),
);

const base = { source: name, phase: name, seq: count, timeMs: count };
const tick = fc.record(
  {
    kind: fc.constant('tick' as const),
    ...base,
    durationMs: count,
    users: count,
    usersMax: count,
    iterations: count,
    dropped: count,
    bytesSent: count,
    bytesReceived: count,
    cpuUs: count,
    generators: count,
    rssBytes: count,
    requests: fc.array(request, { maxLength: 3 }),
    metrics: fc.array(metric, { maxLength: 3 }),
    log: fc.array(
      fc.record({
        level: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
        message: name,
        count: some,
      }),
      { maxLength: 3 },
    ),
  },
  {
    requiredKeys: [
      ...([
        'kind',
        'source',
        'phase',
        'seq',
        'timeMs',
        'durationMs',
        'users',
        'usersMax',
        'iterations',
      ] as const),
      ...(['dropped', 'bytesSent', 'bytesReceived', 'requests', 'metrics', 'log'] as const),
    ],
  },
);
const record: fc.Arbitrary<StreamRecord> = fc.oneof(
  tick,
  fc.record({ kind: fc.constant('start' as const), ...base, pid: some, generators: some }),
  fc.record({ kind: fc.constant('clock' as const), ...base }),
  fc.record({ kind: fc.constant('end' as const), ...base }),
  fc.record({ kind: fc.constant('end' as const), ...base, error: name }),
  fc.record(
    {
      kind: fc.constant('resources' as const),
      ...base,
      source: fc.constantFrom(...resourceSources),
      component: name,
      readings: fc.array(
        fc.record(
          { metric: name, instance: name, value: figure, limit: figure },
          { requiredKeys: ['metric', 'value'] },
        ),
        { maxLength: 3 },
      ),
      gap: name,
    },
    { requiredKeys: ['kind', 'source', 'phase', 'seq', 'timeMs', 'component', 'readings'] },
  ),
);

describe('the samples that k6 and this side share', () => {
  const expected = JSON.parse(readFileSync(new URL('expected.json', samples), 'utf8')) as Record<
    string,
    string[]
  >;

  test('are all expected', () => {
    const files = readdirSync(samples).filter((file) => file.endsWith('.ndjson'));
    expect(files.sort()).toEqual(Object.keys(expected).sort());
  });

  test.each(Object.keys(expected))('%s is read as k6 reads it', (file) => {
    expect(linesOf(file).map(kindOf)).toEqual(expected[file]);
  });

  test('bear every field to its place', () => {
    const [start, clock, , second, end] = linesOf('every-field.ndjson').map(decoded);
    expect(start).toEqual({
      kind: 'start',
      source: 'k6',
      phase: 'løad "1"',
      seq: 0,
      timeMs: 1_789_999_999_920,
      pid: 4242,
    });
    expect(clock).toEqual({
      kind: 'clock',
      source: 'k6',
      phase: 'løad "1"',
      seq: 1,
      timeMs: 1_790_000_000_000,
    });
    expect(end).toMatchObject({ kind: 'end', error: 'the run was aborted' });
    if (second?.kind !== 'tick') throw new Error('no tick');
    expect(second).toMatchObject({
      durationMs: 1000,
      users: 5,
      usersMax: 10,
      iterations: 303,
      dropped: 4,
      bytesSent: 120012,
      bytesReceived: 223412,
      cpuUs: 284727,
      rssBytes: 45961216,
    });
    const total = second.requests.reduce((sum, each) => sum + each.count, 0);
    expect(total).toBe(302);
    for (const each of second.requests) expect(each.histogram.total).toBe(each.count);
    expect(second.requests.at(-1)).toMatchObject({
      step: 'get /ü/${id}',
      outcome: 'failed',
      at: 1,
      newConnections: 1,
      connectUs: 1500,
      sumUs: 5000,
      statuses: { '503': 1 },
      errorCodes: { '1503': 1 },
    });
    expect(second.metrics.map((each) => [each.metric, each.type, each.outcome, each.at])).toEqual([
      ['ttc', 'trend', 'success', 1],
      ['ttc', 'trend', 'timeout', 0],
      ['valid', 'rate', undefined, 1],
      ['cost', 'counter', undefined, 1],
      ['depth', 'gauge', undefined, 1],
    ]);
    expect(second.log).toEqual([
      {
        level: 'warning',
        message: 'Request Failed: dial tcp 127.0.0.1:1: connect: connection refused',
        count: 12400,
      },
      { level: 'error', message: 'Error: boom\n\tat b (script.js:6)\u007f\u0000', count: 1 },
      { level: 'info', message: 'déjà vu 😀 \ufffd', count: 2 },
    ]);
  });
});

describe('the sample of resources', () => {
  const lines = linesOf('resources.ndjson');

  test('is what this side writes', () => {
    expect(lines.map((line) => encodeRecord(decoded(line)))).toEqual(lines);
  });

  test('bears every field to its place', () => {
    expect(decoded(lines[0]!)).toEqual({
      kind: 'resources',
      source: 'process',
      phase: 'load',
      seq: 0,
      timeMs: 1_790_000_001_000,
      component: 'agents',
      readings: [
        { metric: 'cpu', instance: 'pid 4711', value: 0.97, limit: 2 },
        { metric: 'memory', instance: 'pid 4711', value: 52428800 },
      ],
    });
    expect(decoded(lines[1]!)).toMatchObject({
      source: 'metrics',
      readings: [],
      gap: 'the metrics endpoint answered 401',
    });
  });
});

describe('a line', () => {
  test('gives back the record it was written from, and is ASCII', () => {
    fc.assert(
      fc.property(record, (given) => {
        const line = encodeRecord(given);
        expect(line).toMatch(/^\{"v":1,"kind":[ -~]+,"crc":"[0-9a-f]{8}"\}$/);
        expect(plain(decoded(line))).toEqual(plain(given));
      }),
    );
  });

  test('is refused when any one byte of it has changed', () => {
    fc.assert(
      fc.property(record, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, where, flip) => {
        const bytes = new TextEncoder().encode(encodeRecord(given));
        bytes[where % bytes.length]! ^= flip;
        expect(decodeLine(new TextDecoder().decode(bytes)).ok).toBe(false);
      }),
    );
  });

  test('is refused wherever it is torn', () => {
    const line = linesOf('every-field.ndjson')[2]!;
    for (let end = 0; end < line.length; end++) expect(kindOf(line.slice(0, end))).toBe('damaged-line');
  });

  test('is refused without throwing, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(decodeLine(text).ok).toBe(false);
        expect(decodeLine(sealed(text)).ok).toBe(false);
      }),
    );
  });

  test('of a newer version says so, and names the remedy', () => {
    const result = decodeLine(linesOf('newer.ndjson')[0]!);
    expect(result).toMatchObject({ ok: false, problem: { code: 'newer-version' } });
    expect(result.ok ? '' : result.problem.message).toContain('version 2');
  });

  test('names the field that is not of the format', () => {
    const line = encodeRecord(decoded(linesOf('every-field.ndjson')[3]!)).slice(0, -18);
    const result = decodeLine(sealed(line.replace('"c":12400', '"c":-1')));
    expect(result.ok ? '' : result.problem.message).toContain('log.0.c');
  });

  test('with keys that came later is read without them', () => {
    expect(decoded(linesOf('unknown.ndjson')[1]!)).toEqual({
      kind: 'clock',
      source: 'k6',
      phase: 'load',
      seq: 0,
      timeMs: 1_790_000_000_000,
    });
  });
});

test('the checksum is that of IEEE 802.3', () => {
  expect(checksum('123456789')).toBe('cbf43926');
  expect(checksum('')).toBe('00000000');
  expect(checksum('ü')).toBeUndefined();
});

describe('docs/wire-format.md', () => {
  const text = readFileSync(new URL('../docs/wire-format.md', import.meta.url), 'utf8');

  test('shows a line that is one', () => {
    const example = /^\{"v".*\}$/m.exec(text)?.[0] ?? '';
    expect(kindOf(example)).toBe('clock');
  });

  test('describes every key of the samples', () => {
    const keys = new Set(
      [...linesOf('every-field.ndjson'), ...linesOf('resources.ndjson')]
        .flatMap((line) => [...line.matchAll(/"([a-zA-Z]+)":/g)])
        .map((match) => match[1]!),
    );
    expect(keys.size).toBeGreaterThan(40);
    for (const key of keys) expect(text).toContain(`\`${key}\``);
  });
});
