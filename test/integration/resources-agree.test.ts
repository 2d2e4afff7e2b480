import { describe, expect } from 'vitest';
import { it, mean, tellMetrics, valuesOf } from './observed-place';
import { evidence } from './observed-run';

describe('beside a load', () => {
  it('the process and its own metrics are read, and agree', async ({ place }) => {
    const seen = await place.observe({
      target: `metrics: /metrics, process: { pid: ${process.pid} }`,
      seconds: 8,
    });
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

  it.concurrent('the generator is read too: its CPU, memory, files, sockets and lag', async ({ place }) => {
    const { series } = await place.observe({ target: 'headers: {}' });
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

  it.concurrent('a secret opens the metrics, and is nowhere in the run', async ({ place }) => {
    const secret = 'correct-horse-battery';
    place.answer = (request, response) => {
      if (request.headers.authorization === `Bearer ${secret}`)
        tellMetrics(response, place.service.requests());
      else response.writeHead(401).end(`not ${String(request.headers.authorization)}`);
    };
    const seen = await place.observe({
      target: "metrics: { url: /metrics, auth: { bearer: '${secret.METRICS}' } }",
      variables: { BENCHWRIGHT_SECRET_METRICS: secret },
    });
    expect(valuesOf(seen, 'metrics', 'memory').length).toBeGreaterThan(3);
    expect(seen.text).not.toContain(secret);
  });

  it.concurrent(
    'metrics that are answered late, but in time, have the rates of their counters',
    async ({ place }) => {
      const startedMs = performance.now();
      place.answer = (_, to) => {
        const seconds = (performance.now() - startedMs) / 1000;
        setTimeout(() => to.end(`process_cpu_seconds_total ${seconds / 2}\n`), 400);
      };
      const seen = await place.observe({ target: 'metrics: /metrics', seconds: 5 });
      const values = valuesOf(seen, 'metrics', 'cpu');
      expect(values.length).toBeGreaterThan(3);
      expect(mean(values)).toBeCloseTo(0.5, 1);
      expect(evidence(seen).filter((each) => each.startsWith('web'))).toEqual([]);
    },
  );
});
