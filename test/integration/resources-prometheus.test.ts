import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { evidence } from './observed-run';
import { meanOf, observe, prometheus } from './watched-demo';

describe.concurrent('with a real Prometheus', () => {
  it('a target that it does not scrape, one that is down, and a query that it refuses are named', async () => {
    const seen = await observe({
      target: `prometheus: { queries: { odd: 'topk(a, up)' } }`,
      more: "down: { url: 'http://127.0.0.1:1', prometheus: {} }\n  other: { url: 'http://127.0.0.1:2', prometheus: {} }",
      seconds: 5,
    });
    expect(seen.run.verdict).toBe('pass');
    const lines = evidence(seen).join('\n');
    expect(lines).toMatch(/gateway: odd: the Prometheus server .* refused: .*parse error/);
    expect(lines).toMatch(/down: Prometheus cannot scrape it: .*connection refused/);
    expect(lines).toMatch(/other: Prometheus scrapes only .*: add 127.0.0.1:2 to its `scrape_configs`/);
    expect(seen.series.some(({ source, metric }) => source === 'prometheus' && metric === 'cpu')).toBe(true);
  });

  it('labels of the plan choose the series', async () => {
    const seen = await observe({ target: 'prometheus: { labels: { job: gateway } }' });
    expect(meanOf(seen, 'prometheus', 'memory', [0, Infinity])).toBeGreaterThan(1e6);
  });

  it('a server that scrapes too seldom for the load is named once, and the load goes on', async () => {
    const slow = await fakeServer((request, response) => {
      void fetch(`${prometheus.url}${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        ...request.sent,
      }).then(async (answer) =>
        response.end((await answer.text()).replaceAll('"scrapeInterval":"1s"', '"scrapeInterval":"2s"')),
      );
    });
    const seen = await observe({ server: slow.url, seconds: 5 });
    slow.server.closeAllConnections();
    slow.server.close();
    expect(seen.run.verdict).toBe('pass');
    expect(evidence(seen).filter((line) => line.startsWith('gateway'))).toEqual([
      'gateway: Prometheus scrapes it every 2 s, so that a load of 5 s has 2 points of each series, and rates look back over 8 s: a `scrape_interval` of 1 s would show its course',
    ]);
    expect(seen.records.filter(({ gap }) => gap?.includes('scrapes it every') === true)).toHaveLength(1);
  });

  it('a server that goes away in the middle costs the points that it did not give, and no more', async () => {
    const proxy = await fakeServer((request, response) => {
      void fetch(`${prometheus.url}${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        ...request.sent,
      }).then(async (answer) => response.end(await answer.text()));
    });
    setTimeout(() => {
      proxy.server.close();
      proxy.server.closeAllConnections();
    }, 2500);
    const seen = await observe({ server: proxy.url, seconds: 6 });
    expect(seen.run.verdict).toBe('pass');
    expect(evidence(seen).join('\n')).toMatch(/cannot be reached|broke off/);
  });
});

interface Asked {
  readonly url: string | undefined;
  readonly method: string | undefined;
  readonly authorization: string | undefined;
  readonly sent: { body?: string; headers?: Record<string, string> };
}

