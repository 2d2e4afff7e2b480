import { readdirSync, readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run, Verdict } from '../../core/run/run';
import { openRun } from '../../runner/open-run';
import type { RunOutcome } from '../../runner/run-plan';
import { aliveWith } from './processes';
import { makeWorkspace, planText, startService, type SmallService, type Workspace } from './small-service';
import { ended, k6Of, runWhole, type Wish } from './whole-run';

let service: SmallService;
let workspace: Workspace;
beforeEach(async () => {
  service = await startService();
  workspace = await makeWorkspace();
});
afterEach(async () => {
  await service.close();
  await workspace.dispose();
});

const run = (wish: Wish): Promise<RunOutcome> => runWhole(workspace, wish);

/** Runs, and holds what the folder says against what the caller was told. */
async function check(wish: Wish, verdict: Verdict, reason: RegExp): Promise<Run> {
  const { run: result, dir } = ended(await run(wish));
  expect(`${result.verdict}: ${result.reason}`).toMatch(new RegExp(`^${verdict}: .*${reason.source}`, 's'));
  const opened = await openRun(dir);
  expect(opened.state).toBe('finished');
  expect(opened.run).toEqual(result);
  expect(opened.records).toHaveLength(result.records);
  expect(opened.problems).toEqual([]);
  expect(await aliveWith(dir)).toEqual([]);
  return result;
}

describe('a sound run', () => {
  it('passes, and its folder tells everything about it', async () => {
    const kinds = new Set<string>();
    const result = await check(
      { text: planText({ url: service.url }), onEvent: ({ kind }) => kinds.add(kind) },
      'pass',
      /the goal held/,
    );
    expect([...kinds]).toEqual(['run-started', 'phase-started', 'progress', 'phase-ended', 'run-ended']);
    expect(result.phases[0]?.requests).toBeGreaterThan(50);
    expect(Object.keys(result.tools)).toEqual(['benchwright', 'k6', 'node']);
    const root = path.join(workspace.folder, '.benchwright', 'runs', result.id);
    expect(readdirSync(root).sort()).toEqual([
      'environment.json',
      'phases',
      'plan.bench.yaml',
      'resolved.json',
      'run.json',
      'runner.json',
      'stream.ndjson',
    ]);
    expect(readdirSync(path.join(root, 'phases/smoke')).sort()).toEqual(['k6.json', 'k6.log', 'script.js']);
  });
});

describe('a run that went wrong', () => {
  it('skips what comes after a phase that did not pass', async () => {
    const { url } = service;
    await service.close();
    const text = planText({ url }).replace(
      'goals:',
      '  load: { scenarios: [status], users: 1, for: 2s, after: smoke }\ngoals:',
    );
    const { run: result } = ended(await run({ text }));
    expect(result.phases.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['smoke', 'fail'],
      ['load', 'incomplete'],
    ]);
    expect(result.phases[1]?.reason).toContain('smoke did not pass');
    expect(result.verdict).toBe('fail');
    service = await startService();
  });

  it('tells of a k6 that was stopped while it waits for its deadline', async () => {
    const notices: string[] = [];
    const during = async (dir: string): Promise<void> => {
      const [, pid] = await k6Of(dir);
      process.kill(pid, 'SIGSTOP');
    };
    const result = await check(
      {
        text: planText({ url: service.url }),
        during,
        patience: { overdueMs: 1500, stallMs: 1000, stopMs: 400 },
        onEvent: (event) => event.kind === 'notice' && notices.push(event.code),
      },
      'incomplete',
      /deadline/,
    );
    expect(notices).toEqual(['stalled']);
    expect(result.validity.evidence.map(({ code }) => code)).toContain('stalled');
  });
});

async function checkRefused(wish: Wish, code: string, told: RegExp): Promise<void> {
  const outcome = await run(wish);
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { code } });
  if (outcome.kind === 'refused')
    expect(`${outcome.refusal.message}. ${outcome.refusal.remedy}`).toMatch(told);
}

