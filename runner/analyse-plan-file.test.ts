import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysePlanFile } from './analyse-plan-file';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'benchwright-include-'));
  await mkdir(path.join(folder, 'work/plans'), { recursive: true });
  await mkdir(path.join(folder, 'work/.git'));
});
afterEach(() => rm(folder, { recursive: true }));

const part = 'targets:\n  shop: { url: http://127.0.0.1:8000 }\n';

/** What is told of a plan in work/plans that includes a path. */
function check(include: string): string {
  const text = `version: 1\nname: x\ninclude: [${include}]\n`;
  const { problems } = analysePlanFile(text, path.join(folder, 'work/plans/a.bench.yaml'), undefined);
  return problems.map(({ code, message }) => `${code}: ${message}`).join('\n');
}

describe('files that a plan includes', () => {
  it('may lie anywhere in the workspace of the plan', async () => {
    await writeFile(path.join(folder, 'work/shared.bench.yaml'), part);
    expect(check('../shared.bench.yaml')).not.toMatch(/include|targets/);
  });

  it('may not lie outside of it, by path or by link', async () => {
    await writeFile(path.join(folder, 'secret.bench.yaml'), part);
    await symlink(path.join(folder, 'secret.bench.yaml'), path.join(folder, 'work/plans/link.bench.yaml'));
    expect(check('../../secret.bench.yaml')).toMatch(/include-missing: .* lies outside of/);
    expect(check('link.bench.yaml')).toMatch(/include-missing: .* lies outside of/);
  });

  it('are told where they are not there', () => {
    expect(check('absent.bench.yaml')).toMatch(/include-missing: .*absent/);
  });
});
