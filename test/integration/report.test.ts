/** Reports of a real run: what the command line writes, and what it makes of a folder that is not whole. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../core/report/report';
import type { Run } from '../../core/run/run';
import { fileNames } from '../../runner/layout';
import { makeWorkspace, startService, type SmallService, type Workspace } from './small-service';

const program = path.resolve('dist/cli.cjs');

let service: SmallService;
let workspace: Workspace;
let told: string;
let dir: string;
const written = (name: string): Promise<string> => readFile(path.join(workspace.folder, name), 'utf8');

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function benchwright(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { cwd: workspace.folder });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

const planOf = (url: string): string =>
  [
    'version: 1',
    'name: Shop <b>',
    `targets: { web: { url: '${url}' } }`,
    'scenarios: { look: { steps: [{ get: /status, success: \'$.outcome == "success"\' }] } }',
    'phases:',
    '  load: { scenarios: [look], rate: 50/s, for: 3s }',
    '  stress: { scenarios: [look], find: { start: 40/s, trial: 2s, confirm: 3s, max: 40/s }, until: [plateau] }',
    'goals: [p95(look) in load < 2s, p50(look) in load <= baseline + 10%]',
  ].join('\n');

beforeAll(async () => {
  service = await startService();
  workspace = await makeWorkspace();
  const plan = await workspace.plan(planOf(service.url));
  const files = ['html', 'md', 'json', 'xml'].flatMap((ending) => ['--report', `out.${ending}`]);
  const ran = await benchwright('run', plan, '--json', ...files);
  told = ran.output + ran.errors;
  dir = /"dir":"([^"]+)"/.exec(told)?.[1] ?? '';
});
afterAll(async () => {
  await service.close();
  await workspace.dispose();
});

/** The run once more, as another one; `change` is made to its result. */
async function copyOfRun(name: string, change: (run: Run) => object = () => ({})): Promise<string> {
  const copy = path.join(path.dirname(dir), name);
  await cp(dir, copy, { recursive: true });
  const file = path.join(copy, fileNames.run);
  const run = JSON.parse(await readFile(file, 'utf8')) as Run;
  await writeFile(file, JSON.stringify({ ...run, id: name, ...change(run) }));
  return copy;
}

test('one command runs a plan and writes its report in every format', async () => {
  expect(dir, told).not.toBe('');
  const { run, charts } = JSON.parse(await written('out.json')) as Report;
  expect(run.phases.map(({ name }) => name)).toEqual(['load', 'stress']);
  expect(charts.flatMap((one) => one.charts.map(({ title }) => title))).toEqual(
    expect.arrayContaining(['Latency', 'Requests', 'Delivered']),
  );
  const markdown = await written('out.md');
  expect(markdown).toMatch(/^# Shop &lt;b&gt;: PASS$/m);
  expect(markdown).toMatch(/^- \*\*Maximum sustainable throughput \(stress\):\*\* holds 40\.0\/s/m);
  for (const title of ['Phase load', 'Steps', 'Capacity', 'Method'])
    expect(markdown).toMatch(new RegExp(`^#+ ${title}$`, 'm'));
  expect(await written('out.xml')).toContain('<testsuite name="load"');
  expect(await written('out.html')).toContain('<h2>Phase stress</h2>');
});

test('a report made later from the folder says the same', async () => {
  const { code, output } = await benchwright('report', dir, '--format', 'md');
  expect({ code, output }).toEqual({ code: 0, output: await written('out.md') });
});

test('the baseline that is pinned stands beside the run, unless another one is named', async () => {
  const half = (run: Run): object => ({
    phases: run.phases.map((phase) =>
      phase.capacity === undefined
        ? phase
        : { ...phase, capacity: { ...phase.capacity, lower: 10, upper: 20, p95: 90 } },
    ),
  });
  const before = await copyOfRun('2020-01-01T00-00-00Z-before', half);
  const other = await copyOfRun('2020-01-02T00-00-00Z-other');
  const pinned = await benchwright('baseline', 'pin', before);
  onTestFinished(async () => {
    await benchwright('baseline', 'unpin', before);
  });
  expect(pinned).toMatchObject({ code: 0 });
  const beside = await benchwright('report', dir, '--format', 'md');
  expect(beside.output).toContain('This run beside 2020-01-01T00-00-00Z-before.');
  expect(beside.output).toMatch(
    /\| peak of stress \| 10\.0\/s to 20\.0\/s \| 90\.0 ms \| 40\.0\/s or more \| .* \| higher in these runs \|/,
  );
  const named = await benchwright('report', dir, '--format', 'md', '--baseline', other);
  expect(named.output).toContain('This run beside 2020-01-02T00-00-00Z-other.');
  expect(named.output).toMatch(/\| peak of stress \|.*\| no evidence \|/);
  const itself = await benchwright('report', before, '--format', 'md');
  expect(itself.output).not.toContain('Against the baseline');
});

test('a run that differs is no baseline, and the report says in what', async () => {
  const larger = await copyOfRun('2020-01-03T00-00-00Z-larger', ({ machine }) => ({
    machine: { ...machine, cpus: machine.cpus + 30 },
  }));
  const { output } = await benchwright('report', dir, '--format', 'md', '--baseline', larger);
  expect(output).toMatch(/^not comparable: .*differ in .*$/m);
  expect(output).not.toContain('peak of stress');
});

test('a stream that was cut or changed makes charts with gaps, and is told of', async () => {
  const cut = await copyOfRun('2020-01-04T00-00-00Z-cut');
  const file = path.join(cut, fileNames.stream);
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [...lines.slice(0, 6), 'nonsense'].join('\n'));
  const { code, output } = await benchwright('report', cut, '--format', 'md');
  expect(code).toBe(0);
  expect(output).toMatch(/^- the stream holds \d+ of \d+ records, so charts have gaps$/m);
});

test('what is no run that ended has no report, and says why', async () => {
  const empty = path.join(path.dirname(dir), 'empty');
  await mkdir(empty);
  expect(await benchwright('report', empty)).toMatchObject({ code: 2, output: '' });
  const without = await copyOfRun('2020-01-05T00-00-00Z-without');
  await rm(path.join(without, fileNames.run));
  const interrupted = await benchwright('report', without);
  expect(interrupted).toMatchObject({ code: 2, output: '' });
  expect(interrupted.errors).toMatch(/has no result/);
});

test('a report that cannot be written is told of before the load, and after it is no pass', async () => {
  const sent = service.requests();
  const plan = path.join(workspace.folder, 'small.bench.yaml');
  const early = await benchwright('run', plan, '--report', 'not/there.html');
  expect(early.code).toBe(2);
  expect(early.output + early.errors).toMatch(/there is no folder/);
  expect(service.requests()).toBe(sent);
  await mkdir(path.join(workspace.folder, 'folder.html'));
  const late = await benchwright('report', dir, '--out', 'folder.html');
  expect(late.code).not.toBe(0);
  expect(late.output + late.errors).toMatch(/folder\.html cannot be written/);
});
