import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecretsFile } from './secrets-file';
import { lookUpVariables } from './variables';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'benchwright-secrets-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function check(text: string, mode = 0o600) {
  const file = path.join(folder, 'secrets');
  await writeFile(file, text);
  await chmod(file, mode);
  return readSecretsFile(file);
}

describe('a file of secrets', () => {
  it('has a secret a line, whose value may hold anything', async () => {
    const reading = await check('# ours\n\nTOKEN=a=b # c\r\nother-one= x \n');
    expect(reading).toEqual({
      ok: true,
      secrets: new Map([
        ['TOKEN', 'a=b # c'],
        ['other-one', ' x '],
      ]),
    });
  });

  it('is refused where others can read or change it', async () => {
    for (const mode of [0o640, 0o604, 0o620]) {
      expect(await check('A=b', mode)).toMatchObject({
        ok: false,
        refusal: { remedy: expect.stringContaining('chmod 600') as string },
      });
    }
  });

  it('tells the place of a wrong line and nothing of what is in it', async () => {
    const reading = await check('A=b\nhunter2\n');
    expect(reading).toMatchObject({ ok: false });
    expect(JSON.stringify(reading)).toContain('line 2');
    expect(JSON.stringify(reading)).not.toContain('hunter2');
  });

  it('is refused where there is none, and where it is a folder', async () => {
    expect((await readSecretsFile(path.join(folder, 'nowhere'))).ok).toBe(false);
    expect((await readSecretsFile(folder)).ok).toBe(false);
  });
});

describe('a secret of a plan', () => {
  const needed = { env: [], secrets: ['TOKEN'] };
  const file = new Map([['TOKEN', 'from the file']]);

  it('comes from the environment before it comes from the file', () => {
    expect(lookUpVariables(needed, { BENCHWRIGHT_SECRET_TOKEN: 'from outside' }, file)).toMatchObject({
      secrets: new Map([['TOKEN', 'from outside']]),
    });
    expect(lookUpVariables(needed, {}, file)).toMatchObject({ secrets: file });
  });

  it('is asked for by name where it is nowhere', () => {
    expect(lookUpVariables(needed, {}, new Map())).toMatchObject({
      ok: false,
      refusal: { code: 'missing-variable' },
    });
  });
});
