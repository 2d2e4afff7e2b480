/** The demo system under a real Prometheus, and runs that read from both. */
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ResourcePoint } from '../../core/measure/resource-series';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { startPrometheus, type StartedPrometheus } from '../../scripts/prometheus.mjs';
import { freePortBase } from '../e2e/harness/workspace';
import { runObserved, type Seen } from './observed-run';
import { makeWorkspace, type Workspace } from './small-service';

export let demo: Demo;
export let prometheus: StartedPrometheus;
const places: Workspace[] = [];

beforeAll(async () => {
  const workspace = await makeWorkspace();
  places.push(workspace);
  demo = await startDemo({ portBase: await freePortBase() });
  prometheus = await startPrometheus({
    folder: path.join(workspace.folder, 'prometheus'),
    jobs: {
      gateway: [demo.urls.gateway.replace('http://127.0.0.1', 'localhost')],
      gone: ['127.0.0.1:1'],
    },
  });
});
afterAll(async () => {
  await prometheus.stop();
  await demo.stop();
  for (const place of places) await place.dispose();
});

export interface Wish {
  readonly server?: string;
  /** More keys of the target. */
  readonly target?: string;
  readonly more?: string;
  readonly seconds?: number;
  /** Between the requests of a user: many runs at once leave the demo time to answer. */
  readonly thinkMs?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

export async function observe({
  server,
  target = '',
  more = '',
  seconds = 4,
  thinkMs = 50,
  variables = {},
}: Wish): Promise<Seen> {
  // A folder of its own for each run: some are under way at the same time.
  const own = await makeWorkspace();
  places.push(own);
  const text = `
version: 1
name: Resources
targets:
  gateway: { url: '${demo.urls.gateway}'${target === '' ? '' : `, ${target}`} }
  ${more}
observe: { every: 500ms, prometheus: ${server ?? prometheus.url} }
scenarios: { status: { target: gateway, steps: [{ get: /status }, { think: ${thinkMs}ms }] } }
phases: { smoke: { scenarios: [status], users: 3, for: ${seconds}s, drain: 1s } }
goals: ['p50(status) in smoke < 2s']
`;
  return runObserved(own, { text, isForced: true, variables });
}

/**
 * The mean of a whole component over a stretch of wall clock, or that of means each of which looks back from a moment of
 * the stretch, as rates of a server do.
 */
export function meanOf(
  { series }: Seen,
  source: string,
  metric: string,
  [fromMs, toMs]: readonly [number, number],
  lookBackMs = 0,
): number {
  const found = series.find(
    (each) =>
      each.source === source &&
      each.metric === metric &&
      each.instance === null &&
      each.component === 'gateway',
  );
  const weightOf = (timeMs: number): number =>
    lookBackMs === 0
      ? Number(timeMs >= fromMs && timeMs <= toMs)
      : Math.max(0, Math.min(toMs, timeMs + lookBackMs) - Math.max(fromMs, timeMs));
  let [sum, weights] = [0, 0];
  for (const { timeMs, value } of found?.points ?? []) {
    if (value === null) continue;
    sum += value * weightOf(timeMs);
    weights += weightOf(timeMs);
  }
  return sum / weights;
}

export function lastOf({ series }: Seen, metric: string): ResourcePoint | undefined {
  return series.find((each) => each.source === 'prometheus' && each.metric === metric)?.points.at(-1);
}
