import path from 'node:path';
import { expect, test } from 'vitest';
import { analysePlan } from '../../core/plan/analyse';
import { locustOf } from '../../core/plan/locust';
import { locustCommand, workerCommand } from './command';
import { compileLocust, type CompiledLocust } from './compile';

function compiled(scenario: string, phase: string): CompiledLocust {
  const { plan, problems } = analysePlan(
    [
      'version: 1',
      'name: Shop',
      'targets: { web: { url: "http://127.0.0.1:8000" } }',
      `scenarios: { shop: { locustfile: load/shop.py${scenario} } }`,
      `phases: { load: { scenarios: [shop], ${phase} } }`,
    ].join('\n'),
  );
  expect(problems).toEqual([]);
  const load = plan?.phases['load'];
  const locust = plan && load && 'scenarios' in load ? locustOf(plan, load) : undefined;
  if (plan === undefined || load === undefined || locust === undefined || !('drain' in load))
    throw new Error('no load');
  return compileLocust(plan, 'load', locust, load);
}

test('the listener is told the levels of the plan, and Locust the rest', () => {
  const own = compiled(
    ', users: [Buyer, Admin], tags: [a], excludeTags: [b], arguments: [--currency, EUR]',
    'stages: [{ users: 1 -> 5, for: 10s }, { users: 5, for: 500ms }], spawn: 2/s, warmup: 1s, drain: 1500ms',
  );
  expect(own).toMatchObject({ plannedMs: 10_500, drainMs: 1500, window: { fromMs: 1000, toMs: 10_500 } });
  expect(own.order).toEqual({
    scenario: 'shop',
    seconds: 10.5,
    stages: [
      { seconds: 10, from: 1, to: 5 },
      { seconds: 0.5, from: 5, to: 5 },
    ],
    spawnRate: 2,
  });
  const command = locustCommand({
    role: { kind: 'alone' },
    python: '/venv/bin/python',
    listener: '/dist/locust-listener',
    compiled: own,
    orderFile: '/run/locust.json',
    folder: '/plans',
    inherited: { PATH: '/bin', LOCUST_USERS: '99', TOKEN: 'mine', EMPTY: undefined },
  });
  expect(command).toMatchObject({ file: '/venv/bin/python', cwd: '/plans' });
  expect(command.args.join(' ')).toBe(
    `-u /dist/locust-listener --locustfile ${path.resolve('/plans/load/shop.py')} Buyer Admin --headless --only-summary` +
      ' --host http://127.0.0.1:8000 --stop-timeout 1.5 --exit-code-on-error 0 --users 5 --tags a --exclude-tags b --currency EUR',
  );
  // What a locustfile reads from its environment is there; what would steer Locust is not.
  expect(command.env).toEqual({ PATH: '/bin', TOKEN: 'mine', BENCHWRIGHT_LOCUST: '/run/locust.json' });
});

test('the shape of the file is left to the file, and a host of its own is taken', () => {
  const own = compiled(', host: "http://127.0.0.1:9"', 'shape: file, for: 20s');
  expect(own).toMatchObject({ host: 'http://127.0.0.1:9', plannedMs: 20_000, peak: undefined });
  expect(own.order).toEqual({ scenario: 'shop', seconds: 20, stages: null, spawnRate: null });
});

test('a master waits for workers, who are told where it is and nothing that it tells them itself', () => {
  const own = compiled(', tags: [a], arguments: [--json-file, own]', 'users: 5, for: 10s, generators: 3');
  const wish = {
    python: 'python',
    listener: '/dist/locust listener',
    compiled: own,
    orderFile: '/run/locust.json',
    folder: '/plans',
    inherited: {},
  };
  const listen = { host: '127.0.0.1', port: 0 };
  const master = locustCommand({ ...wish, role: { kind: 'master', count: 3, listen, joinMs: 60_000 } });
  expect(master.args.join(' ')).toContain(
    ' --tags a --json-file own --master --master-bind-host 127.0.0.1 --master-bind-port 0' +
      ' --expect-workers 3 --expect-workers-max-wait 60 --enable-rebalancing',
  );
  const worker = locustCommand({ ...wish, role: { kind: 'worker', number: 2, port: 4711 } });
  expect(worker.args).toEqual([
    ...['-u', '/dist/locust listener', '--locustfile', path.resolve('/plans/load/shop.py')],
    ...['--worker', '--master-host', '127.0.0.1', '--master-port', '4711'],
  ]);
  expect(worker.env).toMatchObject({ BENCHWRIGHT_LOCUST_WORKER: '2' });
  expect(workerCommand(wish, { host: '10.0.0.5', port: 5557 })).toBe(
    "python3 '/dist/locust listener' --locustfile load/shop.py --worker --master-host 10.0.0.5 --master-port 5557",
  );
});
