/** The locustfiles that Locust publishes as examples, as they are: what they measure agrees with its own statistics. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locustExamples } from '../../scripts/locust-examples.mjs';
import { runByCli } from './cli-run';
import { locustEnvironment, locustPlan, startLocustService } from './locust-service';
import { expectAgreement } from './locust-statistics';
import { makeWorkspace, type SmallService, type Workspace } from './small-service';

let examples = '';
let environment: Readonly<Record<string, string>> = {};
const services: SmallService[] = [];
const workspaces: Workspace[] = [];

beforeAll(async () => {
  environment = await locustEnvironment();
  examples = await locustExamples();
}, 600_000);

afterAll(async () => {
  for (const service of services) await service.close();
  for (const workspace of workspaces) await workspace.dispose();
});

/** Their pauses are of seconds, so there are many users; one has none. */
const users = 'users: 20, for: 5s';
const shape = 'shape: file, for: 5s';

const files: readonly { readonly file: string; readonly load?: string }[] = [
  { file: 'basic.py' },
  { file: 'locustfile.py' },
  { file: 'fast_http_locust.py', load: 'users: 2, for: 3s' },
  { file: 'custom_wait_function.py' },
  { file: 'dynamic_user_credentials.py' },
  { file: 'events.py' },
  { file: 'multiple_hosts.py' },
  { file: 'nested_inline_tasksets.py' },
  { file: 'manual_stats_reporting.py' },
  { file: 'custom_shape/stages.py', load: shape },
  { file: 'custom_shape/staging_user_classes.py', load: shape },
  { file: 'custom_shape/double_wave.py', load: `${shape}, generators: 2` },
];

/** So many Locusts at once keep two cores busy without starving each other. */
const together = 4;

async function check({ file, load = users }: (typeof files)[number]): Promise<void> {
  const [service, workspace] = [await startLocustService(), await makeWorkspace()];
  services.push(service);
  workspaces.push(workspace);
  const name = path.basename(file);
  const run = await runByCli(workspace, {
    plan: locustPlan({ url: service.url, file: name, load, keys: 'arguments: [--json-file, own]' }),
    files: { [name]: await readFile(path.join(examples, file), 'utf8') },
    environment: { ...environment, API_HOST: service.url },
  });
  const own = await readFile(path.join(workspace.folder, 'own.json'), 'utf8').catch(() => run.output);
  expect(run.run.phases[0]?.requests, file).toBeGreaterThan(0);
  expectAgreement(run, own);
}

test('twelve of them run unchanged; counts are equal, and percentiles within its rounding', async () => {
  for (let from = 0; from < files.length; from += together)
    await Promise.all(files.slice(from, from + together).map(check));
});
