import { describe, expect, it } from 'vitest';
import { importTools as tools } from '../../engines/host/profile-file';
import { importSample, importText, readSample } from '../../test/kit/profile-samples';
import { importProfile } from './import';
import { topFunctions } from './top-functions';

interface Expected {
  readonly top?: string;
  readonly unit?: string;
  readonly file?: string;
}

/** All samples are of the same program, so that most have the same function at the top. */
function check(
  file: string,
  { top = 'discount', unit = 'ns', file: source = 'shop.py' }: Expected = {},
): void {
  const profile = importSample(file);
  const [first] = topFunctions(profile).functions;
  expect({ name: first?.name, unit: profile.unit }).toEqual({ name: top, unit });
  expect(first?.file).toMatch(new RegExp(`${source}$`));
}

describe('a file is read as what its content says it is', () => {
  it.each(['3.8', '3.9', '3.11', '3.12', '3.13'])('speedscope by py-spy of Python %s', (version) => {
    check(`py-spy/0.4.3-python-${version}/shop.speedscope.json`);
  });

  it.each(['3.8', '3.9', '3.11', '3.12', '3.13'])('collapsed stacks by py-spy of Python %s', (version) => {
    check(`py-spy/0.4.3-python-${version}/shop.raw.txt`, { unit: 'samples' });
  });

  it('collapsed stacks with processes and threads', () => {
    const file = 'py-spy/0.4.3-python-3.11/threads.raw.txt';
    check(file, { unit: 'samples' });
    expect(importSample(file).threads).toEqual([
      // Before Python had given it a name.
      expect.stringMatching(/^process \d+:".*shop.py 2.5";thread \(\d+\)$/),
      expect.stringMatching(/^process \d+:".*shop.py 2.5";thread \(\d+\): MainThread$/),
      expect.stringMatching(/^process \d+:".*shop.py 2.5";thread \(\d+\): worker$/),
    ]);
  });

  it.each(['3.11', '3.13'])('trace events by py-spy of Python %s', (version) => {
    check(`py-spy/0.4.3-python-${version}/shop.chrometrace.json`);
  });

  it.each(['3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.11-profile-module', '3.12', '3.13'])(
    'pstats of Python %s',
    (version) => {
      check(`cprofile/python-${version}/shop.pstats`);
    },
  );

  it.each(['3.8', '3.11', '3.12'])('the text and the binary format of Austin, of Python %s', (version) => {
    check(`austin/3.7.0-python-${version}/shop.austin`);
    check(`austin/3.7.0-python-${version}/shop.mojo`);
  });

  it('the text of Austin with full metrics', () => {
    check('austin/3.7.0-python-3.11/full.austin');
  });

  it.each(['20', '24'])('the profile of Node %s', (version) => {
    // V8 has put the function it calls in its place.
    check(`node/${version}/shop.cpuprofile`, { top: '(anonymous 8:23)', file: '/tmp/shop/shop.js' });
  });

  it.each(['shop.pb.gz', 'shop.pb'])('pprof by Go, packed or not: %s', (name) => {
    check(`go/1.26/${name}`, { top: 'shop.Discount', file: 'shop.go' });
  });

  it('pprof of memory, in bytes', () => {
    expect(importSample('go/1.26/memory.pb.gz').unit).toBe('bytes');
  });

  it('the text of perf', () => {
    check('perf/6.1/go.script.txt', { top: 'shop.BenchmarkPrice', file: 'shop.test' });
    expect(importSample('perf/6.1/python.script.txt').producer).toBe('perf');
  });

  it('and not as what its name says', () => {
    const bytes = readSample('py-spy/0.4.3-python-3.11/shop.speedscope.json');
    expect(importProfile(bytes, 'shop.pstats', tools)).toMatchObject({ ok: true, format: 'speedscope' });
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['nothing at all', '', 'unknown-format'],
    ['a text', 'dear diary', 'unknown-format'],
    ['JSON of something else', '{"hello": "world"}', 'unknown-format'],
    ['JSON that breaks off', '{"shared":{"frames":[', 'damaged'],
    ['no inner profile', '{"shared":{"frames":[]},"profiles":[]}', 'no-samples'],
    [
      'a frame that is not there',
      '{"shared":{"frames":[]},"profiles":[{"type":"sampled","unit":"none","samples":[[3]],"weights":[1]}]}',
      'damaged',
    ],
    [
      'units that cannot be added up',
      '{"shared":{"frames":[]},"profiles":[{"unit":"seconds"},{"unit":"bytes"}]}',
      'not-supported',
    ],
    [
      'a frame closed that is not open',
      '{"shared":{"frames":[{"name":"a"}]},"profiles":[{"type":"evented","unit":"none","events":[{"type":"C","at":1,"frame":0}]}]}',
      'damaged',
    ],
  ])('is refused with its reason: %s', (_, text, code) => {
    expect(importText(text)).toMatchObject({ ok: false, problem: { code } });
  });

  it('of Python 2 says so', () => {
    const result = importProfile(readSample('cprofile/python-2.7/shop.pstats'), 'shop.pstats', tools);
    expect(result).toMatchObject({ ok: false, problem: { message: 'it was written by Python 2' } });
  });

  it('of the profile module with code in it says so', () => {
    const bytes = readSample('cprofile/python-3.11-profile-module/with-code.pstats');
    expect(importProfile(bytes, 'shop.pstats', tools)).toMatchObject({
      ok: false,
      problem: { code: 'not-supported', remedy: 'use cProfile in place of profile' },
    });
  });

  it('is never more than refused, wherever it breaks off or a byte is wrong', () => {
    for (const file of [
      'py-spy/0.4.3-python-3.11/shop.speedscope.json',
      'cprofile/python-3.11/shop.pstats',
    ]) {
      const whole = readSample(file);
      for (let cut = 0; cut < whole.length; cut += 37) {
        importProfile(whole.subarray(0, cut), 'x', tools);
        const changed = Uint8Array.from(whole);
        changed[cut] = (changed[cut] ?? 0) ^ (1 << (cut % 8));
        importProfile(changed, 'x', tools);
      }
    }
  });
});

