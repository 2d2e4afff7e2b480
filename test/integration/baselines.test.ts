/** What a comparison and a goal on a baseline refuse, and what they take: no figure is held against a bound here. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { listRuns } from '../../runner/open-run';
import { it } from './compared-runs';

/** So few arrivals that none of them can be too late. */
const load = 'rate: 18/s, for: 1s';
const otherLoad = 'rate: 19/s, for: 1s';

describe.concurrent('a comparison', () => {
  it('does not compare loads that differ, and says so to whoever asks for a proof', async ({ place }) => {
    const { check, planOf, runsFolder, startSlow } = place;
    const url = await startSlow(1);
    await check(['run', await planOf({ url, load })], 0);
    await check(['run', await planOf({ url, load: otherLoad })], 0);
    const [late, early] = await listRuns(runsFolder);
    const args = ['compare', early?.id ?? '', '--with', late?.id ?? ''];
    await check(args, 0, /not comparable.*differ in the load of the phase/);
    await check([...args, '--fail-on', 'slower'], 3);
  });

  it('refuses what it cannot do', async ({ place }) => {
    const { check, closeServices, planOf, startSlow } = place;
    const plan = await planOf({ url: await startSlow(1), load });
    await check(['compare'], 2, /name runs on both sides/);
    await check(['compare', 'x', '--with', 'y'], 2, /no run x/);
    await check(['compare', '--interleave', plan], 2, /two sides/);
    await check(['compare', '--interleave', plan, plan, plan], 2, /two sides/);
    await check(['compare', '--interleave', plan, plan, '-n', '0'], 2, /from 1 to 100/);
    await check(['compare', 'x', '--with', 'y', '--fail-on', 'faster'], 2, /only slower/);
    const nowhere = ['compare', '--interleave', plan, `${plan}@nowhere`, '-n', '1'];
    await check(nowhere, 2, /Fewer than 4 runs/, /Nothing was compared/);
    await closeServices();
    await check(['compare', '--interleave', plan, plan], 1, /every one of/, /Nothing was compared/);
  });
});

describe.concurrent('a goal on a baseline', () => {
  /** Far beyond what a busy machine adds, so that only the baseline decides. */
  const goal = 'p50(status) in load <= baseline + 9900%';

  it('waits for a run that is pinned, and is judged against it as long as it is', async ({ place }) => {
    const { check, planOf, run, runsFolder, startSlow } = place;
    const url = await startSlow(15);
    const plan = await planOf({ url, load, goal });
    const first = await run(plan, 3);
    expect(first.goal).toMatchObject({ state: 'no-data', lacks: 'baseline' });
    expect(first.goal.reason).toContain('no baseline is pinned for load');
    await check(['baseline', 'pin', first.run.id, '--name', 'v1'], 0, /small.bench.yaml load \(v1\)/);
    const second = await run(plan, 0);
    const p50 = first.run.phases[0]?.steps[0]?.latencyMs.p50 ?? 0;
    expect(second.goal.state).toBe('held');
    expect(second.goal.limit).toBeCloseTo(100 * p50, 6);
    expect(second.goal.reason).not.toContain('the baseline is');

    const third = await run(plan, 0);
    await check(['baseline', 'pin', first.run.id, second.run.id, third.run.id], 0);
    expect((await run(plan, 0)).goal.reason).toMatch(/the baseline is .* over 3 runs$/);

    const other = await run(await planOf({ url, load: otherLoad, goal }), 3);
    expect(other.goal.reason).toContain('cannot be compared: it differs in the load of the phase');
    await planOf({ url, load, goal });
    await rm(path.join(runsFolder, second.run.id), { recursive: true });
    expect((await run(plan, 3)).goal.reason).toContain('is not there any more');
    await check(['baseline', 'unpin', second.run.id], 0, /no baseline any more/);
    await run(plan, 0);
    await check(['baseline', 'unpin', first.run.id, third.run.id], 0);
    await run(plan, 3);
  });

  it('is never judged against a run that did not pass, or a file of another version', async ({ place }) => {
    const { check, folder, planOf, run, startSlow } = place;
    const url = await startSlow(15);
    const failed = await run(await planOf({ url, load, goal: 'p50(status) in load < 1ms' }), 1);
    await check(
      ['baseline', 'pin', failed.run.id],
      2,
      /cannot be a baseline: its verdict is fail: .*a goal is broken/,
    );
    await check(['baseline', 'pin', 'nothing'], 2, /no run nothing/);
    await check(['baseline', 'unpin', failed.run.id], 2, /is not pinned/);
    await check(['baseline', 'mend'], 2, /baseline pin RUN/);
    const file = path.join(folder, '.benchwright', 'baselines.json');
    await writeFile(file, '{"version":2}');
    const passed = await run(await planOf({ url, load, goal }), 3);
    expect(passed.goal.reason).toContain('newer version');
    await check(['baseline', 'pin', passed.run.id], 2, /newer version/);
    expect(await readFile(file, 'utf8')).toBe('{"version":2}');
  });
});
