/** Two sides of a comparison whose difference is known: its figures need the machine for themselves. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { baselinesSchema } from '../../core/run/baselines';
import { it, type Line } from './compared-runs';

function compared(lines: readonly Line[]): Line {
  const line = lines.find(({ kind }) => kind === 'compared');
  if (line === undefined) throw new Error('nothing was compared');
  return line;
}

function verdictOf(line: Line, metric: string): string | undefined {
  return line.phases?.[0]?.figures.find((figure) => figure.metric === metric)?.verdict;
}

describe('benchwright compare', () => {
  it('finds a service that takes 30 % longer, in turn and again from the folders', async ({ place }) => {
    const { check, planOf, startSlow } = place;
    const plan = await planOf({ url: await startSlow(15), slowUrl: await startSlow(19.5) });
    const turn = ['compare', '--interleave', plan, `${plan}@slow`, '-n', '5', '--phase', 'load', '--json'];
    const line = compared(await check([...turn, '--fail-on', 'slower'], 1, /slower p50/));
    expect(verdictOf(line, 'p50')).toBe('slower');
    expect(verdictOf(line, 'success')).toBe('equivalent');
    expect(line.phases?.[0]?.figures[0]?.ratio).toBeGreaterThan(1.15);
    const { baseline = [], candidate = [] } = line;
    expect([baseline.length, candidate.length]).toEqual([5, 5]);
    const order = [...baseline, ...candidate].sort().map((dir) => (baseline.includes(dir) ? 'A' : 'B'));
    expect(order.join('')).toBe('ABABABABAB');

    const again = await check(['compare', ...baseline, '--with', ...candidate, '--json'], 0);
    expect(compared(again).phases).toEqual(line.phases);
    const back = ['compare', ...candidate, '--with', ...baseline, '--fail-on', 'slower', '--json'];
    expect(verdictOf(compared(await check(back, 0)), 'p50')).toBe('faster');
    const few = ['compare', ...baseline.slice(0, 3), '--with', ...candidate.slice(0, 3)];
    await check([...few, '--fail-on', 'slower'], 3, /can prove nothing: at least 4/);
    const [one = '', other = ''] = [baseline[0], candidate[0]];
    await check(['compare', one, '--with', other], 0, /Within these two runs/, /needs 30 s of measured time/);
    await check(['compare', one, '--with', one], 2, /on both sides/);
  });

  it('does not call a service slower than itself, and keeps the noise between its runs', async ({
    place,
  }) => {
    const { check, folder, planOf, startSlow } = place;
    const plan = await planOf({ url: await startSlow(15) });
    const line = compared(
      await check(['compare', '--interleave', plan, '--noise', '-n', '4', '--json'], 0, /noise .* is kept/),
    );
    expect(verdictOf(line, 'p50')).toMatch(/^(equivalent|no-evidence)$/);
    const file = path.join(folder, '.benchwright', 'baselines.json');
    const { noise } = baselinesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(noise).toMatchObject([{ plan: 'small.bench.yaml', environment: null, phase: 'load', runs: 8 }]);
    const floor = noise[0]?.floors['p50(status: GET /status)'];
    expect(floor).toBeGreaterThan(0);
    expect(floor).toBeLessThan(0.5);
    await check(['baseline', 'show'], 0, /No baseline is pinned/, /noise of up to/);
  });
});
