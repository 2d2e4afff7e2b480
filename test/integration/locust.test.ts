/** Locustfiles as they are: what they measure agrees with Locust's own statistics, and what goes wrong is told. */
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runByCli, type CliRun } from './cli-run';
import { expectAgreement } from './locust-statistics';
import {
  fixture,
  locustEnvironment,
  locustPlan,
  startLocustService,
  type LocustPlan,
} from './locust-service';
import { makeWorkspace } from './small-service';

let environment: Readonly<Record<string, string>> = {};
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  environment = await locustEnvironment();
}, 600_000);

afterAll(async () => {
  for (const close of closing) await close();
});

interface LocustRun extends CliRun {
  /** What Locust itself counted. */
  readonly own: string;
}

/** Each run has a service and a workspace of its own, so that several can go on at once. */
async function run(
  wish: Omit<LocustPlan, 'url'> & { readonly content?: string; readonly url?: string },
): Promise<LocustRun> {
  const [service, workspace] = [await startLocustService(), await makeWorkspace()];
  closing.push(
    () => service.close(),
    () => workspace.dispose(),
  );
  const keys = [...(wish.keys === undefined ? [] : [wish.keys])];
  if (!keys.some((key) => key.includes('arguments'))) keys.push('arguments: [--json-file, own]');
  const result = await runByCli(workspace, {
    plan: locustPlan({ url: service.url, ...wish, keys: keys.join(', ') }),
    files: { [wish.file]: wish.content ?? (await fixture(wish.file)) },
    environment,
  });
  const own = await readFile(path.join(workspace.folder, 'own.json'), 'utf8').catch(() => '');
  return { ...result, own };
}

const files: readonly (Omit<LocustPlan, 'url'> & { readonly steps: readonly string[] })[] = [
  { file: 'http_user.py', steps: ['POST /login', 'GET /items', 'GET /items/[id]', 'POST /logout'] },
  // Of three workers the counts and the percentiles are those of all.
  {
    file: 'http_user.py',
    load: 'users: 6, for: 3s, generators: 3',
    steps: ['POST /login', 'GET /items', 'GET /items/[id]', 'POST /logout'],
  },
  { file: 'fast_user.py', steps: ['GET /ping', 'POST /echo'] },
  { file: 'nested.py', steps: ['GET /', 'GET /forum', 'GET /thread'] },
  { file: 'sequence.py', steps: ['GET /audit', 'GET /basket', 'POST /address', 'PUT /payment'] },
  {
    file: 'judged.py',
    steps: ['GET /bad', 'GET /bad (unhandled)', 'GET /items (judged)'],
  },
  { file: 'tagged.py', keys: 'tags: [browse], excludeTags: [slow]', steps: ['GET /browse'] },
  {
    file: 'hooks.py',
    keys: 'arguments: [--json-file, own, --currency, EUR]',
    steps: ['GET /price EUR'],
  },
  { file: 'custom_client.py', steps: ['line broken', 'line short'] },
  { file: 'shaped.py', load: 'shape: file, for: 3s', steps: ['GET /come'] },
  { file: 'paced.py', keys: 'users: [Paced, Moody]', steps: ['GET /now', 'GET /steady'] },
];

/** So many Locusts at once keep two cores busy without starving each other. */
const together = 4;

test('files that use what Locust offers run as they are, and agree with its statistics', async () => {
  for (let from = 0; from < files.length; from += together) {
    const some = files.slice(from, from + together);
    const runs = await Promise.all(some.map(({ steps: _, ...wish }) => run(wish)));
    runs.forEach((each, index) => {
      const { file, steps } = some[index]!;
      const told = [...new Set(each.ticks.flatMap(({ requests }) => requests.map(({ step }) => step)))];
      expect([file, ...told.filter((step) => steps.includes(step)).sort()]).toEqual([
        file,
        ...[...steps].sort(),
      ]);
      expectAgreement(each, each.own);
      expect(each.run.tools).toMatchObject({ locust: expect.stringMatching(/^2\./) as string });
      expect(each.run.tools).not.toHaveProperty('k6');
    });
  }
});

