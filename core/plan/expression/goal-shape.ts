/** What a goal and a condition of a search are made of. */
import type { TextRange } from '../../problems';
import type { NameAt } from './syntax';

/**
 * `errors`: the share of requests that failed. `rate`: successful requests per second. `success`: the share of tasks.
 * `capacity`: arrivals per second, or users, that a search found the target to hold.
 */
export type Metric =
  | { readonly kind: 'percentile'; readonly percentile: number }
  | { readonly kind: 'mean' | 'max' | 'success' | 'errors' | 'rate' | 'capacity' };

/** What a metric is measured in: times, shares between 0 and 1, or events per second. */
export type MetricUnit = 'ms' | 'share' | 'per-second';

/** What a limit is written in: that of a capacity is told by the search. */
export type LimitUnit = MetricUnit | 'users';

export type GoalOperator = '<' | '<=' | '>' | '>=';

/** `factor` is what the value of the baseline run is multiplied by: `baseline + 10%` is 1.1. */
export type Limit =
  | { readonly kind: 'fixed'; readonly value: number; readonly unit: LimitUnit }
  | { readonly kind: 'baseline'; readonly factor: number };

/**
 * The times that are told apart from that of a request. `ttc`: from the submission of a task to its end. Of a stream,
 * `ttft`: from the request to the first event, and `between`: from one event to the next.
 * `session`: from the handshake of a WebSocket to its end.
 */
export const timeNames = ['ttc', 'ttft', 'between', 'session'] as const;
export type TimeName = (typeof timeNames)[number];

/** What is counted apart from requests: the messages of WebSockets. */
export const countNames = ['sent', 'received'] as const;
export type CountName = (typeof countNames)[number];

/** A metric of a subject, and the bound it must keep. Without a scenario it is about all of them. */
export interface Comparison {
  readonly metric: Metric;
  /** The time that is meant, where it is not that of requests. */
  readonly time?: TimeName;
  /** What is counted, where it is not requests. */
  readonly count?: CountName;
  readonly scenario?: NameAt;
  readonly step?: NameAt;
  readonly operator: GoalOperator;
  readonly limit: Limit;
  readonly limitRange: TextRange;
}

export interface Goal extends Comparison {
  /** Without a phase the goal must hold in every phase that runs the subject. */
  readonly phase?: NameAt;
}

export type Condition = { readonly kind: 'plateau' } | ({ readonly kind: 'comparison' } & Comparison);

/** The metrics by name, as they are offered for completion. */
export const metricNames = [
  ...(['p50', 'p90', 'p95', 'p99', 'mean', 'max', 'success', 'errors', 'rate', 'capacity'] as const),
];

/** The unit in which a metric is measured; a capacity may be in users too. */
export function unitOf(metric: Metric): MetricUnit {
  if (metric.kind === 'success' || metric.kind === 'errors') return 'share';
  return metric.kind === 'rate' || metric.kind === 'capacity' ? 'per-second' : 'ms';
}
