import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../core/measure/record';
import { resourceSeries, type ResourceSeries } from '../../core/measure/resource-series';
import type { Run } from '../../core/run/run';
import { openRun } from '../../runner/open-run';
import { readReport } from '../../runner/read-report';
import { runPlan } from '../../runner/run-plan';
import { makeWorkspace, startService, type SmallService, type Workspace } from './small-service';

let service: SmallService;
let workspace: Workspace;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  answer = exposition;
  service = await startService((request, response) => {
    if (request.url?.startsWith('/metrics') === true) answer(request, response);
    else response.end('{"outcome":"success"}');
  });
  workspace = await makeWorkspace();
});
afterEach(async () => {
  await service.close();
  await workspace.dispose();
});

/** This process as a client library would tell it. */
function exposition(_: IncomingMessage, response: ServerResponse): void {
  const { user, system } = process.cpuUsage();
  response.end(
    [
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      'process_open_fds 12',
      'process_max_fds 1024',
      `http_requests_total{route="/"} ${service.requests()}`,
      '',
    ].join('\n'),
  );
}

interface Wish {
  /** Keys of the target, in the flow style of YAML. */
  readonly target: string;
  readonly seconds?: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly allowed?: readonly string[];
  /** More targets, which no step uses. */
  readonly more?: string;
}

interface Seen {
  readonly run: Run;
  readonly dir: string;
  readonly series: readonly ResourceSeries[];
  readonly records: readonly ResourceRecord[];
  readonly text: string;
}

