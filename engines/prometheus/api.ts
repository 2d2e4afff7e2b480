/** The parts of the HTTP interface of a Prometheus server that are asked, with answers of bounded size. */
import * as z from 'zod';
import { parseJson } from '../../core/parse-json';
import { ask, authorization, type Credentials } from '../host/bounded-http';

export interface PrometheusServer {
  readonly url: URL;
  readonly credentials: Credentials;
}

/** One series of a query: its labels, and its values at their times. What is no number is left out. */
export interface QueriedSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Time in milliseconds since the epoch by the server's clock, and value. */
  readonly values: readonly (readonly [number, number])[];
}

export type Asked<T> =
  | { readonly ok: true; readonly value: T; readonly dateMs: number | undefined }
  /** One sentence without a final full stop, with the remedy where there is one. */
  | { readonly ok: false; readonly reason: string; readonly status?: number };

/** An answer of this size takes some tens of milliseconds to understand. */
const maxBytes = 4 * 1024 * 1024;

export interface QueryRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

const labels = z.record(z.string(), z.string());
const matrix = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({ metric: labels, values: z.array(z.tuple([z.number(), z.string()])).default([]) }),
    ),
  }),
});
const vector = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: labels })) }),
});
const targets = z.object({
  status: z.literal('success'),
  data: z.object({
    activeTargets: z.array(
      z.object({
        labels,
        discoveredLabels: labels.default({}),
        health: z.string().default('unknown'),
        lastError: z.string().default(''),
        scrapeInterval: z.string().default(''),
      }),
    ),
  }),
});
const refusal = z.object({ status: z.literal('error'), error: z.string() });

export type ScrapedTarget = z.output<typeof targets>['data']['activeTargets'][number];

export async function queryRange(
  server: PrometheusServer,
  query: string,
  { fromMs, toMs, stepMs }: QueryRange,
  signal: AbortSignal,
): Promise<Asked<readonly QueriedSeries[]>> {
  const form = {
    query,
    start: String(fromMs / 1000),
    end: String(toMs / 1000),
    step: String(stepMs / 1000),
  };
  const asked = await askServer(server, 'api/v1/query_range', form, matrix, signal);
  if (!asked.ok) return asked;
  const series = asked.value.data.result.map(({ metric, values }) => ({
    labels: metric,
    values: values
      .map(([second, text]) => [Math.round(second * 1000), Number(text)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  }));
  return { ...asked, value: series };
}

/** The labels of the series that a query has at a moment. */
export async function queryLabels(
  server: PrometheusServer,
  query: string,
  atMs: number,
  signal: AbortSignal,
): Promise<Asked<readonly Readonly<Record<string, string>>[]>> {
  const form = { query, time: String(atMs / 1000) };
  const asked = await askServer(server, 'api/v1/query', form, vector, signal);
  return asked.ok ? { ...asked, value: asked.value.data.result.map(({ metric }) => metric) } : asked;
}

/** What the server scrapes. Servers that only store have no such list. */
export async function listTargets(
  server: PrometheusServer,
  signal: AbortSignal,
): Promise<Asked<readonly ScrapedTarget[]>> {
  const asked = await askServer(server, 'api/v1/targets?state=active', undefined, targets, signal);
  return asked.ok ? { ...asked, value: asked.value.data.activeTargets } : asked;
}

async function askServer<T extends z.ZodType>(
  { url, credentials }: PrometheusServer,
  path: string,
  form: Readonly<Record<string, string>> | undefined,
  schema: T,
  signal: AbortSignal,
): Promise<Asked<z.output<T>>> {
  // The address may have a path of its own, below which the interface stands.
  const base = url.pathname.endsWith('/') ? url : new URL(`${url.pathname}/`, url);
  const answer = await ask({
    url: new URL(path, base),
    headers: { accept: 'application/json', ...authorization(credentials) },
    maxBytes,
    signal,
    ...(form !== undefined && { form }),
  });
  const name = `the Prometheus server ${url.origin}`;
  if (!answer.ok) {
    const told = refusal.safeParse(parseJson(answer.body));
    if (told.success)
      return { ok: false, reason: `${name} refused: ${told.data.error}`, status: answer.status ?? 0 };
    const remedy =
      answer.status === 401 || answer.status === 403 ? ': give `observe.prometheus` an `auth`' : '';
    return {
      ok: false,
      reason: `${name} ${answer.reason}${remedy}`,
      ...(answer.status && { status: answer.status }),
    };
  }
  const read = schema.safeParse(parseJson(answer.body));
  if (read.success) return { ok: true, value: read.data, dateMs: answer.dateMs };
  return { ok: false, reason: `${name} answered with something else than its results: check its address` };
}
