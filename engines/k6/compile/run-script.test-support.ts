/** Runs the outer part of a generated script here, in place of k6, so that tests can look at what it would send. */
import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly params: {
    readonly headers?: Record<string, string>;
    readonly cookies?: Record<string, string>;
    readonly tags: { readonly name: string };
  };
}

export interface RunScript {
  readonly options: { scenarios: Record<string, { exec: string }>; blacklistIPs: string[] };
  /** Runs one iteration of a scenario, whose requests all get this answer. */
  iterate(scenario: string, answer?: { status: number; json: unknown }): SentRequest[];
  /** Global names that the script made. */
  readonly globals: readonly string[];
}

/** Every value from outside is `x`; every feed has the given rows. */
export function runScript(script: string, rows: readonly unknown[] = [{}]): RunScript {
  const { code } = transformSync(script, { format: 'cjs' });
  const exported: Record<string, unknown> = {};
  const sent: SentRequest[] = [];
  const answer = { status: 200, json: {} as unknown };
  const http = httpModule(sent, answer);
  const modules: Record<string, unknown> = {
    k6: { sleep: () => undefined },
    'k6/http': { default: http, __esModule: true },
    'k6/execution': { default: { scenario: { iterationInTest: 0 }, test: {} }, __esModule: true },
    'k6/x/drain': { default: { watch: () => undefined, left: () => Infinity }, __esModule: true },
    'k6/x/oauth2': {
      default: { client: () => ({ get: () => 'token', reject: () => undefined }) },
      __esModule: true,
    },
    'k6/x/secure': {
      default: { configure: () => undefined, use: () => undefined },
      __esModule: true,
    },
    'k6/x/sse': { default: sseModule(sent, answer), __esModule: true },
    'k6/ws': { default: { connect: () => ({ status: 101, headers: {} }) }, __esModule: true },
    'k6/net/grpc': { default: { Client: GrpcClient, Stream: GrpcStream }, __esModule: true },
    'k6/x/messages': { default: { start: () => clock }, __esModule: true },
    'k6/encoding': { default: { b64encode: (pair: string) => `[${pair}]` }, __esModule: true },
    'k6/metrics': { Gauge: metric, Trend: metric },
  };
  const global = {
    module: { exports: exported },
    // A function of the author returns the values that it is given.
    require: (name: string) => modules[name] ?? authorsModule,
    open: () => JSON.stringify(rows),
    crypto: { randomUUID: () => 'uuid' },
    __ENV: new Proxy({}, { get: () => 'x' }),
    __VU: 1,
    __ITER: 0,
    console,
  };
  const before = new Set(Object.keys(global));
  // Sloppy mode would let a script make globals by mistake; k6 runs modules in strict mode.
  runInNewContext(`'use strict'; (function () {\n${code}\n})();`, global, { timeout: 5000 });
  const script_ = global.module.exports as { options: RunScript['options'] } & Record<string, () => void>;
  return {
    options: JSON.parse(JSON.stringify(script_.options)) as RunScript['options'],
    globals: Object.keys(global).filter((name) => !before.has(name)),
    iterate(scenario, wished) {
      sent.length = 0;
      Object.assign(answer, wished);
      script_[script_.options.scenarios[scenario]?.exec ?? '']?.();
      return [...sent];
    },
  };
}

const authorsModule = new Proxy({}, { get: () => (given: unknown) => given });

/** Knows the methods of the golden plans. */
class GrpcClient {
  load(): unknown {
    const method = (name: string, hasStreams: boolean) => ({
      ...{ full_method: `/shop.v1.Shop/${name}`, is_server_stream: hasStreams },
      is_client_stream: name === 'Talk',
    });
    const [plain, streams] = [
      ['Find', 'Buy'],
      ['Watch', 'Talk'],
    ] as const;
    return [...plain.map((name) => method(name, false)), ...streams.map((name) => method(name, true))];
  }
}

/** Never answers. */
class GrpcStream {
  on(): void {}
  write(): void {}
  end(): void {}
}

const clock = { mark: () => undefined, passed: () => 0, measure: () => undefined };

function metric(this: { add: () => void }): void {
  this.add = () => undefined;
}

function sseModule(sent: SentRequest[], answer: { status: number; json: unknown }): Record<string, unknown> {
  return {
    stream: (
      method: string,
      url: string,
      body: unknown,
      params: SentRequest['params'],
      until: (data: string) => boolean = () => true,
    ) => {
      sent.push({ method, url, body, params });
      const timings = { blocked: 0, connecting: 0, tls_handshaking: 0, duration: 0 };
      const events = [JSON.stringify(answer.json)];
      const { status } = answer;
      const isComplete = events.some((data) => until(data));
      return { status, headers: {}, body: '', events, isComplete, timings, measure: () => undefined };
    },
  };
}

function httpModule(sent: SentRequest[], answer: { status: number; json: unknown }): Record<string, unknown> {
  const reply = (method: string, url: string, body: unknown, params: SentRequest['params']) => {
    sent.push({ method, url, body, params });
    const timings = { blocked: 0, duration: 0 };
    return { status: answer.status, timings, headers: {}, body: '', json: () => answer.json };
  };
  const withBody = (method: string) => (url: string, body: unknown, params: SentRequest['params']) =>
    reply(method, url, body, params);
  const bare = (method: string) => (url: string, params: SentRequest['params']) =>
    reply(method, url, undefined, params);
  return {
    get: bare('get'),
    head: bare('head'),
    post: withBody('post'),
    put: withBody('put'),
    patch: withBody('patch'),
    del: withBody('delete'),
    options: withBody('options'),
    expectedStatuses: () => null,
    file: (data: unknown, name: string, type?: string) => ({ data, name, type }),
  };
}
