/** Every address that is read beside a load. Whoever guards where a run reads, and sends secrets, asks here. */
import type { Plan } from './schema';

export interface ObservedAddress {
  /** A target, whose metrics are read; `prometheus` of `observe` has none. */
  readonly target: string | undefined;
  readonly url: string;
  /** Whether credentials go there. */
  readonly hasAuth: boolean;
  /** Whether k6 writes its figures there. */
  readonly isWritten: boolean;
}

export function observedAddresses({ targets, observe }: Plan): ObservedAddress[] {
  const own = Object.entries(targets).flatMap(([target, { url, metrics }]): ObservedAddress[] =>
    metrics === undefined
      ? []
      : [{ target, url: metricsAddress(url, metrics.url), hasAuth: hasAuth(metrics), isWritten: false }],
  );
  const server = observe?.prometheus;
  if (server === undefined) return own;
  const isWritten = 'write' in server && server.write !== undefined;
  return [...own, { target: undefined, url: server.url, hasAuth: hasAuth(server), isWritten }];
}

/** Where a target tells its metrics; a path is one of the target itself. */
export function metricsAddress(targetUrl: string, metricsUrl: string): string {
  return metricsUrl.startsWith('/') ? originOf(targetUrl) + metricsUrl : metricsUrl;
}

/** Scheme, host and port as they are written, so that whoever reads them next reads the same. */
function originOf(url: string): string {
  return /^https?:\/\/[^/?#]*/.exec(url)?.[0] ?? url;
}

function hasAuth(endpoint: object): boolean {
  return 'auth' in endpoint && endpoint.auth !== undefined;
}
