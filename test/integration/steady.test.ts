import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeWorkspace, planText, startService, type SmallService, type Workspace } from './small-service';
import { ended, runWhole } from './whole-run';

let service: SmallService;
let workspace: Workspace;
beforeEach(async () => {
  const startedMs = performance.now();
  // Five milliseconds slower with each second, from 10 ms on: more than a machine adds that has other work for a while.
  service = await startService((_, response) => {
    const ms = 10 + (performance.now() - startedMs) / 200;
    setTimeout(() => response.end('{"outcome":"success"}'), ms);
  });
  workspace = await makeWorkspace();
});
afterEach(async () => {
  await service.close();
  await workspace.dispose();
});

/** Ten means of five seconds are the least that can show a drift. */
it('a service that slows down under a load that holds leaves figures that are suspect', async () => {
  const text = planText({ url: service.url, load: 'rate: 20/s, for: 55s' });
  const { run } = ended(await runWhole(workspace, { text }));
  const [phase] = run.phases;
  expect(phase?.verdict).toBe('pass');
  expect(phase?.validity.state).toBe('suspect');
  const found = phase?.validity.evidence.find(({ code }) => code === 'not-steady');
  expect(found?.message).toMatch(/median latency rose by .* it is no steady state/);
});
