/** The names under which services, containers and their exporters publish what they use. */

export interface KnownMetric {
  /** The resource, as in resource-metrics.ts. */
  readonly metric: string;
  readonly kind: 'counter' | 'gauge';
  /** The first of these that is there is read. */
  readonly names: readonly string[];
  /** A gauge with what the value cannot exceed. */
  readonly limits?: readonly string[];
}

/** What the client libraries of Prometheus publish of the process that they are in. */
export const processMetrics: readonly KnownMetric[] = [
  { metric: 'cpu', kind: 'counter', names: ['process_cpu_seconds_total'] },
  { metric: 'memory', kind: 'gauge', names: ['process_resident_memory_bytes'] },
  { metric: 'files', kind: 'gauge', names: ['process_open_fds'], limits: ['process_max_fds'] },
  {
    metric: 'threads',
    kind: 'gauge',
    names: ['process_threads', 'process_num_threads', 'jvm_threads_live_threads', 'jvm_threads_current'],
  },
  {
    metric: 'requests',
    kind: 'counter',
    names: [
      'http_requests_total',
      'http_server_requests_seconds_count',
      'http_server_request_duration_seconds_count',
      'http_request_duration_seconds_count',
      'starlette_requests_total',
      'flask_http_request_total',
    ],
  },
];

/** What cAdvisor and the kubelet publish of a container. */
export const containerMetrics: readonly KnownMetric[] = [
  { metric: 'cpu', kind: 'counter', names: ['container_cpu_usage_seconds_total'] },
  {
    metric: 'memory',
    kind: 'gauge',
    names: ['container_memory_working_set_bytes'],
    limits: ['container_spec_memory_limit_bytes'],
  },
  { metric: 'threads', kind: 'gauge', names: ['container_threads'] },
  { metric: 'files', kind: 'gauge', names: ['container_file_descriptors'] },
];

/** What k6 writes to a server, as percentiles or as histograms. */
export const loadMetrics: readonly string[] = [
  'k6_http_reqs_total',
  'k6_http_req_duration_p50',
  'k6_http_req_duration_p95',
  'k6_http_req_duration_p99',
  'k6_http_req_duration_seconds',
  'k6_iterations_total',
  'k6_dropped_iterations_total',
  'k6_vus',
  'k6_task_count',
  'k6_task_seconds',
];