async function fakeServer(
  answer: (request: Asked, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const { url, method, headers } = request;
      answer(
        {
          url,
          method,
          authorization: headers.authorization,
          sent: body === '' ? {} : { body, headers: form },
        },
        response,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe.concurrent('a load is not touched by a server', () => {
  const check = async (wrong: (to: ServerResponse, request: Asked) => void, line: RegExp): Promise<void> => {
    const { url, server } = await fakeServer((request, response) => {
      wrong(response, request);
    });
    const seen = await observe({ server: url, seconds: 3 });
    server.closeAllConnections();
    server.close();
    expect(seen.run.verdict).toBe('pass');
    expect(evidence(seen).filter((each) => each.startsWith('gateway'))).toEqual([
      expect.stringMatching(line),
    ]);
  };

  it('that refuses', () =>
    check((to) => to.writeHead(401).end(), /answered 401: give `observe.prometheus` an `auth`$/));
  it('that is something else', () =>
    check((to) => to.end('<html>'), /something else than its results: check its address$/));
  it('that answers with other JSON', () =>
    check((to) => to.end('{"status":"success","data":[]}'), /something else than its results/));
  it('that leads elsewhere', () =>
    check(
      (to) => to.writeHead(307, { location: 'http://192.0.2.1/' }).end(),
      /a redirect to .*, which is not followed/,
    ));
  it('that is huge', () => check((to) => to.end('x'.repeat(5_000_000)), /answered with more than 4096 KiB/));
  it('that fails with its reason', () =>
    check((to) => to.writeHead(503).end('{"status":"error","error":"too busy"}'), /refused: too busy$/));
});

it.concurrent('the token for a server opens it, and is nowhere in the run', async () => {
  const token = 'opensesame-4711';
  const { url, server } = await fakeServer((request, response) => {
    if (request.authorization !== `Bearer ${token}`) {
      response.writeHead(403).end(request.authorization);
      return;
    }
    void fetch(`${prometheus.url}${request.url ?? ''}`, {
      method: request.method ?? 'GET',
      ...request.sent,
    }).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
  });
  const auth = `{ url: '${url}', auth: { bearer: '\${secret.PROM}' } }`;
  const seen = await observe({ server: auth, variables: { BENCHWRIGHT_SECRET_PROM: token }, seconds: 5 });
  server.closeAllConnections();
  server.close();
  expect(meanOf(seen, 'prometheus', 'memory', [0, Infinity])).toBeGreaterThan(1e6);
  expect(JSON.stringify([seen.run, seen.records])).not.toContain(token);
});

it.concurrent('a server whose clock is wrong is read at its own times, which are moved to ours', async () => {
  const skewMs = 40_000;
  const { url, server } = await fakeServer((request, response) => {
    const form = new URLSearchParams(request.sent.body ?? '');
    const move = (key: string, byMs: number): void => {
      const second = form.get(key);
      if (second !== null) form.set(key, String(Number(second) + byMs / 1000));
    };
    for (const key of ['start', 'end', 'time']) move(key, -skewMs);
    const sent =
      request.sent.body === undefined ? {} : { headers: request.sent.headers ?? {}, body: form.toString() };
    void fetch(`${prometheus.url}${request.url ?? ''}`, { method: request.method ?? 'GET', ...sent }).then(
      async (answer) => {
        const text = (await answer.text()).replace(
          /\[(1\d{9})(\.\d+)?,"/g,
          (_, whole: string, part = '') => `[${Number(whole) + skewMs / 1000}${String(part)},"`,
        );
        response.setHeader('date', new Date(Date.now() + skewMs).toUTCString()).end(text);
      },
    );
  });
  const startedMs = Date.now();
  const seen = await observe({ server: url, seconds: 6 });
  server.closeAllConnections();
  server.close();
  const times = seen.records
    .filter(({ source, readings }) => source === 'prometheus' && readings.length > 0)
    .map(({ timeMs }) => timeMs);
  expect(times.length).toBeGreaterThan(2);
  expect(Math.min(...times)).toBeGreaterThan(startedMs - 2000);
  expect(Math.max(...times)).toBeLessThan(Date.now() + 2000);
  expect(evidence(seen).join('\n')).toMatch(/clock of the Prometheus server is (39|40|41) s ahead/);
});

describe.concurrent("k6's own figures", () => {
  const ask = async (query: string, atMs: number): Promise<number | undefined> => {
    const form = new URLSearchParams({ query, time: String(atMs / 1000) });
    const answer = await fetch(`${prometheus.url}/api/v1/query?${form.toString()}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    const [first] = data.result;
    return first === undefined ? undefined : Number(first.value[1]);
  };

  it.each(['percentiles', 'histograms'])(
    'go to the server as %s, labelled with run and phase',
    async (form) => {
      const seen = await observe({ server: `{ url: '${prometheus.url}', write: ${form} }`, seconds: 8 });
      expect(seen.run.verdict).toBe('pass');
      const labels = `run="${seen.run.id}",phase="smoke"`;
      const [phase] = seen.run.phases;
      const atMs = (phase?.loadStartMs ?? 0) + 7000;
      expect(await ask(`sum(k6_http_reqs_total{${labels}})`, atMs)).toBeGreaterThan(
        (phase?.requests ?? 0) / 2,
      );
      const p95 =
        form === 'percentiles'
          ? `max(k6_http_req_duration_p95{${labels}})`
          : `histogram_quantile(0.95, sum(rate(k6_http_req_duration_seconds{${labels}}[6s])))`;
      expect(await ask(p95, atMs)).toBeGreaterThan(0);
    },
  );

  it('that the server does not take cost the load nothing, and are told', async () => {
    const { url, server } = await fakeServer((_, response) => response.writeHead(404).end());
    const seen = await observe({ server: `{ url: '${url}', write: percentiles }`, seconds: 5 });
    server.closeAllConnections();
    server.close();
    expect(seen.run.verdict).toBe('pass');
    expect(evidence(seen).join('\n')).toMatch(
      /not all figures of k6 reached the Prometheus server, which answered 404;/,
    );
  });
});
