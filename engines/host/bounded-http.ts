/** One answer over HTTP, within bounds of time and size. Redirects are not followed, and no proxy is used. */
import http from 'node:http';
import https from 'node:https';

export interface HttpQuestion {
  readonly url: URL;
  /** A local socket in place of a host, as of a container engine. */
  readonly socketPath?: string;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as JSON, in place of a form. */
  readonly json?: unknown;
  /** Sent as it is, under the headers that the caller gives. */
  readonly bytes?: Uint8Array;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Takes each piece of a successful answer as it comes, in place of keeping all of them. */
  readonly onChunk?: (chunk: Buffer) => void;
}

export type HttpAnswer =
  | {
      readonly ok: true;
      readonly body: string;
      /** What the clock of the server said, to the second; milliseconds since the epoch. */
      readonly dateMs: number | undefined;
    }
  /** `status` is absent where there was no whole answer. `reason` goes on from "it …". */
  | { readonly ok: false; readonly status?: number; readonly reason: string; readonly body: string };

/** Enough of a refusal to name its cause. */
const maxRefusalBytes = 4096;

/** It never rejects. */
export function ask(question: HttpQuestion): Promise<HttpAnswer> {
  const { url, signal } = question;
  const sent = bodyOf(question);
  return new Promise((resolve) => {
    const fail = (reason: string, status?: number, text = ''): void => {
      resolve({ ok: false, reason, body: text, ...(status !== undefined && { status }) });
    };
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: question.method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: {
        ...question.headers,
        ...(sent !== undefined && {
          ...(sent.type !== undefined && { 'content-type': sent.type }),
          'content-length': Buffer.byteLength(sent.body),
        }),
      },
      ...(question.socketPath !== undefined && { socketPath: question.socketPath }),
      agent: false,
      signal,
    });
    request.on('error', (error) => {
      fail(signal.aborted ? 'did not answer in time' : whyUnreachable(error));
    });
    request.on('response', (response) => {
      readAnswer(response, question, resolve, fail);
    });
    request.end(sent?.body);
  });
}

interface SentBody {
  readonly type?: string;
  readonly body: string | Uint8Array;
}

function bodyOf({ form, json, bytes }: HttpQuestion): SentBody | undefined {
  if (bytes !== undefined) return { body: bytes };
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) };
  if (form === undefined) return undefined;
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() };
}

function readAnswer(
  response: http.IncomingMessage,
  { maxBytes, signal, onChunk }: HttpQuestion,
  resolve: (answer: HttpAnswer) => void,
  fail: (reason: string, status?: number, text?: string) => void,
): void {
  const status = response.statusCode ?? 0;
  const isGood = status >= 200 && status < 300;
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > (isGood ? maxBytes : maxRefusalBytes)) {
      if (isGood) fail(`answered with more than ${Math.round(maxBytes / 1024)} KiB`, status);
      else fail(refusal(response), status, Buffer.concat(chunks).toString());
      response.destroy();
      return;
    }
    if (isGood && onChunk !== undefined) onChunk(chunk);
    else chunks.push(chunk);
  });
  const tell = (error: Error): void => {
    fail(signal.aborted ? 'did not answer in time' : `broke off its answer: ${error.message}`);
  };
  response.on('error', tell);
  // A connection that closes in the middle of an answer has no other event in every version of Node.
  response.on('close', () => {
    if (!response.complete) fail(signal.aborted ? 'did not answer in time' : 'broke off its answer');
  });
  response.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    if (!isGood) fail(refusal(response), status, body);
    else resolve({ ok: true, body, dateMs: dateOf(response) });
  });
}

function dateOf({ headers }: http.IncomingMessage): number | undefined {
  const ms = Date.parse(headers.date ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function refusal({ statusCode = 0, headers }: http.IncomingMessage): string {
  if (statusCode < 300 || statusCode >= 400 || headers.location === undefined)
    return `answered ${statusCode}`;
  return `answered ${statusCode}, a redirect to ${headers.location.slice(0, 200)}, which is not followed`;
}

function whyUnreachable(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ECONNREFUSED':
      return 'cannot be reached: nothing listens there';
    case 'ENOTFOUND':
      return 'cannot be reached: its name is not known';
    case 'ENOENT':
      return 'is not there';
    case 'EACCES':
      return 'may not be read by this user';
    default:
      return `cannot be reached: ${error.message}`;
  }
}

/** Names and passwords, ready to be sent; never to be told. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export function authorization(credentials: Credentials): Record<string, string> {
  switch (credentials.kind) {
    case 'none':
      return {};
    case 'basic': {
      const pair = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
      return { authorization: `Basic ${pair}` };
    }
    case 'bearer':
      return { authorization: `Bearer ${credentials.token}` };
  }
}
