/** The parts of Grafana's HTTP interface that are asked, with answers of bounded size and time. */
import * as z from 'zod';
import { parseJson } from '../../core/parse-json';
import { ask, authorization, type HttpQuestion } from '../host/bounded-http';
import { addressOf } from './run-link';

export interface GrafanaServer {
  readonly url: URL;
  /** Of a service account that may write dashboards, annotations and data sources. */
  readonly token: string | undefined;
}

export type Asked<T> =
  | { readonly ok: true; readonly value: T }
  /** One sentence without a final full stop, with the remedy where there is one. */
  | { readonly ok: false; readonly reason: string; readonly status?: number };

const maxBytes = 8 * 1024 * 1024;
const deadlineMs = 15_000;

const refusal = z.object({ message: z.string() });

/**
 * Asks once; it never throws.
 *
 * @param path below the address of the server, without a leading slash.
 */
export async function askGrafana<T extends z.ZodType>(
  server: GrafanaServer,
  path: string,
  schema: T,
  sent: Pick<HttpQuestion, 'method' | 'json'> = {},
): Promise<Asked<z.output<T>>> {
  const answer = await ask({
    url: addressOf(server.url, path),
    headers: {
      accept: 'application/json',
      ...authorization(
        server.token === undefined ? { kind: 'none' } : { kind: 'bearer', token: server.token },
      ),
    },
    maxBytes,
    signal: AbortSignal.timeout(deadlineMs),
    ...sent,
  });
  const name = `the Grafana server ${server.url.origin}`;
  if (!answer.ok) {
    const told = refusal.safeParse(parseJson(answer.body));
    const why = told.success ? `${answer.reason}: ${told.data.message}` : answer.reason;
    return {
      ok: false,
      reason: `${name} ${why}${remedyFor(answer.status, server)}`,
      ...(answer.status !== undefined && { status: answer.status }),
    };
  }
  const read = schema.safeParse(parseJson(answer.body));
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, reason: `${name} answered with something else than was asked for: check its address` };
}

function remedyFor(status: number | undefined, { token }: GrafanaServer): string {
  if (status === 401) {
    return token === undefined
      ? '; give it the token of a service account as the secret GRAFANA_TOKEN'
      : '; the secret GRAFANA_TOKEN is not, or no longer, a token of this server';
  }
  if (status === 412)
    return '; somebody else changed it at the same time: push again to put this one in its place';
  if (status === 403) return '; its token needs the role Editor, and Admin to create a data source';
  return '';
}
