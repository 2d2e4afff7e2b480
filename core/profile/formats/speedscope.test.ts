import { expect, it } from 'vitest';
import { importText } from '../../../test/kit/profile-samples';
import type { Profile } from '../profile';

const frames = [
  { name: 'serve', file: 'a.py', line: 3 },
  { name: 'price', file: 'a.py', line: 9, col: null },
];
const sampled = {
  type: 'sampled',
  name: 'Thread 1',
  unit: 'seconds',
  startValue: 0,
  endValue: 0.04,
  samples: [[0, 1], [0, 1], [0], [], [0, 1, 1]],
  weights: [0.01, 0.01, 0.02, 0.5, 0.03],
};

function read(file: object | string): Profile {
  const result = importText(typeof file === 'string' ? file : JSON.stringify(file), 'x.speedscope.json');
  if (!result.ok) throw new Error(result.problem.message);
  return result.profile;
}

const usual = { shared: { frames }, profiles: [sampled], name: 'recorded', exporter: 'tool@1' };

it('is the same in whatever order its values stand, and with what nobody asked for between them', () => {
  const expected = read(usual);
  const { samples, weights, ...rest } = sampled;
  const turned = { weights, extra: { deep: [['"]', {}]] }, ...rest, samples };
  const variants = [
    { exporter: 'tool@1', profiles: [turned], more: null, name: 'recorded', shared: { frames, x: 1 } },
    JSON.stringify(usual, null, 2),
    `\ufeff${JSON.stringify(usual)}`,
    JSON.stringify(usual).replaceAll('0.01', '1e-2').replace('0.03', '0.030000000000000000001'),
  ];
  for (const variant of variants) expect(read(variant)).toEqual(expected);
  expect([...expected.samples.weight]).toEqual([10e6, 10e6, 20e6, 30e6]);
  // Where nothing was at work, time passes all the same.
  expect([...(expected.samples.timeMs ?? [])]).toEqual([0, 10, 20, 540]);
});

it('takes recursion for what it is, and shorter stacks for parts of longer ones', () => {
  const { stacks, samples } = read(usual);
  expect([...stacks.parent]).toEqual([-1, 0, 1]);
  expect([...samples.stack]).toEqual([1, 1, 0, 2]);
});

it.each([
  [
    'more samples than weights',
    { ...sampled, weights: [0.01] },
    'profiles[0] has 1 weights, and more samples',
  ],
  [
    'more weights than samples',
    { ...sampled, samples: [[0]] },
    'profiles[0] has 1 samples, and more weights',
  ],
  ['no weights', { ...sampled, weights: undefined }, 'profiles[0].weights is not a list'],
  ['a frame between two', { ...sampled, samples: [[0.5]], weights: [1] }, 'names a frame that is not there'],
  ['a text for a weight', { ...sampled, samples: [[0]], weights: ['1'] }, 'a number is expected at byte'],
  ['another type', { ...sampled, type: 'drawn' }, 'profiles[0].type is neither "sampled" nor "evented"'],
])('is refused with %s', (_, profile, message) => {
  expect(importText(JSON.stringify({ ...usual, profiles: [profile] }), 'x.speedscope.json')).toMatchObject({
    ok: false,
    problem: { code: 'damaged', message: expect.stringContaining(message) as string },
  });
});

const event = { type: 'O', frame: 0, at: 1 };
it.each([
  ['without a time', [{ type: 'O', frame: 0 }], 'has no time'],
  ['without a type', [{ frame: 0, at: 1 }], 'has no type'],
  ['of another type', [{ ...event, type: 'X' }], 'is neither "O" nor "C"'],
  ['that go back in time', [event, { ...event, at: 0.5 }], 'is earlier than the event before it'],
])('is refused with events %s', (_, events, message) => {
  const profile = { type: 'evented', name: 'e', unit: 'seconds', events };
  expect(importText(JSON.stringify({ ...usual, profiles: [profile] }), 'x.speedscope.json')).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining(message) as string },
  });
});