async function observe({
  target,
  seconds = 4,
  variables = {},
  allowed = [],
  more = '',
}: Wish): Promise<Seen> {
  const planFile = await workspace.plan(`
version: 1
name: Resources
targets: { web: { url: '${service.url}', ${target} }${more} }
observe: { every: 250ms }
scenarios: { status: { target: web, steps: [{ get: /status }, { think: 5ms }] } }
phases: { smoke: { scenarios: [status], users: 2, for: ${seconds}s, drain: 1s } }
goals: ['p95(status) in smoke < 2s']
`);
  const outcome = await runPlan({
    ...{ planFile, phases: [], allowedTargets: [...allowed], hasLease: false, isForced: false, variables },
    supervisorFile: path.resolve('dist/supervisor.cjs'),
    k6Folder: path.resolve('dist/k6'),
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  const opened = await openRun(outcome.dir);
  expect(opened.problems).toEqual([]);
  expect(opened.records).toHaveLength(outcome.run.records);
  const records = opened.records.filter((record) => record.kind === 'resources');
  return {
    run: outcome.run,
    dir: outcome.dir,
    records,
    series: resourceSeries(opened.records),
    text: JSON.stringify([outcome.run, opened.records]),
  };
}

function valuesOf(
  { series }: Seen,
  source: string,
  metric: string,
  instance: string | null = null,
): number[] {
  const found = series.find(
    (each) => each.source === source && each.metric === metric && each.instance === instance,
  );
  return (found?.points ?? []).map(({ value }) => value).filter((value) => value !== null);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const evidence = ({ run }: Seen): string[] => run.validity.evidence.map(({ message }) => message);

interface CountingServer {
  readonly port: number;
  connections(): number;
  close(): void;
}

async function countingServer(
  host: string,
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<CountingServer> {
  let connections = 0;
  const server = createServer(respond).on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as { port: number }).port,
    connections: () => connections,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('beside a load', () => {
  it('the process and its own metrics are read, and agree', async () => {
    const seen = await observe({ target: `metrics: /metrics, process: { pid: ${process.pid} }`, seconds: 8 });
    expect(seen.run.verdict).toBe('pass');
    // k6 is below this process too, and counts for the whole of it.
    const own = `pid ${process.pid}`;
    const cpu = {
      process: mean(valuesOf(seen, 'process', 'cpu', own)),
      metrics: mean(valuesOf(seen, 'metrics', 'cpu')),
    };
    expect(cpu.process).toBeGreaterThan(0);
    expect(Math.abs(cpu.process / cpu.metrics - 1)).toBeLessThan(0.1);
    const memory = mean(valuesOf(seen, 'process', 'memory', own)) / mean(valuesOf(seen, 'metrics', 'memory'));
    expect(Math.abs(memory - 1)).toBeLessThan(0.05);
    const requests = mean(valuesOf(seen, 'metrics', 'requests'));
    expect(requests).toBeGreaterThan((0.7 * (seen.run.phases[0]?.requests ?? 0)) / 8);
    const files = seen.series.find(({ metric, source }) => metric === 'files' && source === 'metrics');
    expect(files?.limit).toBe(1024);
    expect(evidence(seen).filter((line) => line.startsWith('web'))).toEqual([]);
  });

  it('the generator is read too: its CPU, memory, files, sockets and lag', async () => {
    const { series } = await observe({ target: 'headers: {}' });
    const own = series.filter(({ component }) => component === 'generator');
    expect(own.map(({ metric }) => metric).sort()).toEqual([
      'cpu',
      'files',
      'lag',
      'machine',
      'memory',
      'sockets',
    ]);
    const files = own.find(({ metric }) => metric === 'files');
    expect(files?.limit).toBeGreaterThan(100);
    expect(
      own.find(({ metric }) => metric === 'sockets')?.points.some(({ value }) => (value ?? 0) >= 2),
    ).toBe(true);
  });

  it('a secret opens the metrics, and is nowhere in the run', async () => {
    const secret = 'correct-horse-battery';
    answer = (request, response) => {
      if (request.headers.authorization === `Bearer ${secret}`) exposition(request, response);
      else response.writeHead(401).end(`not ${String(request.headers.authorization)}`);
    };
    const seen = await observe({
      target: "metrics: { url: /metrics, auth: { bearer: '${secret.METRICS}' } }",
      variables: { BENCHWRIGHT_SECRET_METRICS: secret },
    });
    expect(valuesOf(seen, 'metrics', 'memory').length).toBeGreaterThan(3);
    expect(seen.text).not.toContain(secret);
  });
});

describe('a load is not touched by a source that fails', () => {
  const check = async (target: string, line: RegExp): Promise<Seen> => {
    const seen = await observe({ target, seconds: 3 });
    expect(seen.run.verdict).toBe('pass');
    expect(evidence(seen).filter((each) => each.startsWith('web'))).toEqual([expect.stringMatching(line)]);
    expect(seen.records.some(({ gap }) => gap !== undefined)).toBe(true);
    return seen;
  };
  const metrics = 'metrics: /metrics';

  const answers: readonly (readonly [string, RegExp, typeof answer])[] = [
    [
      'that refuses',
      /answered 401: give the key `metrics` an `auth`$/,
      (_, to) => to.writeHead(401).end('who are you?'),
    ],
    ['that forbids', /answered 403: give/, (_, to) => to.writeHead(403).end()],
    ['that is not there', /answered 404: correct the key `metrics`$/, (_, to) => to.writeHead(404).end()],
    ['that fails', /answered 500$/, (_, to) => to.writeHead(500).end('x'.repeat(100_000))],
    [
      'that leads elsewhere',
      /answered 302, a redirect to .*, which is not followed$/,
      (_, to) => to.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    [
      'that answers with a page',
      /something else than metrics/,
      (_, to) => to.end('<!doctype html>\n<p>hello</p>\n'),
    ],
    ['that answers with nothing', /something else than metrics/, (_, to) => to.end()],
    [
      'that answers in another encoding',
      /something else than metrics/,
      (_, to) => to.end(Buffer.from('1f8b0800000000000003', 'hex')),
    ],
    [
      'that tells other things',
      /tells nothing of its process/,
      (_, to) => to.end('python_info{version="3"} 1\n'),
    ],
    ['that never ends its answer', /did not answer in time/, (_, to) => to.write('a 1\n')],
    [
      'that breaks off',
      /broke off its answer/,
      (_, to) => {
        to.writeHead(200, { 'content-length': '1000' });
        to.write('process_cpu_seconds_total 1\n', () => to.destroy());
      },
    ],
    [
      'that tears a chunk',
      /broke off its answer|cannot be reached/,
      (_, to) => {
        to.socket?.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfff\r\nprocess_cpu');
      },
    ],
    ['that speaks no HTTP', /cannot be reached/, (_, to) => to.socket?.end('SSH-2.0-x\r\n')],
    [
      'that is huge',
      /answered with more than 16384 KiB/,
      (_, to) => {
        const line = `other{label="${'x'.repeat(1000)}"} 1\n`.repeat(64);
        const more = (): void => {
          while (!to.destroyed && to.write(line));
          if (!to.destroyed) to.once('drain', more);
        };
        more();
      },
    ],
  ];
  it.each(answers)('%s', async (_, line, wrong) => {
    answer = wrong;
    await check(metrics, line);
  });

  it('that is down', async () => {
    await check(
      "metrics: 'http://127.0.0.1:1/metrics'",
      /127.0.0.1:1\/metrics cannot be reached: nothing listens there$/,
    );
  });

  it('that takes the connection and says nothing', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as { port: number };
    await check(`metrics: 'http://127.0.0.1:${port}/'`, /did not answer in time/);
    mute.closeAllConnections();
    mute.close();
  });

  it('that nobody approved: there is no connection, and one that is approved is read', async () => {
    const foreign = await countingServer('0.0.0.0', (request, response) => {
      exposition(request, response);
    });
    // It reaches this machine, and is none of the names that everybody reads as it.
    const host = `0.0.0.0:${foreign.port}`;
    const target = `metrics: { url: 'http://${host}/metrics', auth: { bearer: '\${secret.METRICS}' } }`;
    const variables = { BENCHWRIGHT_SECRET_METRICS: 'correct-horse-battery' };
    const line = `web: ${host} is not this machine and was not read: allow it with --allow-target ${host}`;
    const refused = await observe({ target, variables, seconds: 3 });
    expect(refused.run.verdict).toBe('pass');
    expect(evidence(refused)).toContain(line);
    expect(foreign.connections()).toBe(0);
    const allowed = await observe({ target, variables, seconds: 3, allowed: [host] });
    expect(evidence(allowed)).not.toContain(line);
    expect(foreign.connections()).toBeGreaterThan(3);
    expect(valuesOf(allowed, 'metrics', 'memory').length).toBeGreaterThan(3);
    foreign.close();
  });

  it('that leads elsewhere: nobody goes there, with or without the secret', async () => {
    const elsewhere = await countingServer('127.0.0.1', (_, response) => response.end());
    answer = (_, to) => to.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end();
    await observe({
      target: "metrics: { url: /metrics, auth: { bearer: '${secret.METRICS}' } }",
      variables: { BENCHWRIGHT_SECRET_METRICS: 'correct-horse-battery' },
      seconds: 3,
    });
    expect(elsewhere.connections()).toBe(0);
    elsewhere.close();
  });

  it('that answers late, but in time: its rates are those of its counters', async () => {
    const startedMs = performance.now();
    answer = (_, to) => {
      const seconds = (performance.now() - startedMs) / 1000;
      setTimeout(() => to.end(`process_cpu_seconds_total ${seconds / 2}\n`), 400);
    };
    const seen = await observe({ target: metrics, seconds: 5 });
    const values = valuesOf(seen, 'metrics', 'cpu');
    expect(values.length).toBeGreaterThan(3);
    expect(mean(values)).toBeCloseTo(0.5, 1);
    expect(evidence(seen).filter((each) => each.startsWith('web'))).toEqual([]);
  });

  it('half of the components: the others are read to the end, and each that is missing is named', async () => {
    const down = (name: string): string => `${name}: { url: 'http://127.0.0.1:1', metrics: /metrics }`;
    const seen = await observe({ target: metrics, more: `, ${down('one')}, ${down('two')}`, seconds: 3 });
    expect(seen.run.verdict).toBe('pass');
    for (const name of ['one', 'two'])
      expect(evidence(seen).filter((line) => line.startsWith(`${name}: `))).toEqual([
        expect.stringMatching(/cannot be reached: nothing listens there$/),
      ]);
    expect(valuesOf(seen, 'metrics', 'memory').length).toBeGreaterThan(5);
  });

  it('for a while: the gap is a gap in the series and in the chart of the report, with its reason', async () => {
    let failed = 0;
    answer = (request, response) => {
      const isDown = failed < 3 && service.requests() > 100;
      if (!isDown) {
        exposition(request, response);
        return;
      }
      failed += 1;
      response.writeHead(500).end();
    };
    const seen = await observe({ target: metrics, seconds: 5 });
    const points = seen.series.find(
      ({ metric, source }) => metric === 'memory' && source === 'metrics',
    )?.points;
    const values = (points ?? []).map(({ value }) => value);
    const gapAt = values.indexOf(null);
    expect(gapAt).toBeGreaterThan(0);
    expect(values.slice(gapAt).some((value) => value !== null)).toBe(true);
    const reading = await readReport(seen.dir);
    if (!reading.ok) throw new Error(reading.message);
    const charts = reading.report.charts.flatMap((each) => each.charts);
    const memory = charts.find(({ title }) => title === 'web: memory');
    expect(memory?.lines[0]?.points.map(([, value]) => value)).toContain(null);
    expect(memory?.note).toMatch(/^not read for a time: .* answered 500$/);
  });

  it('that has no process', async () => {
    await check('process: { port: 1 }', /no process listens on port 1: start the target/);
    await check("process: { command: 'nobody runs this' }", /no process has/);
  });

  it('whose values are no numbers: they are left out, the others stay', async () => {
    answer = (_, to) =>
      to.end('process_cpu_seconds_total NaN\nprocess_resident_memory_bytes 5\nprocess_open_fds +Inf\n');
    const seen = await observe({ target: metrics, seconds: 3 });
    expect(seen.run.verdict).toBe('pass');
    expect(valuesOf(seen, 'metrics', 'memory')[0]).toBe(5);
    expect(valuesOf(seen, 'metrics', 'cpu')).toEqual([]);
  });

  it('whose counter begins anew: no rate is negative, and the gap is one', async () => {
    let looks = 0;
    answer = (_, to) => to.end(`process_cpu_seconds_total ${++looks % 5}\n`);
    const seen = await observe({ target: metrics });
    const values = valuesOf(seen, 'metrics', 'cpu');
    expect(values.length).toBeGreaterThan(3);
    expect(Math.min(...values)).toBeGreaterThan(0);
    expect(seen.run.verdict).toBe('pass');
  });
});
