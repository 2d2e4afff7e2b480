/** A locustfile that has no plan, run from the editor. */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { livePanel } from './harness/live-panel';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { closeSideBar, openFile } from './harness/workbench';

let service: Server;
let folder: string;
let opened: OpenPage;

beforeAll(async () => {
  service = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-locust-'));
  const lines = [
    'from locust import HttpUser, constant, task',
    '',
    '',
    'class Shopper(HttpUser):',
    `    host = "http://127.0.0.1:${port}"`,
    '    wait_time = constant(0.1)',
    '',
    '    @task',
    '    def look(self):',
    '        self.client.get("/items")',
    '',
    '',
    'class Admin(Shopper):',
    '    pass',
    '',
  ];
  await writeFile(path.join(folder, 'locustfile_shop.py'), lines.join('\n'));
  const python = await ensurePython([toolRequirements]);
  await symlink(path.dirname(path.dirname(python)), path.join(folder, '.venv'));
  opened = await openEditor({ folder });
  await closeSideBar(opened.page);
}, 600_000);

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  service.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('a class of users with no plan is run from its lens, and has a plan from then on', async () => {
  const { page } = opened;
  await openFile(page, 'locustfile_shop.py');
  const lens = page.locator('.codelens-decoration a', { hasText: 'Run' });
  await lens.first().waitFor();
  await opened.screenshot('locust-lens');
  await lens.first().click();
  const panel = livePanel(page);
  await expect.poll(() => panel.points.count(), { timeout: 60_000 }).toBeGreaterThan(1);
  expect(await panel.steps.first().innerText()).toContain('GET /items');
  const lenses = async (): Promise<readonly string[]> =>
    (await page.locator('.codelens-decoration a').allInnerTexts()).map((text) =>
      text.replaceAll('\u00a0', ' ').trim(),
    );
  await expect.poll(lenses).toEqual(expect.arrayContaining(['Run Plan', 'Open Plan']));
  await expect.poll(lenses).not.toContain('Run');
  const plan = await readFile(path.join(folder, 'locustfile_shop.bench.yaml'), 'utf8');
  expect(plan).toContain('users: [Shopper]');
  await opened.screenshot('locust-live');
  await panel.stop.click();
  await expect.poll(() => panel.badge.innerText(), { timeout: 60_000 }).toMatch(/stopped/i);
});
