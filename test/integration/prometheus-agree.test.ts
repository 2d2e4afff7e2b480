import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { evidence } from './observed-run';
import { demo, lastOf, meanOf, observe } from './watched-demo';

it('server, scraping and process agree on CPU and memory, and requests are those that k6 sent', async () => {
  const port = new URL(demo.urls.gateway).port;
  const seen = await observe({
    target: `metrics: /metrics, process: { port: ${port} }, prometheus: { queries: { up: 'up{job="gateway"}' } }`,
    seconds: 24,
    thinkMs: 5,
  });
  expect(seen.run.verdict).toBe('pass');
  expect(evidence(seen).filter((line) => line.startsWith('gateway'))).toEqual([]);
  const startMs = seen.run.phases[0]?.loadStartMs ?? 0;
  const span = [startMs + 6000, startMs + 24_000] as const;
  for (const metric of ['cpu', 'memory'])
    for (const source of ['metrics', 'prometheus']) {
      // A rate of the server looks back over four scrapes, one a second: what it looks at is compared, for the load of
      // users who wait is not the same all the time.
      const lookBackMs = metric === 'cpu' && source === 'prometheus' ? 4000 : 0;
      const direct = meanOf(seen, 'process', metric, span, lookBackMs);
      expect(direct).toBeGreaterThan(0);
      expect(
        Math.abs(meanOf(seen, source, metric, span) / direct - 1),
        `${metric} by ${source}`,
      ).toBeLessThan(0.05);
    }
  const [phase] = seen.run.phases;
  const rps = (phase?.requests ?? 0) / 24;
  // The scrapes themselves are requests too.
  for (const source of ['metrics', 'prometheus'])
    expect(Math.abs(meanOf(seen, source, 'requests', span) / rps - 1)).toBeLessThan(0.1);
  expect(lastOf(seen, 'up')).toMatchObject({ value: 1 });
  const { targets } = JSON.parse(await readFile(path.join(seen.dir, 'metrics.json'), 'utf8')) as {
    targets: Record<string, string[]>;
  };
  // What the server alone has, and what the endpoint tells beside what is read.
  expect(targets['gateway']).toEqual(expect.arrayContaining(['scrape_duration_seconds', 'python_info']));
  // Up to its end, though the last look was before it.
  expect(lastOf(seen, 'memory')?.timeMs).toBeGreaterThan(startMs + 22_000);
});
