import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysePlan } from '../core/plan/analyse';
import { compilePhase } from '../engines/k6/compile/compile';
import { loadFiles } from './load-files';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'benchwright-files-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What becomes of a plan whose one step uses `file.js` with this content. */
async function check(step: string, content: string) {
  await writeFile(path.join(folder, 'file.js'), content);
  const { plan } = analysePlan(
    `version: 1\nname: x\ntargets: { t: { url: 'http://127.0.0.1:1' } }\n` +
      `scenarios: { s: { steps: [${step}, { get: / }] } }\nphases: { p: { scenarios: [s], users: 1, for: 1s } }\n`,
  );
  const result = compilePhase(plan!, 'p');
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return loadFiles(path.join(folder, 'x.bench.yaml'), result.compiled);
}

const fetching = "\nimport 'https://a.example/x.js';\nexport function f() {}\n";

test('a function whose file would have k6 fetch a module from elsewhere is refused with the line', async () => {
  expect(await check('{ script: file.js#f }', fetching)).toMatchObject({
    ok: false,
    refusal: {
      code: 'bad-data',
      message:
        'the file file.js, line 2, imports `https://a.example/x.js`, but only modules of k6 can be imported: k6 would fetch it from a host that nobody approved',
    },
  });
});

test('a file that is only uploaded may hold any text', async () => {
  const reading = await check('{ post: /, name: up, multipart: { a: { file: file.js } } }', fetching);
  expect(reading.ok && [...reading.files.keys()]).toEqual(['files/1-file.js']);
});

test('a function with modules of k6 is copied beside the script', async () => {
  const reading = await check(
    '{ script: file.js#f }',
    "import http from 'k6/http';\nexport const f = http.get;\n",
  );
  expect(reading.ok && [...reading.files.keys()]).toEqual(['files/1-file.js']);
});
