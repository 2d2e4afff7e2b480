/** The keys of a plan that say where resources are observed, beside the load. */
import * as z from 'zod';
import { auth, duration, name, scalar } from './schema-values';

const address = z
  .url({ protocol: /^https?$/, error: 'needs an http or https address, such as http://127.0.0.1:9090' })
  .meta({ title: 'address', examples: ['http://127.0.0.1:9090'] });

const endpoint = z
  .string()
  .regex(/^(?:\/|https?:\/\/)\S*$/, 'needs a path such as /metrics, or an http or https address')
  .meta({ title: 'path or address', examples: ['/metrics'] });

/** Where a target tells its metrics itself. The short form is the address alone. */
export const metrics = z
  .union([
    endpoint,
    z
      .strictObject({
        url: endpoint.describe('Path or address of the metrics.'),
        auth: auth.optional(),
      })
      .describe('Metrics that ask who reads them.'),
  ])
  .transform((value) => (typeof value === 'string' ? { url: value } : value))
  .describe('Path or address of its metrics in the Prometheus text format; alone, or with `auth`.');

/** What a Prometheus server knows of one target. */
export const targetInPrometheus = z
  .strictObject({
    labels: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/, 'needs the name of a label'), scalar)
      .optional()
      .describe(
        'Labels that choose its series, such as `job: agents`. Without them: the series whose `instance` is the host and port of the target.',
      ),
    queries: z
      .record(name, z.string().min(1).max(4000))
      .optional()
      .describe(
        'Queries in PromQL by the name of what they measure. `cpu`, `memory`, `threads`, `files` and `requests` replace those that are asked by themselves.',
      ),
  })
  .describe('How the Prometheus server of `observe` knows the target.');

const prometheus = z
  .union([
    address,
    z
      .strictObject({
        url: address.describe('The address of the server.'),
        auth: auth.optional(),
        scrape: duration
          .optional()
          .describe(
            'How often the server scrapes the targets. It is asked; say it here for a server that does not tell, and to have phases and queries checked against it.',
          ),
        write: z
          .enum(['percentiles', 'histograms'])
          .optional()
          .describe(
            "Writes k6's own figures to the server (remote write), with `run` and `phase` as labels. `percentiles` fits every server that takes remote write; `histograms` can be merged over time, and needs a server with native histograms.",
          ),
      })
      .describe('A server with more to say about it than its address.'),
  ])
  .transform((value) => (typeof value === 'string' ? { url: value } : value))
  .describe(
    'A Prometheus server that scrapes the targets: its address alone, or with `auth`, `scrape` and `write`.',
  );

export const observe = z
  .strictObject({
    every: duration
      .optional()
      .describe('How often processes and metrics are read: every second unless it is said here.'),
    prometheus: prometheus.optional(),
    grafana: address.optional().describe('A Grafana server for dashboards.'),
  })
  .describe('Where and how often resources are observed.');
