import { describe, expect, it } from 'vitest';
import { importTools as tools } from '../../engines/host/profile-file';
import { importSample, importText, readSample } from '../../test/kit/profile-samples';
import { importProfile } from './import';
import { topFunctions } from './top-functions';

/** The heaviest function, as every sample is of the same program. */
function check(file: string, expected: { top: string; unit: string }): void {
  const profile = importSample(file);
  const { functions } = topFunctions(profile);
  expect(profile.unit).toBe(expected.unit);
  expect(functions[0]?.name).toBe(expected.top);
}

describe('a file is read as what its content says it is', () => {
  it.each(['3.8', '3.9', '3.11', '3.12', '3.13'])('speedscope by py-spy of Python %s', (version) => {
    check(`py-spy/0.4.3-python-${version}/shop.speedscope.json`, { top: 'discount', unit: 'ns' });
  });

  it.each(['3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.11-profile-module', '3.12', '3.13'])(
    'pstats of Python %s',
    (version) => {
      check(`cprofile/python-${version}/shop.pstats`, { top: 'discount', unit: 'ns' });
    },
  );

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
