/** Reads k6's JSON output, one line per sample, back into whole requests. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface ExactRequest {
  /** Start and end in nanoseconds since the epoch. */
  readonly startNs: bigint;
  /** What the user waited for. */
  readonly tookMs: number;
}

interface Line {
  readonly type: string;
  readonly metric: string;
  readonly data: { readonly time: string; readonly value: number };
}

/** @returns every request of the file, and the time of the sample that marks the start of the load. */
export async function readSamples(file: string): Promise<{ requests: ExactRequest[]; loadStartNs: bigint }> {
  const requests: ExactRequest[] = [];
  let loadStartNs = 0n;
  let parts = new Map<string, number>();
  let endNs = 0n;
  const close = (): void => {
    if (parts.has('http_reqs')) requests.push(requestOf(parts, endNs));
    parts = new Map();
  };
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const { type, metric, data } = JSON.parse(text) as Line;
    if (type !== 'Point') continue;
    if (metric === 'load_start') loadStartNs = nanoseconds(data.time);
    // The samples of one request are written one after the other, and this is the first of them.
    if (metric === 'http_reqs') {
      close();
      endNs = nanoseconds(data.time);
    }
    if (metric.startsWith('http_req')) parts.set(metric, data.value);
  }
  close();
  return { requests, loadStartNs };
}

/** As the output defines it: from asking for a connection to the last byte. */
function requestOf(parts: ReadonlyMap<string, number>, endNs: bigint): ExactRequest {
  const ms = (name: string): number => parts.get(`http_req_${name}`) ?? NaN;
  const tookMs = Math.max(ms('blocked'), ms('connecting') + ms('tls_handshaking')) + ms('duration');
  return { startNs: endNs - BigInt(Math.round(tookMs * 1e6)), tookMs };
}

/** RFC 3339 with up to nine digits of a second; a Date would keep three. */
function nanoseconds(time: string): bigint {
  const [, seconds = '', fraction = '', zone = ''] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return BigInt(Date.parse(seconds + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
