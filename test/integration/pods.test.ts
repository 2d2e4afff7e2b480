/** One load made by pods of a cluster, which a stand-in for kubectl has: the pods themselves are the real k6. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PhaseResult } from '../../core/run/run';
import type { RunOutcome } from '../../runner/run-plan';
import { eventually } from './processes';
import { makeWorkspace, planText, startService, type SmallService, type Workspace } from './small-service';
import { startCluster, type StandInCluster } from './stand-in-cluster';
import { ended, runWhole, type EndedRun, type Wish } from './whole-run';

const host = 'web.bench.svc:8080';

let service: SmallService;
let workspace: Workspace;
let cluster: StandInCluster;
let requests = 0;
/** Secrets that reached the service. */
const keys = new Set<unknown>();

beforeAll(async () => {
  service = await startService((request, response) => {
    requests += 1;
    keys.add(request.headers['x-key']);
    setTimeout(() => response.end('{"outcome":"success"}'), 20);
  });
  workspace = await makeWorkspace();
  cluster = await startCluster(workspace, {
    services: { [`http://${host}`]: service.url },
    contexts: {
      bench: {},
      guest: { forbidden: true },
      bare: { noOperator: true },
      poor: { image: 'ImagePullBackOff' },
      deaf: { undeletable: true },
    },
  });
});

afterAll(async () => {
  await service.close();
  await workspace.dispose();
});

function plan(load: string, context = 'bench'): string {
  const text = planText({ url: `http://${host}`, load });
  return `${text}\nkubernetes: { context: ${context}, namespace: load, image: here/k6:1 }\n`;
}

interface Seen extends EndedRun {
  readonly phase: PhaseResult;
  readonly notices: readonly string[];
}

async function attempt(text: string, wish: Partial<Wish> = {}): Promise<RunOutcome> {
  return runWhole(workspace, {
    text,
    variables: cluster.variables,
    allowedTargets: [host],
    allowedClusters: ['bench/load', 'poor/load', 'deaf/load', 'guest/load', 'bare/load', 'nowhere/load'],
    ...wish,
  });
}

async function run(text: string, wish: Partial<Wish> = {}): Promise<Seen> {
  requests = 0;
  keys.clear();
  const notices: string[] = [];
  const outcome = ended(
    await attempt(text, {
      ...wish,
      onEvent: (event) => {
        wish.onEvent?.(event);
        if (event.kind === 'notice') notices.push(`${event.code}: ${event.message}`);
      },
    }),
  );
  const [phase] = outcome.run.phases;
  if (phase === undefined) throw new Error('no phase was run');
  return { ...outcome, phase, notices };
}

/** Each pod has told of some of its load. */
async function loadIsOn(): Promise<void> {
  await expect.poll(() => requests, { timeout: 30_000 }).toBeGreaterThan(150);
}