describe('a run is refused before the first request where', () => {
  it('its target is not this machine and nobody allowed it', async () => {
    for (const url of ['http://192.0.2.1', 'http://2130706433', 'http://localhost.', 'http://0x7f.1']) {
      await checkRefused({ text: planText({ url }) }, 'not-approved', /--allow-target/);
    }
    const outcome = await run({ text: planText({ url: 'http://127.0.0.1@192.0.2.1' }) });
    expect(['invalid', 'refused']).toContain(outcome.kind);
  });

  it('a proxy of the environment would lead it elsewhere: proxies do not reach k6', async () => {
    const proxy = await startService();
    const variables = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, ALL_PROXY: proxy.url, K6_VUS: '500' };
    await check({ text: planText({ url: service.url }), variables }, 'pass', /./);
    expect(proxy.requests()).toBe(0);
    await proxy.close();
  });

  it('another run is on the same target', async () => {
    const text = planText({ url: service.url, load: 'users: 1, for: 4s' });
    let second: RunOutcome | undefined;
    await run({
      text,
      during: async () => {
        second = await run({ text });
      },
    });
    expect(second).toMatchObject({ kind: 'refused', refusal: { code: 'rival' } });
  });

  it('another run started at the same time on the same target, though its folder is elsewhere', async () => {
    const text = planText({ url: service.url });
    const outcomes = await Promise.all(
      ['here', 'there'].map((name) => run({ text, runsFolder: path.join(workspace.folder, name) })),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['ended', 'refused']);
    expect(outcomes.find(({ kind }) => kind === 'refused')).toMatchObject({ refusal: { code: 'rival' } });
    expect(ended(await run({ text })).run.verdict).toBe('pass');
  });

  it('a column of a file of data is not there', async () => {
    await appendFile(path.join(workspace.folder, 'other.csv'), 'name\nx\n');
    const more = 'data:\n  rows: { file: other.csv }\n';
    const text = planText({ url: service.url, steps: '      - get: /${rows.id}', more });
    expect(await run({ text })).toMatchObject({ kind: 'invalid', problems: [{ code: 'unknown-column' }] });
    expect(service.requests()).toBe(0);
  });

  it('the plan is not valid', async () => {
    expect(await run({ text: 'version: 1\nnam: x\n' })).toMatchObject({ kind: 'invalid' });
    expect(service.requests()).toBe(0);
  });
});

describe('what a plan takes from outside', () => {
  it('reaches the target, and no secret reaches a file of the run', async () => {
    const secret = 'p@ss "word"/ü+&=?';
    let seen = '';
    await service.close();
    service = await startService((request, response) => {
      seen = `${request.url ?? ''} ${request.headers.authorization ?? ''} ${String(request.headers['x-key'])}`;
      request.socket.destroy();
      response.destroy();
    });
    const steps = [
      '      - get: /${rows.id}/${env.WHERE}',
      '        query: { key: "${secret.KEY}" }',
      '        headers: { authorization: "Bearer ${secret.TOKEN}", x-key: "k" }',
    ].join('\n');
    await appendFile(path.join(workspace.folder, 'rows.csv'), 'id,text\n7,a\n');
    const { dir } = ended(
      await run({
        text: planText({ url: service.url, steps, more: 'data:\n  rows: { file: rows.csv }\n' }),
        variables: {
          WHERE: 'place',
          BENCHWRIGHT_SECRET_KEY: secret,
          BENCHWRIGHT_SECRET_TOKEN: 'tok-123456',
          OTHER: 'not-for-k6',
        },
      }),
    );
    expect(seen).toContain('/7/place?key=');
    expect(seen).toContain('Bearer tok-123456');
    const forms = [
      secret,
      encodeURIComponent(secret),
      'tok-123456',
      Buffer.from('tok-123456').toString('base64').slice(0, 12),
    ];
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(8);
    for (const entry of files) {
      const content = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      for (const form of forms) expect(content.includes(form), `${entry.name} holds ${form}`).toBe(false);
    }
    expect(readFileSync(path.join(dir, 'phases/smoke/k6.log'), 'utf8')).toContain('[secret KEY]');
  });
});
