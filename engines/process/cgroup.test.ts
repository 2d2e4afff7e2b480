import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readQuota, readThrottling } from './cgroup';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cgroup-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
}

const places = () => ({ proc: path.join(root, 'proc'), cgroups: path.join(root, 'cg') });

test('version 2: the tightest limit on the way up counts', async () => {
  await write({
    'proc/9/cgroup': '0::/app/web\n',
    'cg/app/web/cpu.max': 'max 100000\n',
    'cg/app/web/memory.max': '2000000\n',
    'cg/app/cpu.max': '150000 100000\n',
    'cg/app/memory.max': '1000000\n',
    'cg/app/cpu.stat': 'usage_usec 1\nnr_periods 100\nnr_throttled 7\n',
  });
  const quota = await readQuota(9, places());
  expect(quota).toEqual({
    cores: 1.5,
    memoryBytes: 1_000_000,
    cpuStatFile: path.join(root, 'cg/app/cpu.stat'),
  });
  expect(await readThrottling(quota.cpuStatFile ?? '')).toEqual({ periods: 100, throttled: 7 });
});

test('version 1: each controller has its own folder, and its largest number is no limit', async () => {
  await write({
    'proc/9/cgroup': '4:memory:/box\n3:cpu,cpuacct:/box\n1:name=systemd:/x\n',
    'cg/cpu,cpuacct/box/cpu.cfs_quota_us': '50000\n',
    'cg/cpu,cpuacct/box/cpu.cfs_period_us': '100000\n',
    'cg/memory/box/memory.limit_in_bytes': '9223372036854771712\n',
    'cg/memory/memory.limit_in_bytes': '4096\n',
  });
  expect(await readQuota(9, places())).toMatchObject({ cores: 0.5, memoryBytes: 4096 });
});

test('no group, no file and no quota is no limit', async () => {
  expect(await readQuota(9, places())).toEqual({});
  await write({ 'proc/9/cgroup': '0::/\n1:cpu:/../../etc\n', 'cg/cpu.max': 'max 100000\n' });
  expect(await readQuota(9, places())).toEqual({});
});