describe('the speedscope format', () => {
  it('gives each event’s time to the functions that were open', () => {
    const result = importText(
      JSON.stringify({
        shared: { frames: [{ name: 'a' }, { name: 'b' }] },
        profiles: [
          {
            type: 'evented',
            name: 'main',
            unit: 'milliseconds',
            startValue: 100,
            events: [
              { type: 'O', frame: 0, at: 101 },
              { type: 'O', frame: 1, at: 103 },
              { type: 'C', frame: 1, at: 110 },
              { type: 'C', frame: 0, at: 111 },
            ],
          },
        ],
      }),
    );
    if (!result.ok) throw new Error(result.problem.message);
    const { functions } = topFunctions(result.profile);
    expect(functions).toMatchObject([
      { name: 'b', self: 7e6, total: 7e6 },
      { name: 'a', self: 3e6, total: 10e6 },
    ]);
  });
});

describe('the pstats format', () => {
  it('gives the calls and times that Python’s own pstats prints', () => {
    const rows = JSON.parse(
      new TextDecoder().decode(readSample('cprofile/python-3.11/shop.expected.json')),
    ) as [string, number, string, number, number, number][];
    const { functions } = topFunctions(importSample('cprofile/python-3.11/shop.pstats'), {
      withWaiting: true,
    });
    for (const [file, line, name, calls, self, total] of rows) {
      const found = functions.find((fn) => fn.name === name && fn.line === line && fn.file.endsWith(file));
      expect(found).toMatchObject({ calls, self, total });
    }
  });
});

describe('the pprof format', () => {
  it('gives the figures that go tool pprof prints', () => {
    const printed = new TextDecoder().decode(readSample('go/1.26/shop.top.txt'));
    const rows = [...printed.matchAll(/^\s*(\d+)(?:ms)?\s.*?%\s+(\d+)(?:ms)?\s+\S+%\s+(\S+)/gm)];
    const { functions } = topFunctions(importSample('go/1.26/shop.pb.gz'));
    expect(rows.length).toBeGreaterThan(4);
    for (const [, flat, cumulative, name] of rows)
      expect(functions.find((fn) => fn.name === name)).toMatchObject({
        self: Number(flat) * 1e6,
        total: Number(cumulative) * 1e6,
      });
  });
});

describe('trace events', () => {
  it('given whole are nested by their times', () => {
    const events = [
      { ph: 'X', name: 'serve', ts: 0, dur: 10, pid: 1, tid: 1 },
      { ph: 'X', name: 'price', ts: 0, dur: 4, pid: 1, tid: 1 },
      { ph: 'X', name: 'price', ts: 6, dur: 4, pid: 1, tid: 1 },
    ];
    const result = importText(JSON.stringify(events));
    if (!result.ok) throw new Error(result.problem.message);
    expect(topFunctions(result.profile).functions).toMatchObject([
      { name: 'price', self: 8000, total: 8000 },
      { name: 'serve', self: 2000, total: 10_000 },
    ]);
  });
});

describe('a file made to exhaust the reader', () => {
  it('is refused for stacks that are too deep', () => {
    const text = `${'a;'.repeat(10_001)}b 1`;
    expect(importText(text)).toMatchObject({ ok: false, problem: { code: 'too-deep' } });
  });

  it('is refused for values nested without end', () => {
    const bytes = new Uint8Array(100_000).fill(0x28);
    for (let i = 0; i < bytes.length; i += 5) bytes.set([0x28, 1, 0, 0, 0], i);
    bytes[0] = 0x7b;
    bytes.copyWithin(1, 5);
    expect(importProfile(bytes, 'x.pstats', tools)).toMatchObject({
      ok: false,
      problem: { code: 'damaged' },
    });
  });

  it('is refused where it unpacks to more than is read', () => {
    const gunzip = (_: Uint8Array, maxBytes: number): Uint8Array => {
      throw new Error(`larger than ${maxBytes}`);
    };
    const result = importProfile(Uint8Array.of(0x1f, 0x8b, 8), 'x', { ...tools, gunzip });
    expect(result).toMatchObject({ ok: false, problem: { code: 'damaged' } });
  });
});
