/** Reads a target's own metrics from its endpoint, where no server does it. */
import { CounterRates } from '../../core/measure/resource-rates';
import { processMetrics, type KnownMetric } from '../../core/measure/resource-names';
import type { ResourceReading } from '../../core/measure/record';
import type { Collector, ResourceSample } from '../../core/measure/resource-sample';
import { ask, authorization, type Credentials } from '../host/bounded-http';
import { readExposition, type Sample } from './exposition';

export interface MetricsEndpoint {
  readonly url: URL;
  readonly credentials: Credentials;
}

/** Pieces of an answer are read as they come, so that its size costs time and no memory. */
const maxBytes = 16 * 1024 * 1024;

/** Series of one name that are told apart; a counter of more is bounded by leaving out the rest. */
const maxSamples = 20_000;

/** Names that are kept for whoever writes queries. */
const maxNames = 2000;

const accepted = 'text/plain;version=0.0.4';

const wanted = new Set(processMetrics.flatMap(({ names, limits = [] }) => [...names, ...limits]));

export function collectMetrics(
  component: string,
  { url, credentials }: MetricsEndpoint,
  now: () => number = () => performance.now(),
): Collector {
  const rates = new CounterRates();
  let seen: ReadonlySet<string> | undefined;
  const sample = (readings: readonly ResourceReading[], gap?: string): ResourceSample[] => [
    { component, source: 'metrics', timeMs: Date.now(), readings, ...(gap !== undefined && { gap }) },
  ];
  return {
    component,
    source: 'metrics',
    begin: () => {
      rates.forget();
    },
    read: async (signal) => {
      const samples: Sample[] = [];
      const names = new Set<string>();
      const reader = readExposition(
        (name) => {
          if (seen === undefined && names.size < maxNames) names.add(name);
          return wanted.has(name);
        },
        (found) => {
          if (samples.length < maxSamples) samples.push(found);
        },
      );
      const headers = { accept: accepted, ...authorization(credentials) };
      const answer = await ask({
        url,
        headers,
        maxBytes,
        signal,
        onChunk: (chunk) => {
          reader.add(chunk);
        },
      });
      const readMs = now();
      reader.end();
      if (!answer.ok) return sample([], explain(url, answer.reason, answer.status));
      if (reader.goodLines === 0 || reader.badLines > reader.goodLines)
        return sample(
          [],
          `${shown(url)} answered with something else than metrics: check the key \`metrics\``,
        );
      seen ??= names;
      const readings = readingsOf(samples, rates, readMs);
      const isSilent = samples.length === 0;
      return sample(
        readings,
        isSilent
          ? `${shown(url)} tells nothing of its process: add a collector of process metrics to it`
          : undefined,
      );
    },
    seenNames: () => seen ?? [],
  };
}

/** Without a query, which may hold a token. */
function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function explain(url: URL, reason: string, status: number | undefined): string {
  const remedy =
    status === 401 || status === 403
      ? ': give the key `metrics` an `auth`'
      : status === 404
        ? ': correct the key `metrics`'
        : '';
  return `the metrics endpoint ${shown(url)} ${reason}${remedy}`;
}

function readingsOf(samples: readonly Sample[], rates: CounterRates, readMs: number): ResourceReading[] {
  return processMetrics.flatMap((known): ResourceReading[] => {
    const found = firstPresent(known.names, samples);
    if (found.length === 0) return [];
    const value = valueOf(known, found, rates, readMs);
    if (value === undefined) return [];
    const limit = firstPresent(known.limits ?? [], samples)[0]?.value;
    return [{ metric: known.metric, value, ...(limit !== undefined && limit > 0 && { limit }) }];
  });
}

function firstPresent(names: readonly string[], samples: readonly Sample[]): readonly Sample[] {
  for (const name of names) {
    const found = samples.filter((sample) => sample.name === name);
    if (found.length > 0) return found;
  }
  return [];
}

function valueOf(
  { kind }: KnownMetric,
  samples: readonly Sample[],
  rates: CounterRates,
  readMs: number,
): number | undefined {
  if (kind === 'gauge') return samples.reduce((sum, { value }) => sum + value, 0);
  const known = samples
    .map(({ name, labels, value }) => rates.rate(`${name}{${labels}}`, value, readMs))
    .filter((rate) => rate !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, rate) => sum + rate, 0);
}
