import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { analysePlan } from '../core/plan/analyse';
import { sampleRun } from '../test/kit/sample-report';
import { missingSearches } from './earlier-capacity';

const text = (at: string): string => `
version: 1
name: Example
targets: { shop: { url: "http://127.0.0.1:1", process: { port: 1 } } }
scenarios: { browse: { target: shop, steps: [{ get: / }] } }
phases:
  stress: { scenarios: [browse], find: { start: 5/s, trial: 10s }, until: [plateau] }
  hotspots: { rerun: stress, at: ${at}, profile: [{ target: shop, with: py-spy, for: 10s }] }
`;

function planOf(at: string) {
  const { plan, problems } = analysePlan(text(at));
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

test('a search is missing where a phase goes by what it finds, and nothing has found it', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-earlier-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const planFile = path.join(folder, 'a.bench.yaml');
  const where = { planFile, environment: undefined, runsFolder: path.join(folder, 'runs') };
  const missing = (phases: string[], at = 'knee') => missingSearches(where, planOf(at), phases);

  expect(await missing(['hotspots'])).toEqual(['stress']);
  expect(await missing(['hotspots'], '80%')).toEqual(['stress']);
  expect(await missing(['hotspots'], '5/s')).toEqual([]);
  expect(await missing(['stress', 'hotspots'])).toEqual([]);
  expect(await missing([])).toEqual([]);

  const usual = sampleRun();
  const search = usual.phases.find(({ capacity }) => capacity !== undefined);
  const found = {
    ...usual,
    environment: null,
    plan: { ...usual.plan, file: planFile },
    phases: [{ ...search, name: 'stress' }],
  };
  await mkdir(path.join(where.runsFolder, 'one'), { recursive: true });
  await writeFile(path.join(where.runsFolder, 'one/run.json'), JSON.stringify(found));
  expect(await missing(['hotspots'])).toEqual([]);
});
