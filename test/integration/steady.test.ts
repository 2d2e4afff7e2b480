import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runPlan } from '../../runner/run-plan';
import { makeWorkspace, planText, startService, type SmallService, type Workspace } from './small-service';

let service: SmallService;
let workspace: Workspace;
beforeEach(async () => {
  const startedMs = performance.now();
  // Half a millisecond slower with each second, from 10 ms on.
  service = await startService((_, response) => {
    const ms = 10 + (performance.now() - startedMs) / 2000;
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
  const outcome = await runPlan({
    planFile: await workspace.plan(planText({ url: service.url, load: 'rate: 20/s, for: 55s' })),
    phases: [],
    allowedTargets: [],
    hasLease: false,
    isForced: false,
    variables: {},
    supervisorFile: path.resolve('dist/supervisor.cjs'),
    k6Folder: path.resolve('dist/k6'),
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  const [phase] = outcome.run.phases;
  expect(phase?.verdict).toBe('pass');
  expect(phase?.validity.state).toBe('suspect');
  const found = phase?.validity.evidence.find(({ code }) => code === 'not-steady');
  expect(found?.message).toMatch(/median latency rose by .* it is no steady state/);
});