test('the figures go the way of all figures: goals, users, iterations, verdict', async () => {
  const { run: result, code } = await run({
    file: 'paced.py',
    load: 'users: 1 -> 6, for: 4s, warmup: 1s',
    goals: ['p95(file) in smoke < 2s', 'errors(file) in smoke < 5%', 'p50(file."GET /steady") in smoke < 2s'],
  });
  const [phase] = result.phases;
  expect(phase?.goals.map(({ state }) => state)).toEqual(['held', 'held', 'held']);
  expect(phase).toMatchObject({ verdict: 'pass', window: { fromMs: 1000, toMs: 4000 }, dropped: 0 });
  expect(phase?.usersMax).toBeGreaterThanOrEqual(5);
  expect(phase?.iterations).toBeGreaterThan(20);
  expect(code).toBe(0);
});

const own =
  'from locust import HttpUser, constant, task\n\nclass Visitor(HttpUser):\n    wait_time = constant(0.01)\n\n';

test('what goes wrong is told with its place', async () => {
  const [throws, syntax, missing, unknown, exits, shapeless] = await Promise.all([
    run({
      file: 'throws.py',
      content: `${own}    @task\n    def buy(self):\n        raise ValueError("sold out")\n`,
    }),
    run({ file: 'syntax.py', content: `${own}    @task\n    def buy(self:\n` }),
    run({
      file: 'missing.py',
      content: `import not_there_at_all\n${own}    @task\n    def buy(self): pass\n`,
    }),
    run({
      file: 'unknown.py',
      content: `${own}    @task\n    def buy(self): pass\n`,
      keys: 'users: [Nobody]',
    }),
    run({
      file: 'exits.py',
      content: `${own}    @task\n    def buy(self):\n        self.client.get("/")\n\nfrom locust import events\n\n@events.quitting.add_listener\ndef end(environment, **_):\n    environment.process_exit_code = 3\n`,
    }),
    run({ file: 'paced.py', load: 'shape: file, for: 2s' }),
  ]);
  const reasons = [throws, syntax, missing, unknown, exits, shapeless].map(({ run: { phases } }) => [
    phases[0]?.verdict,
    phases[0]?.reason,
  ]);
  expect(reasons).toEqual([
    ['fail', 'the script failed in 100 % of iterations: ValueError: sold out (throws.py:8 in buy)'],
    ['tool-error', expect.stringMatching(/exit code 1: SyntaxError: .*\(.*syntax\.py:7\)$/)],
    ['tool-error', expect.stringMatching(/ModuleNotFoundError: .*'not_there_at_all' \(.*missing\.py:1\)$/)],
    ['tool-error', 'Locust ended with the exit code 1: Unknown User(s): Nobody'],
    ['tool-error', expect.stringContaining('the locustfile ended the load with the exit code 3')],
    ['tool-error', expect.stringContaining('the locustfile has no LoadTestShape')],
  ]);
});

test('a target that is down, or never answers, never passes', async () => {
  const [down, hung] = await Promise.all([
    run({ file: 'http_user.py', url: 'http://127.0.0.1:9' }),
    run({
      file: 'hang.py',
      content: `${own}    @task\n    def wait(self):\n        self.client.get("/hang")\n`,
    }),
  ]);
  expect(down.run.phases[0]).toMatchObject({ verdict: 'fail' });
  expect(down.run.phases[0]?.steps[0]?.errorCodes).toHaveProperty('ConnectionRefusedError');
  expect(hung.run.phases[0]).toMatchObject({ verdict: 'fail', requests: 4, failed: 4 });
  expect(hung.run.phases[0]?.steps[0]).toMatchObject({ unfinished: 4 });
});

test('a load is kept to this machine, whatever the file asks for', async () => {
  const { run: result } = await run({
    file: 'astray.py',
    content: `${own}    @task\n    def leave(self):\n        self.client.get("http://192.0.2.1/")\n`,
  });
  expect(result.phases[0]?.verdict).toBe('fail');
  expect(result.phases[0]?.steps[0]).toMatchObject({ requests: result.phases[0]?.failed });
});
