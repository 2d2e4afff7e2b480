import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run, Verdict } from '../../core/run/run';
import { realDisk, type Disk } from '../../engines/host/disk';
import { openRun } from '../../runner/open-run';
import { requestStop } from '../../runner/lease';
import { runPlan, type RunOutcome } from '../../runner/run-plan';
import type { RunPlanOptions } from '../../runner/run-options';
import type { RunEvent } from '../../runner/events';
import { aliveWith } from './processes';
import { makeWorkspace, planText, startService, type SmallService, type Workspace } from './small-service';

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

interface Wish extends Partial<RunPlanOptions> {
  readonly text: string;
  /** Called once the phase's first figures have come, with the folder of the run. */
  readonly during?: (dir: string) => Promise<void> | void;
}

async function run({ text, during, ...options }: Wish): Promise<RunOutcome> {
  const planFile = await workspace.plan(text);
  let dir = '';
  let interference: Promise<void> | undefined;
  const outcome = await runPlan({
    planFile,
    phases: [],
    allowedTargets: [],
    hasLease: false,
    isForced: false,
    variables: {},
    supervisorFile: path.resolve('dist/supervisor.cjs'),
    k6Folder: path.resolve('dist/k6'),
    signal: new AbortController().signal,
    ...options,
    onEvent: (event: RunEvent) => {
      options.onEvent?.(event);
      if (event.kind === 'run-started') dir = event.dir;
      if (event.kind === 'progress') interference ??= Promise.resolve(during?.(dir));
    },
  });
  await interference;
  return outcome;
}

function ended(outcome: RunOutcome): Extract<RunOutcome, { kind: 'ended' }> {
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  return outcome;
}

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

/** The real disk, which changes the script of a phase as it is written. */
function spoilScript(change: (script: string) => string): Disk {
  return {
    ...realDisk,
    rename: async (from, to) => {
      if (path.basename(to) === 'script.js') {
        await writeFile(from, change(await readFile(from, 'utf8')));
      }
      await realDisk.rename(from, to);
    },
  };
}

