import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEntry } from '../../runner/open-run';
import { readSeenMetrics } from './seen-metrics';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'benchwright-seen-'));
});
afterAll(() => rm(root, { recursive: true }));

async function entry(name: string, plan: string, content: string | undefined): Promise<RunEntry> {
  const dir = path.join(root, name);
  await mkdir(dir);
  if (content !== undefined) await writeFile(path.join(dir, 'metrics.json'), content);
  const run = { plan: { name: 'x', file: plan, sha256: '' } } as unknown as NonNullable<RunEntry['run']>;
  return { dir, id: name, state: 'finished', problems: [], run };
}

const told = (names: readonly string[]): string => JSON.stringify({ version: 1, targets: { web: names } });

test('the newest run of each plan that saw any tells; what cannot be read is passed over', async () => {
  const entries = [
    await entry('5', '/a.bench.yaml', undefined),
    await entry('4', '/a.bench.yaml', '{"version":1,'),
    await entry('3', '/a.bench.yaml', told(['up'])),
    await entry('2', '/a.bench.yaml', told(['older'])),
    await entry('1', '/b.bench.yaml', told(['down'])),
  ];
  expect(await readSeenMetrics(entries)).toEqual({
    targets: [
      { plan: 'file:///a.bench.yaml', target: 'web', names: ['up'] },
      { plan: 'file:///b.bench.yaml', target: 'web', names: ['down'] },
    ],
  });
});
