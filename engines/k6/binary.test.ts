import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locateK6 } from './binary';

const isWindows = process.platform === 'win32';
const program = isWindows ? 'k6.exe' : 'k6';
const content = randomBytes(3_000_000);

const manifest = {
  version: '0.1.0',
  k6: '2.0.0',
  goos: isWindows ? 'windows' : process.platform,
  goarch: process.arch === 'x64' ? 'amd64' : process.arch,
  sha256: createHash('sha256').update(content).digest('hex'),
  sources: '',
};

let above: string;
let folder: string;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'benchwright-k6-'));
  folder = join(above, 'k6');
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, program), content, { mode: 0o755 });
});

afterEach(() => {
  rmSync(above, { recursive: true });
});

async function check(code: string, expected: object = manifest): Promise<void> {
  const located = await locateK6(folder, JSON.stringify(expected));
  expect(located).toMatchObject({ ok: false, problem: { code } });
  if (!located.ok) expect(located.problem.remedy).not.toBe('');
}

describe('k6', () => {
  test('is found where it is the one that Benchwright was made with', async () => {
    expect(await locateK6(folder, JSON.stringify(manifest))).toEqual({
      ok: true,
      k6: { path: join(folder, program), version: '2.0.0', sha256: manifest.sha256 },
    });
  });

  test.each([0, 1_500_000, content.length - 1])('is refused with one bit flipped in byte %d', async (at) => {
    const flipped = Buffer.from(content);
    flipped[at]! ^= 1;
    writeFileSync(join(folder, program), flipped);
    await check('k6-altered');
  });

  test('is refused when it is cut short', async () => {
    writeFileSync(join(folder, program), content.subarray(0, -1));
    await check('k6-altered');
  });

  test('is refused when it is missing', async () => {
    rmSync(join(folder, program));
    await check('k6-missing');
    rmSync(folder, { recursive: true });
    await check('k6-missing');
  });

  test('is refused when it was built for another platform', async () => {
    await check('k6-other-platform', { ...manifest, goos: 'plan9' });
    await check('k6-other-platform', { ...manifest, goarch: 'riscv64' });
  });

  test('is refused when Benchwright was made without it', async () => {
    expect(await locateK6(folder, 'null')).toMatchObject({ ok: false, problem: { code: 'k6-not-built' } });
  });

  test.skipIf(isWindows)('is refused where anyone may write to it', async () => {
    chmodSync(join(folder, program), 0o757);
    await check('k6-unprotected');
    chmodSync(join(folder, program), 0o755);
    chmodSync(folder, 0o777);
    await check('k6-unprotected');
  });

  test.skipIf(isWindows)('is refused where it is a link', async () => {
    rmSync(join(folder, program));
    writeFileSync(join(above, 'elsewhere'), content, { mode: 0o755 });
    symlinkSync(join(above, 'elsewhere'), join(folder, program));
    await check('k6-unprotected');
  });

  test.skipIf(isWindows)('is made executable where unpacking lost that', async () => {
    chmodSync(join(folder, program), 0o644);
    expect(await locateK6(folder, JSON.stringify(manifest))).toMatchObject({ ok: true });
    expect(statSync(join(folder, program)).mode & 0o777).toBe(0o755);
  });
});