/** The real disk, on which the stream has no more room after some writes. */
function fillUp(writes: number): Disk {
  let count = 0;
  return {
    ...realDisk,
    open: async (file, how) => {
      const opened = await realDisk.open(file, how);
      if (path.basename(file) !== 'stream.ndjson') return opened;
      return {
        ...opened,
        write: async (bytes, offset) => {
          count += 1;
          if (count <= writes) return opened.write(bytes, offset);
          await opened.write(bytes.subarray(0, offset + 100), offset);
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        },
      };
    },
  };
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

describe('a run that went wrong never passes:', () => {
  it('the target is down', async () => {
    const { url } = service;
    await service.close();
    await check({ text: planText({ url }) }, 'fail', /every one of .* failed/);
    service = await startService();
  });

  it('every iteration throws', async () => {
    const disk = spoilScript((script) =>
      script.replace(/export function (?!setup)\w+\(.*?\) \{/g, "$&\n  throw new Error('broken');"),
    );
    await check({ text: planText({ url: service.url }), disk }, 'fail', /script failed .*broken/);
  });

  it('the script throws before the load', async () => {
    const disk = spoilScript((script) => `${script}\nthrow new Error('broken at once');\n`);
    await check({ text: planText({ url: service.url }), disk }, 'tool-error', /broken at once/);
  });

  it('there is no sample', async () => {
    await service.close();
    service = await startService(() => undefined);
    await check({ text: planText({ url: service.url }) }, 'no-data', /no request/);
  });

  it('k6 is killed', async () => {
    const during = async (dir: string): Promise<void> => {
      const [, pid] = await k6Of(dir);
      process.kill(pid, 'SIGKILL');
    };
    await check({ text: planText({ url: service.url }), during }, 'incomplete', /k6 was killed/);
  });

  it('k6 is stopped and never goes on', async () => {
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

  it('the disk is full', async () => {
    const { run: result, dir } = ended(
      await run({ text: planText({ url: service.url, load: 'users: 2, for: 6s' }), disk: fillUp(3) }),
    );
    expect(result).toMatchObject({ verdict: 'incomplete' });
    expect(result.reason).toContain('no space left');
    const opened = await openRun(dir);
    expect(opened.records.length).toBeGreaterThan(0);
    expect(opened.problems.map(({ code }) => code)).toEqual(['cut']);
  });

  it('the disk is nearly full', async () => {
    let left = 1e9;
    const disk: Disk = { ...realDisk, freeBytes: () => Promise.resolve(left) };
    const during = (): void => {
      left = 1e6;
    };
    await check(
      { text: planText({ url: service.url, load: 'users: 2, for: 6s' }), disk, during },
      'incomplete',
      /the disk has only/,
    );
  });

  it('the result cannot be written', async () => {
    const disk: Disk = {
      ...realDisk,
      open: async (file, how) => {
        if (path.basename(file) === 'run.json.part')
          throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        return realDisk.open(file, how);
      },
    };
    const outcome = ended(await run({ text: planText({ url: service.url }), disk }));
    expect(outcome.unsaved).toContain('no space left');
    expect(outcome.run.verdict).toBe('incomplete');
    expect((await openRun(outcome.dir, { isAlive: () => Promise.resolve(false) })).state).toBe('interrupted');
  });

  it('arrivals find no free user', async () => {
    await service.close();
    service = await startService((_, response) => {
      setTimeout(() => response.end('{"outcome":"success"}'), 200);
    });
    await check(
      { text: planText({ url: service.url, load: 'rate: 50/s, maxUsers: 2, for: 4s' }) },
      'fail',
      /not sustained/,
    );
  });

  it('the phase before it did not pass', async () => {
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

  it('somebody interrupts it', async () => {
    const controller = new AbortController();
    const text = planText({ url: service.url, load: 'users: 2, for: 30s' });
    await check(
      {
        text,
        signal: controller.signal,
        during: () => {
          controller.abort();
        },
      },
      'aborted',
      /interrupted/,
    );
  });

  it('somebody asks it to stop', async () => {
    const text = planText({ url: service.url, load: 'users: 2, for: 30s' });
    const { run: result } = ended(await run({ text, during: requestStop }));
    expect(result).toMatchObject({
      verdict: 'aborted',
      reason: expect.stringContaining('told to stop') as string,
    });
  });

  it('its folder cannot be watched', async () => {
    const text = planText({ url: service.url, load: 'users: 2, for: 30s' });
    const during = (dir: string): Promise<void> => symlink('stop', path.join(dir, 'stop'));
    await check({ text, during }, 'incomplete', /could not be watched.*ELOOP/);
  });

  it('nobody holds its lease', async () => {
    const text = planText({ url: service.url, load: 'users: 2, for: 30s' });
    const during = (dir: string): Promise<void> => utimes(path.join(dir, 'lease'), 1, 1);
    const outcome = ended(await run({ text, hasLease: true, during }));
    expect(outcome.run).toMatchObject({
      verdict: 'aborted',
      reason: expect.stringContaining('lease') as string,
    });
  });
});

/** The supervisor and the k6 of a run. */
async function k6Of(dir: string): Promise<readonly [supervisor: number, k6: number]> {
  const pids = await aliveWith(path.join(dir, 'phases'));
  const isNode = (pid: number): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('supervisor.cjs');
  const supervisor = pids.find(isNode);
  const k6 = pids.find((pid) => !isNode(pid));
  if (supervisor === undefined || k6 === undefined) throw new Error(`k6 is not among ${pids.join(', ')}`);
  return [supervisor, k6];
}

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

  it('a phase, a variable, or a file of data is not there', async () => {
    await checkRefused({ text: planText({ url: service.url }), phases: ['nope'] }, 'unknown-phase', /smoke/);
    const steps = '      - get: /${env.WHERE}\n        headers: { authorization: "Bearer ${secret.TOKEN}" }';
    const text = planText({ url: service.url, steps });
    await checkRefused({ text }, 'missing-variable', /WHERE/);
    await checkRefused({ text, variables: { WHERE: 'x' } }, 'missing-variable', /BENCHWRIGHT_SECRET_TOKEN/);
    const withData = (file: string): string =>
      planText({
        url: service.url,
        steps: '      - get: /${rows.id}',
        more: `data:\n  rows: { file: "${file}" }\n`,
      });
    await checkRefused({ text: withData('missing.csv') }, 'bad-data', /rows/);
    await checkRefused({ text: withData('../../../etc/passwd') }, 'bad-data', /./);
    await appendFile(path.join(workspace.folder, 'other.csv'), 'name\nx\n');
    await checkRefused({ text: withData('other.csv') }, 'bad-data', /no column id/);
  });

  it('the disk has no room', async () => {
    const disk: Disk = { ...realDisk, freeBytes: () => Promise.resolve(1e6) };
    await checkRefused({ text: planText({ url: service.url }), disk }, 'disk', /MiB/);
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
