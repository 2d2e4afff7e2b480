/** A load that pods of a cluster make, started from the editor. A stand-in for kubectl has the cluster; its pods are the real k6. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRuns } from '../../runner/open-run';
import {
  makeWorkspace,
  planText,
  startService,
  type SmallService,
  type Workspace,
} from '../integration/small-service';
import { startCluster, type StandInCluster } from '../integration/stand-in-cluster';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { openFile, runCommand } from './harness/workbench';

const host = 'web.bench.svc:8080';

let service: SmallService;
let workspace: Workspace;
let cluster: StandInCluster;
let opened: OpenPage;
let plan: string;
let requests = 0;

beforeAll(async () => {
  service = await startService((_, response) => {
    requests += 1;
    response.end('{"outcome":"success"}');
  });
  workspace = await makeWorkspace();
  cluster = await startCluster(workspace, {
    services: { [`http://${host}`]: service.url },
    contexts: { bench: {} },
  });
  const text = planText({ url: `http://${host}`, load: 'users: 4, for: 3s, generators: 2' });
  plan = await workspace.plan(`${text}\nkubernetes: { context: bench, namespace: load, image: here/k6:1 }\n`);
  // An editor that was started in a terminal has its PATH, and none that a shell sets at login.
  opened = await openEditor(workspace, { variables: { ...cluster.variables, VSCODE_CLI: '1' } });
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.dispose();
  await service.close();
});

const question = (about: RegExp): Locator => opened.page.getByRole('dialog', { name: about });

async function runPlan(): Promise<void> {
  await runCommand(opened.page, 'Benchwright: Run Plan', { staysOpen: true });
}

test('pods are started only where a person says so', async () => {
  await openFile(opened.page, plan.slice(workspace.folder.length + 1));
  await runPlan();
  const ofLoad = question(/to machines other than this one/);
  await ofLoad.getByRole('button', { name: 'Send This Load' }).click();
  const ofCluster = question(/by pods of a cluster/);
  await ofCluster.waitFor();
  expect(await ofCluster.innerText()).toContain('Context bench, namespace load, image here/k6:1');
  await opened.screenshot('cluster-question');
  await ofCluster.getByRole('button', { name: 'Cancel' }).click();
  await ofCluster.waitFor({ state: 'hidden' });
  expect([requests, await cluster.pods()]).toEqual([0, []]);

  await runPlan();
  await ofCluster.getByRole('button', { name: 'Start Pods There' }).click();
  await expect.poll(() => verdicts(), { timeout: 60_000 }).toEqual([expect.stringMatching(/^pass/)]);
  expect(requests).toBeGreaterThan(10);
  expect(await cluster.left()).toEqual([]);
});

async function verdicts(): Promise<readonly string[]> {
  const runs = await listRuns(`${workspace.folder}/.benchwright/runs`);
  return runs.map(({ run, state }) => (run === undefined ? state : `${run.verdict}: ${run.reason}`));
}