describe('pods', () => {
  test('make a load together, and nothing of it is left', async () => {
    const text = plan('rate: 60/s, for: 3s, generators: 3').replace(
      '- get: /status',
      "- get: /status\n        headers: { x-key: '${secret.KEY}' }",
    );
    const {
      run: whole,
      phase,
      notices,
      dir,
    } = await run(text, {
      variables: { ...cluster.variables, BENCHWRIGHT_SECRET_KEY: 'very-secret' },
    });
    expect(whole.verdict, `${whole.reason}\n${notices.join('\n')}`).toBe('pass');
    expect(phase.generators).toEqual({ count: 3, lost: 0 });
    expect(phase.requests).toBeGreaterThanOrEqual(177);
    expect(phase.requests).toBeLessThanOrEqual(180);
    expect([...keys]).toEqual(['very-secret']);
    expect(notices[0]).toMatch(
      /^pods-made: the TestRun small-service-smoke-\w+ asks bench\/load for 3 pods$/,
    );
    expect(await cluster.left()).toEqual([]);
    expect(await cluster.pods()).toEqual([]);
    const environment = await readFile(path.join(dir, 'environment.json'), 'utf8');
    expect(JSON.parse(environment)).toMatchObject({ kubernetes: { context: 'bench', namespace: 'load' } });
    expect(existsSync(path.join(dir, 'phases', 'smoke', 'k6-3.log'))).toBe(true);
  });

  test('go on where one is killed, and the verdict says so', async () => {
    const {
      run: whole,
      phase,
      notices,
    } = await run(plan('rate: 60/s, for: 9s, generators: 3'), {
      during: async () => {
        await loadIsOn();
        process.kill(await cluster.podOf(2), 'SIGKILL');
      },
    });
    expect(whole.verdict).toBe('incomplete');
    expect(whole.reason).toMatch(
      /1 of 3 generators was lost after .*, so .* % of the load was not offered: generator 2: k6 was killed \(OOMKilled\)/,
    );
    expect(phase.generators).toEqual({ count: 3, lost: 1 });
    expect(notices).toContain('lost-generator: generator 2 of 3 was lost: k6 was killed (OOMKilled)');
    expect(await cluster.left()).toEqual([]);
  });

  test('go on where one is evicted from its node', async () => {
    const { run: whole, phase } = await run(plan('rate: 60/s, for: 9s, generators: 2'), {
      during: async () => {
        await loadIsOn();
        await cluster.evict(1);
      },
    });
    expect(whole.verdict).toBe('incomplete');
    expect(whole.reason).toMatch(
      /generator 1: its pod ended \(Evicted: The node was low on resource: memory\.\)/,
    );
    expect(phase.generators).toEqual({ count: 2, lost: 1 });
    expect(await cluster.left()).toEqual([]);
  });

  test('go on where one is frozen, which is told at once and lost at its deadline', async () => {
    const {
      run: whole,
      phase,
      notices,
    } = await run(plan('rate: 60/s, for: 9s, generators: 2'), {
      patience: { stallMs: 1500, overdueMs: 1500, stopMs: 300 },
      during: async () => {
        await loadIsOn();
        process.kill(await cluster.podOf(2), 'SIGSTOP');
      },
    });
    const told = notices.map((notice) => notice.split(':')[0]);
    expect(told.indexOf('stalled')).toBeGreaterThan(0);
    expect(told.indexOf('stalled')).toBeLessThan(told.indexOf('lost-generator'));
    expect(whole.verdict, whole.reason).toBe('incomplete');
    expect(phase.generators).toEqual({ count: 2, lost: 1 });
    expect(phase.validity.evidence.map(({ code }) => code)).toContain('stalled');
    await eventually('its node to kill it', 20_000, async () => (await cluster.pods()).length === 0);
    expect(await cluster.left()).toEqual([]);
  });

  test('end together where one is killed and the plan says stop', async () => {
    const { run: whole, phase } = await run(
      plan('rate: 60/s, for: 60s, generators: 2, onLostGenerator: stop'),
      {
        during: async () => {
          await loadIsOn();
          process.kill(await cluster.podOf(1), 'SIGKILL');
        },
      },
    );
    expect(whole.verdict).toBe('incomplete');
    expect(whole.reason).toMatch(/generator 1 of 2 was lost: k6 was killed/);
    expect(phase.requests).toBeLessThan(3000);
    expect(await cluster.pods()).toEqual([]);
    expect(await cluster.left()).toEqual([]);
  });

  test.each([
    ['break off', 'SIGKILL'],
    ['fall silent', 'SIGSTOP'],
  ] as const)('lose nothing where their logs %s', async (_, signal) => {
    const { run: whole, phase } = await run(plan('rate: 60/s, for: 5s, generators: 2'), {
      during: async () => {
        await loadIsOn();
        await expect.poll(cluster.logReaders, { timeout: 10_000 }).toHaveLength(2);
        for (const pid of await cluster.logReaders()) process.kill(pid, signal);
      },
    });
    expect(whole.verdict, whole.reason).toBe('pass');
    expect(phase.validity.evidence.map(({ code }) => code)).not.toContain('stalled');
    expect(phase.generators).toEqual({ count: 2, lost: 0 });
    expect(phase.requests).toBeGreaterThanOrEqual(297);
    expect(phase.requests).toBeLessThanOrEqual(300);
  });

  test('are told to end when the run is stopped, and what they measured is kept', async () => {
    const stop = new AbortController();
    const { run: whole, phase } = await run(plan('rate: 60/s, for: 60s, generators: 2'), {
      signal: stop.signal,
      // What has come to the service may not have come to the runner.
      onEvent: (event) => {
        if (event.kind === 'progress' && event.requests > 150) stop.abort();
      },
    });
    expect(whole.verdict).toBe('aborted');
    expect(phase.requests).toBeGreaterThan(0);
    expect(await cluster.pods()).toEqual([]);
    expect(await cluster.left()).toEqual([]);
  });

  test('whose image cannot be pulled end the load with the reason', async () => {
    const { run: whole } = await run(plan('rate: 60/s, for: 5s, generators: 2', 'poor'));
    expect(whole.verdict).toBe('tool-error');
    expect(whole.reason).toContain('did not begin: ImagePullBackOff: Back-off pulling image');
    expect(await cluster.left()).toEqual([]);
  });

  test('that cannot be taken back are told, with the way to do it', async () => {
    const { notices, phase } = await run(plan('rate: 20/s, for: 2s', 'deaf'));
    const [, command] =
      notices
        .join('\n')
        .match(/left-behind: .* take it back by “(kubectl --context=deaf --namespace=load delete .*)”/) ?? [];
    expect(command).toContain('testruns.k6.io/small-service-smoke-');
    expect(phase.validity.evidence.map(({ code }) => code)).toContain('left-behind');
    await cluster.setFaults('deaf', {});
    // Whoever stands by is still there, and this process is not gone: it is done by hand.
    const [, ...words] = (command ?? '').split(' ');
    const child = spawn(cluster.kubectl, words, { env: cluster.variables });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await cluster.left()).toEqual([]);
  });
});

