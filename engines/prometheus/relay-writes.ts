/**
 * Takes what k6 writes, and brings it to the server. k6 by itself would follow redirects and send the credentials along
 * to other ports of the same host; here they go to one address and nowhere else, and k6 never has them.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask, authorization, type HttpAnswer } from '../host/bounded-http';
import type { PrometheusServer } from './api';

export interface WriteRelay {
  /** On this machine; it holds a word that nobody else knows. */
  readonly url: string;
  /** Why something did not reach the server, as last told; goes on from "the server …". */
  readonly fault: string | undefined;
  close(): void;
}

/** Two seconds of figures are some kilobytes. */
const maxBytes = 16 * 1024 * 1024;
const maxAnswerBytes = 64 * 1024;
const deadlineMs = 5000;

/** What the protocol says of the body. */
const passed = ['content-type', 'content-encoding', 'x-prometheus-remote-write-version', 'user-agent'];

/** @throws where this machine gives no port. */
export async function relayWrites({ url, credentials }: PrometheusServer): Promise<WriteRelay> {
  const word = randomBytes(16).toString('hex');
  const path = `/${word}/api/v1/write`;
  const base = url.pathname.endsWith('/') ? url : new URL(`${url.pathname}/`, url);
  const target = new URL('api/v1/write', base);
  let fault: string | undefined;
  const bring = async (request: IncomingMessage): Promise<HttpAnswer> => {
    const bytes = await readBody(request);
    if (bytes === undefined) return { ok: false, reason: 'was sent too much at once', body: '' };
    const headers = passed.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return ask({
      url: target,
      method: 'POST',
      headers: { ...Object.fromEntries(headers), ...authorization(credentials) },
      bytes,
      maxBytes: maxAnswerBytes,
      signal: AbortSignal.timeout(deadlineMs),
    });
  };
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    void bring(request).then((answer) => {
      if (!answer.ok) fault = answer.reason;
      response.writeHead(statusFor(answer)).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  // It must not keep alive a runner that is done.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    get fault() {
      return fault;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** k6 would follow a redirect by itself. */
function statusFor(answer: HttpAnswer): number {
  if (answer.ok) return 204;
  const { status } = answer;
  return status === undefined || status < 400 ? 502 : status;
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) return undefined;
      chunks.push(chunk as Buffer);
    }
  } catch {
    // k6 was ended in the middle of sending.
    return undefined;
  }
  return Buffer.concat(chunks);
}
