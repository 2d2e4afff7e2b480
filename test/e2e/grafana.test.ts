/** The commands for Grafana in the real editor; what goes between the command line and a server is tested elsewhere. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGrafanaBed, type GrafanaBed } from '../bed/grafana';
import { sampleRun } from '../kit/sample-report';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { openFile, runCommand } from './harness/workbench';
import { copyAgentsExample, type Workspace } from './harness/workspace';

const token = 'glsa_open-sesame-4711';
const elsewhere = 'http://grafana.example.test:3000';

let bed: GrafanaBed;
let workspace: Workspace;
let opened: OpenPage;

beforeAll(async () => {
  bed = await startGrafanaBed(token);
  workspace = await copyAgentsExample(8000);
  await addRun('near', bed.url);
  await addRun('far', elsewhere);
  opened = await openEditor(workspace);
  // The commands are there once the extension runs and has read the runs.
  await openFile(opened.page, 'near.bench.yaml');
  await runCommand(opened.page, 'Benchwright: Focus on Runs View');
  await opened.page.getByRole('treeitem', { name: /near/ }).first().waitFor();
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.remove();
  bed.stop();
});

const linkOf = (server: string): string => `${server}/d/bw-1?from=1&to=2`;

/** A plan, and a run of it as a runner leaves it. */
async function addRun(name: string, grafana: string): Promise<void> {
  const file = path.join(workspace.folder, `${name}.bench.yaml`);
  await writeFile(
    file,
    `version: 1
name: ${name}
targets: { gateway: { url: 'http://127.0.0.1:8000' } }
observe: { prometheus: { url: 'http://127.0.0.1:9090', write: percentiles }, grafana: '${grafana}' }
scenarios: { look: { steps: [{ get: / }] } }
phases: { load: { scenarios: [look], users: 2, for: 30s } }
`,
  );
  const sample = sampleRun();
  const id = `${sample.id}-${name}`;
  const dir = workspace.runFile(id, '');
  await mkdir(dir, { recursive: true });
  const plan = { ...sample.plan, name, file };
  const run = { ...sample, id, plan, environment: null, dashboard: linkOf(grafana), records: 0 };
  await writeFile(path.join(dir, 'run.json'), JSON.stringify(run));
}

async function pickRunOf(name: string): Promise<void> {
  await opened.page
    .getByRole('option', { name: new RegExp(name) })
    .first()
    .click();
}

test('a run is brought to the server with the token that is asked for once, and the message leads there', async () => {
  const { page } = opened;
  const push = async (): Promise<void> => {
    await runCommand(page, 'Benchwright: Push to Grafana', { staysOpen: true });
    await pickRunOf('near');
  };
  await push();
  const secret = page.locator('.quick-input-widget:visible input[type="password"]');
  await secret.fill(token);
  await opened.screenshot('grafana-token');
  await secret.press('Enter');
  await page.getByText('Grafana shows the run.', { exact: true }).waitFor();
  expect(bed.dashboards.size).toBe(1);
  expect(bed.annotations.length).toBeGreaterThan(0);
  await opened.screenshot('grafana-pushed');
  await runCommand(page, 'Notifications: Clear All Notifications');

  const before = bed.writes.length;
  await push();
  await page.getByText('Grafana shows the run.', { exact: true }).waitFor();
  expect(bed.writes.slice(before)).toEqual([]);
});

test('a server on another machine is sent nothing until a person agrees', async () => {
  const { page } = opened;
  await runCommand(page, 'Benchwright: Push to Grafana', { staysOpen: true });
  await pickRunOf('far');
  const dialog = page.getByRole('dialog', { name: /on a machine other than this one/ });
  await dialog.waitFor();
  await opened.screenshot('grafana-approval');
  expect(await dialog.innerText()).toContain('grafana.example.test:3000');
  expect(await dialog.innerText()).toContain('GRAFANA_TOKEN');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.locator('.quick-input-widget:visible').count()).toBe(0);
});

test('the dashboard of a run opens at the time of the run', async () => {
  const { page } = opened;
  await runCommand(page, 'Benchwright: Open in Grafana', { staysOpen: true });
  await pickRunOf('far');
  const dialog = page.getByRole('dialog', { name: /external website/ });
  await dialog.waitFor();
  expect(await dialog.innerText()).toContain(linkOf(elsewhere));
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('the dashboard of a plan is written into a folder of choice, with what provisions it', async () => {
  const { page } = opened;
  await openFile(page, 'near.bench.yaml');
  await runCommand(page, 'Benchwright: Export Grafana Dashboard', { staysOpen: true });
  const choose = page.getByRole('button', { name: 'Write Dashboard Here' });
  await choose.click();
  await page.getByText('files that provision it').first().waitFor();
  expect((await readdir(path.join(workspace.folder, 'grafana'))).length).toBeGreaterThan(1);
});