test('pods do not outlive a runner that is killed', async () => {
  const file = await workspace.plan(plan('rate: 20/s, for: 60s, generators: 2'));
  const args = ['run', file, '--json', `--allow-target=${host}`, '--allow-cluster=bench/load'];
  const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), ...args], { env: cluster.variables });
  child.stdout.resume();
  await eventually('the pods to run', 30_000, async () => (await cluster.pods()).length === 2);
  child.kill('SIGKILL');
  await eventually('the pods to end', 30_000, async () => (await cluster.pods()).length === 0);
  await eventually('the objects to go', 30_000, async () => (await cluster.left()).length === 0);
});

describe('no pod is made', () => {
  test.each([
    [
      'without a word of a person',
      { allowedClusters: ['bench/other'] },
      'bench',
      'not-approved',
      '--allow-cluster bench/load',
    ],
    ['without kubectl', { variables: { PATH: '' } }, 'bench', 'tool-missing', 'install kubectl'],
    ['in a context that is not there', {}, 'nowhere', 'cluster', 'kubectl config get-contexts'],
    ['without the rights', {}, 'guest', 'cluster', 'have the right given'],
    ['without the operator', {}, 'bare', 'cluster', 'install k6-operator'],
  ])('%s', async (_, wish, context, code, remedy) => {
    const outcome = await attempt(plan('rate: 5/s, for: 1s', context), wish);
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    expect(outcome.refusal.code).toBe(code);
    expect(outcome.refusal.remedy).toContain(remedy);
    expect(await cluster.left()).toEqual([]);
  });

  test('for a target on this machine, which they could not reach', async () => {
    const outcome = await attempt(plan('rate: 5/s, for: 1s').replace(`http://${host}`, service.url));
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    expect(outcome.refusal.message).toContain('is, within a pod, the pod itself');
  });
});
