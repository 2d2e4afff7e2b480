/** What py-spy itself says of a recording, against what is made of it here. */
import { describe, expect, it } from 'vitest';
import { importSample, importText, readSample } from '../../test/kit/profile-samples';
import type { Profile } from './profile';
import { topFunctions } from './top-functions';

interface Count {
  self: number;
  total: number;
}

/** Functions by name and file, counted over the lines of collapsed stacks with nothing but sets and sums. */
function countStacks(text: string): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const line of text.trimEnd().split('\n')) {
    const [, stack = '', count = '0'] = /^(.*) (\d+)$/.exec(line) ?? [];
    const functions = stack.split(';').map((frame) => frame.replace(/:\d+\)$/, ')'));
    if (stack === '') continue;
    for (const name of new Set(functions)) {
      const known = counts.get(name) ?? { self: 0, total: 0 };
      known.total += Number(count);
      if (functions.at(-1) === name) known.self += Number(count);
      counts.set(name, known);
    }
  }
  return counts;
}

function heaviest(counts: Map<string, Count>, by: keyof Count): (readonly [string, number])[] {
  const rows = [...counts].map(([name, count]) => [name, count[by]] as const);
  return rows.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 5);
}

function check(profile: Profile, counts: Map<string, Count>): void {
  const { functions } = topFunctions(profile, { withWaiting: true });
  const ours = new Map(
    functions.map(({ name, file, self, total }) => [
      file === '' ? name : `${name} (${file})`,
      { self, total },
    ]),
  );
  expect(heaviest(ours, 'self')).toEqual(heaviest(counts, 'self'));
  expect(heaviest(ours, 'total')).toEqual(heaviest(counts, 'total'));
}

/** The stacks of a flame graph: each frame has its column and width in samples, and a row that tells its depth. */
function stacksOfFlameGraph(svg: string): string {
  const frames = [
    ...svg.matchAll(
      /<title>(.*?) \(([\d,]+) samples?, [\d.]+%\)<\/title><rect [^>]*y="(\d+)"[^>]*fg:x="(\d+)" fg:w="(\d+)"/g,
    ),
  ].map(([, name = '', , y, x, w]) => ({
    name: name.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    y: Number(y),
    from: Number(x),
    samples: Number(w),
  }));
  const within = (inner: (typeof frames)[0], outer: (typeof frames)[0]): boolean =>
    inner.from >= outer.from && inner.from + inner.samples <= outer.from + outer.samples;
  return frames
    .map((frame) => {
      // Rows go down from the caller to the callee.
      const callers = frames.filter((other) => other.y < frame.y && within(frame, other));
      const callees = frames.filter((other) => other.y === frame.y + 16 && within(other, frame));
      const own = frame.samples - callees.reduce((sum, { samples }) => sum + samples, 0);
      const stack = [...callers.sort((a, b) => a.y - b.y), frame].map(({ name }) => name);
      return `${stack.filter((name) => name !== 'all').join(';')} ${own}`;
    })
    .filter((line) => !line.endsWith(' 0') && !line.startsWith(' '))
    .join('\n');
}

describe('the five heaviest functions, own and total, agree to the sample', () => {
  it.each(['3.8', '3.9', '3.11', '3.12', '3.13'])('with py-spy’s raw output, of Python %s', (version) => {
    const file = `py-spy/0.4.3-python-${version}/shop.raw.txt`;
    check(importSample(file), countStacks(new TextDecoder().decode(readSample(file))));
  });

  it('with the widths in py-spy’s own flame graph', () => {
    const svg = new TextDecoder().decode(readSample('py-spy/0.4.3-python-3.11/shop.flamegraph.svg'));
    const stacks = stacksOfFlameGraph(svg);
    const drawn = /<title>all \((\d+) samples/.exec(svg)?.[1];
    const result = importText(stacks, 'shop.folded');
    if (!result.ok) throw new Error(result.problem.message);
    expect(topFunctions(result.profile).whole).toBe(Number(drawn));
    check(result.profile, countStacks(stacks));
  });

  it('with the samples in py-spy’s speedscope file, whose weights are all alike', () => {
    const file = 'py-spy/0.4.3-python-3.11/shop.speedscope.json';
    const { shared, profiles } = JSON.parse(new TextDecoder().decode(readSample(file))) as {
      shared: { frames: { name: string; file: string; line: number }[] };
      profiles: { samples: number[][]; weights: number[] }[];
    };
    const lines = profiles.flatMap(({ samples }) =>
      samples.map((sample) => {
        const frames = sample.map((index) => shared.frames[index]);
        return `${frames.map((frame) => `${frame?.name} (${frame?.file}:${frame?.line})`).join(';')} 1`;
      }),
    );
    const { samples, ...profile } = importSample(file);
    const ticks = {
      ...profile,
      samples: { ...samples, weight: samples.weight.map((weight) => weight / 20e6) },
    };
    check(ticks, countStacks(lines.join('\n')));
  });
});
