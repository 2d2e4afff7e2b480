import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect } from 'vitest';
import { readReport } from '../../runner/read-report';
import { it, tellMetrics, valuesOf, type Place } from './observed-place';
import { evidence } from './observed-run';

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

/** What is wrong with the source is told once, and is a gap in its series. */
async function check(place: Place, target: string, line: RegExp): Promise<void> {
  const seen = await place.observe({ target, seconds: 3 });
  expect(seen.run.verdict).toBe('pass');
  expect(evidence(seen).filter((each) => each.startsWith('web'))).toEqual([expect.stringMatching(line)]);
  expect(seen.records.some(({ gap }) => gap !== undefined)).toBe(true);
}
const metrics = 'metrics: /metrics';

describe.concurrent('a load is not touched by a source that fails', () => {
  const answers: readonly (readonly [string, RegExp, Place['answer']])[] = [
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
  ];
  it.for(answers)('%s', async ([, line, wrong], { place }) => {
    place.answer = wrong;
    await check(place, metrics, line);
  });

  it('that is down', async ({ place }) => {
    await check(
      place,
      "metrics: 'http://127.0.0.1:1/metrics'",
      /127.0.0.1:1\/metrics cannot be reached: nothing listens there$/,
    );
  });

  it('that takes the connection and says nothing', async ({ place }) => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as { port: number };
    await check(place, `metrics: 'http://127.0.0.1:${port}/'`, /did not answer in time/);
    mute.closeAllConnections();
    mute.close();
  });

  it('that nobody approved: there is no connection, and one that is approved is read', async ({ place }) => {
    const foreign = await countingServer('0.0.0.0', (_, response) => {
      tellMetrics(response, place.service.requests());
    });
    // It reaches this machine, and is none of the names that everybody reads as it.
    const host = `0.0.0.0:${foreign.port}`;
    const target = `metrics: { url: 'http://${host}/metrics', auth: { bearer: '\${secret.METRICS}' } }`;
    const variables = { BENCHWRIGHT_SECRET_METRICS: 'correct-horse-battery' };
    const line = `web: ${host} is not this machine and was not read: allow it with --allow-target ${host}`;
    const refused = await place.observe({ target, variables, seconds: 3 });
    expect(refused.run.verdict).toBe('pass');
    expect(evidence(refused)).toContain(line);
    expect(foreign.connections()).toBe(0);
    const allowed = await place.observe({ target, variables, seconds: 3, allowed: [host] });
    expect(evidence(allowed)).not.toContain(line);
    expect(foreign.connections()).toBeGreaterThan(3);
    expect(valuesOf(allowed, 'metrics', 'memory').length).toBeGreaterThan(3);
    foreign.close();
  });

  it('that leads elsewhere: nobody goes there, with or without the secret', async ({ place }) => {
    const elsewhere = await countingServer('127.0.0.1', (_, response) => response.end());
    place.answer = (_, to) => to.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end();
    await place.observe({
      target: "metrics: { url: /metrics, auth: { bearer: '${secret.METRICS}' } }",
      variables: { BENCHWRIGHT_SECRET_METRICS: 'correct-horse-battery' },
      seconds: 3,
    });
    expect(elsewhere.connections()).toBe(0);
    elsewhere.close();
  });

  it('half of the components: the others are read to the end, and each that is missing is named', async ({
    place,
  }) => {
    const down = (name: string): string => `${name}: { url: 'http://127.0.0.1:1', metrics: /metrics }`;
    const seen = await place.observe({
      target: metrics,
      more: `, ${down('one')}, ${down('two')}`,
      seconds: 3,
    });
    expect(seen.run.verdict).toBe('pass');
    for (const name of ['one', 'two'])
      expect(evidence(seen).filter((line) => line.startsWith(`${name}: `))).toEqual([
        expect.stringMatching(/cannot be reached: nothing listens there$/),
      ]);
    expect(valuesOf(seen, 'metrics', 'memory').length).toBeGreaterThan(5);
  });

  it('for a while: the gap is a gap in the series and in the chart of the report, with its reason', async ({
    place,
  }) => {
    let failed = 0;
    place.answer = (_, response) => {
      const isDown = failed < 3 && place.service.requests() > 100;
      if (!isDown) {
        tellMetrics(response, place.service.requests());
        return;
      }
      failed += 1;
      response.writeHead(500).end();
    };
    const seen = await place.observe({ target: metrics, seconds: 5 });
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

  it('that has no process', async ({ place }) => {
    await check(place, 'process: { port: 1 }', /no process listens on port 1: start the target/);
    await check(place, "process: { command: 'nobody runs this' }", /no process has/);
  });

  it('whose values are no numbers: they are left out, the others stay', async ({ place }) => {
    place.answer = (_, to) =>
      to.end('process_cpu_seconds_total NaN\nprocess_resident_memory_bytes 5\nprocess_open_fds +Inf\n');
    const seen = await place.observe({ target: metrics, seconds: 3 });
    expect(seen.run.verdict).toBe('pass');
    expect(valuesOf(seen, 'metrics', 'memory')[0]).toBe(5);
    expect(valuesOf(seen, 'metrics', 'cpu')).toEqual([]);
  });

  it('whose counter begins anew: no rate is negative, and the gap is one', async ({ place }) => {
    let looks = 0;
    place.answer = (_, to) => to.end(`process_cpu_seconds_total ${++looks % 5}\n`);
    const seen = await place.observe({ target: metrics });
    const values = valuesOf(seen, 'metrics', 'cpu');
    expect(values.length).toBeGreaterThan(3);
    expect(Math.min(...values)).toBeGreaterThan(0);
    expect(seen.run.verdict).toBe('pass');
  });
});

// Alone: who sends without an end has no time for others.
it('a load is not touched by a source that is huge', async ({ place }) => {
  place.answer = (_, to) => {
    const line = `other{label="${'x'.repeat(1000)}"} 1\n`.repeat(64);
    const more = (): void => {
      while (!to.destroyed && to.write(line));
      if (!to.destroyed) to.once('drain', more);
    };
    more();
  };
  await check(place, metrics, /answered with more than 16384 KiB/);
});
