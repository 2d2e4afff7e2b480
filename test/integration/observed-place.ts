/** A service of a few lines with metrics of its own, and runs that look at it while they load it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'vitest';
import { runObserved, type Seen } from './observed-run';
import { makeWorkspace, startService, type SmallService } from './small-service';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Place {
  readonly service: SmallService;
  /** Set by a test; the metrics of this process otherwise. */
  answer: Answer;
  readonly observe: (wish: Wish) => Promise<Seen>;
}

/** A test with a place of its own, so that tests may be under way at the same time. */
export const it = test.extend<{ place: Place }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs.
  place: async ({}, use) => {
    const place: { answer: Answer } = {
      answer: (_, response) => {
        tellMetrics(response, service.requests());
      },
    };
    const service = await startService((request, response) => {
      if (request.url?.startsWith('/metrics') === true) place.answer(request, response);
      else response.end('{"outcome":"success"}');
    });
    const workspace = await makeWorkspace();
    await use(
      Object.assign(place, {
        service,
        observe: (wish: Wish) =>
          runObserved(workspace, {
            text: planOf(service.url, wish),
            allowedTargets: wish.allowed ?? [],
            variables: wish.variables ?? {},
          }),
      }),
    );
    await service.close();
    await workspace.dispose();
  },
});

/** This process as a client library would tell it. */
export function tellMetrics(response: ServerResponse, requests: number): void {
  const { user, system } = process.cpuUsage();
  response.end(
    [
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      'process_open_fds 12',
      'process_max_fds 1024',
      `http_requests_total{route="/"} ${requests}`,
      '',
    ].join('\n'),
  );
}

export interface Wish {
  /** Keys of the target, in the flow style of YAML. */
  readonly target: string;
  readonly seconds?: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly allowed?: readonly string[];
  /** More targets, which no step uses. */
  readonly more?: string;
}

function planOf(url: string, { target, seconds = 4, more = '' }: Wish): string {
  return `
version: 1
name: Resources
targets: { web: { url: '${url}', ${target} }${more} }
observe: { every: 250ms }
scenarios: { status: { target: web, steps: [{ get: /status }, { think: 5ms }] } }
phases: { smoke: { scenarios: [status], users: 2, for: ${seconds}s, drain: 1s } }
goals: ['p50(status) in smoke < 2s']
`;
}

export function valuesOf(
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

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
