/** What the panels ask a Prometheus server: of the load, as k6 writes it, and of each component, as it is scraped. */
import { containerMetrics, processMetrics, type KnownMetric } from '../../core/measure/resource-names';
import type { Plan } from '../../core/plan/schema';

/** How k6 was told to write its figures; the names of its series depend on it. */
export type WrittenAs = 'percentiles' | 'histograms';

export interface PanelQuery {
  readonly expr: string;
  /** Names a series, with labels in double braces. */
  readonly legend: string;
}

/** Chosen by the variables of the dashboard. */
const chosen = 'run=~"$run",phase=~"$phase"';
const window = '[$__rate_interval]';

export const throughput: PanelQuery = {
  expr: `sum by (name) (rate(k6_http_reqs_total{${chosen}}${window}))`,
  legend: '{{name}}',
};

export const failed: PanelQuery = {
  expr: `sum by (name) (rate(k6_http_reqs_total{${chosen},expected_response="false"}${window}))`,
  legend: '{{name}}',
};

export const users: PanelQuery = { expr: `sum(k6_vus{${chosen}})`, legend: 'users' };

export const dropped: PanelQuery = {
  expr: `sum by (scenario) (rate(k6_dropped_iterations_total{${chosen}}${window}))`,
  legend: 'dropped {{scenario}}',
};

/** Percentiles that were written as such belong to one run and one phase, and are never averaged. */
export function latency(percentile: 50 | 95 | 99, writtenAs: WrittenAs): PanelQuery {
  const legend = `{{name}} p${percentile}`;
  if (writtenAs === 'percentiles') return { expr: `k6_http_req_duration_p${percentile}{${chosen}}`, legend };
  const merged = `sum by (name) (rate(k6_http_req_duration_seconds{${chosen}}${window}))`;
  return { expr: `histogram_quantile(${percentile / 100}, ${merged})`, legend };
}

/** Tasks per second by what became of them. */
export function tasks(writtenAs: WrittenAs): PanelQuery {
  const expr =
    writtenAs === 'percentiles'
      ? `sum by (outcome) (rate(k6_task_count{${chosen}}${window}))`
      : `sum by (outcome) (histogram_count(rate(k6_task_seconds{${chosen}}${window})))`;
  return { expr, legend: '{{outcome}}' };
}

/** The matchers of a target's series, as the plan tells them. */
export function matchersOf(target: Plan['targets'][string]): string {
  const labels = target.prometheus?.labels ?? { instance: hostAndPort(new URL(target.url)) };
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(String(value))}`)
    .join(',');
}

function hostAndPort({ hostname, port, protocol }: URL): string {
  const usual = protocol === 'https:' ? '443' : '80';
  return `${hostname}:${port === '' ? usual : port}`;
}

/** The resource of the component that the dashboard shows: of its process, or else of its container. */
export function resource(metric: string): readonly PanelQuery[] {
  const sources = [...named(metric, processMetrics, ''), ...named(metric, containerMetrics, ',image!=""')];
  if (sources.length === 0) return [];
  return [{ expr: sources.join(' or '), legend: metric }];
}

function named(metric: string, known: readonly KnownMetric[], extra: string): string[] {
  return known
    .filter((each) => each.metric === metric)
    .flatMap(({ names, kind }) =>
      names.map((name) => {
        const series = `${name}{\${component:raw}${extra}}`;
        return kind === 'counter' ? `sum(rate(${series}${window}))` : `sum(${series})`;
      }),
    );
}
