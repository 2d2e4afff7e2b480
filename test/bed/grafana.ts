/**
 * A server that keeps dashboards, data sources and annotations, and draws panels, as Grafana's HTTP interface is
 * documented to. It is no Grafana: none is to be had from a package registry.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';

interface Annotation {
  id: number;
  time: number;
  timeEnd: number;
  text: string;
  tags: string[];
}

export interface GrafanaBed {
  readonly url: string;
  readonly dashboards: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly annotations: readonly Annotation[];
  /** Requests that changed something, as method and path. */
  readonly writes: string[];
  /** What was asked to be drawn. */
  readonly drawn: URLSearchParams[];
  /** `missing`: told as such. `silent`: not told, and a picture of another size in place of each. */
  renderer: 'there' | 'missing' | 'silent';
  /** Answers in place of the usual ones, asked first. */
  interfere: (method: string, path: string) => Answer | undefined;
  stop(): void;
}

export type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

/** @param token what a request needs to bring. */
export async function startGrafanaBed(token: string): Promise<GrafanaBed> {
  const dashboards = new Map<string, Record<string, unknown>>();
  const sources: Record<string, unknown>[] = [];
  const annotations: Annotation[] = [];
  const writes: string[] = [];
  const drawn: URLSearchParams[] = [];

  const save = ({
    dashboard,
    overwrite,
  }: {
    dashboard: Record<string, unknown>;
    overwrite: boolean;
  }): Answer => {
    const uid = String(dashboard['uid']);
    const old = dashboards.get(uid);
    if (old !== undefined && !overwrite)
      return [412, { message: 'The dashboard has been changed by someone else' }];
    const version = Number(old?.['version'] ?? 0) + 1;
    // A server completes what it is given.
    dashboards.set(uid, { ...dashboard, id: dashboards.size + 1, version, liveNow: false });
    return [200, { id: 1, uid, url: `/d/${uid}`, status: 'success', version }];
  };

  const show = (found: Readonly<Record<string, unknown>> | undefined): Answer =>
    found === undefined ? [404, { message: 'Dashboard not found' }] : [200, { dashboard: found, meta: {} }];

  const patch = (id: number, changes: Partial<Annotation>): Answer => {
    const found = annotations.find((each) => each.id === id);
    if (found === undefined) return [404, { message: 'Annotation not found' }];
    Object.assign(found, changes);
    return [200, { message: 'Annotation patched' }];
  };

  const draw = (asked: URLSearchParams): Answer => {
    drawn.push(asked);
    const [width, height] = ['width', 'height'].map((name) => Number(asked.get(name)));
    // Without a renderer a server has one picture for all.
    return [200, bed.renderer === 'there' ? png(width ?? 0, height ?? 0) : png(440, 256)];
  };

  const answerPart = (method: string, url: URL, body: unknown): Answer | undefined => {
    const [, uid] = /^\/api\/dashboards\/uid\/(.+)$/.exec(url.pathname) ?? [];
    if (uid !== undefined) return show(dashboards.get(uid));
    const [, id] = /^\/api\/annotations\/(\d+)$/.exec(url.pathname) ?? [];
    if (id !== undefined && method === 'PATCH') return patch(Number(id), body as Partial<Annotation>);
    return url.pathname.startsWith('/render/d-solo/') ? draw(url.searchParams) : undefined;
  };

  const answer = (method: string, url: URL, body: unknown): Answer => {
    const part = answerPart(method, url, body);
    if (part !== undefined) return part;
    switch (`${method} ${url.pathname}`) {
      case 'GET /api/frontend/settings':
        return [200, { rendererAvailable: bed.renderer !== 'missing' }];
      case 'GET /api/datasources':
        return [200, sources];
      case 'POST /api/datasources': {
        const source = { ...(body as object), uid: `source-${sources.length + 1}` };
        sources.push(source);
        return [200, { datasource: source, id: sources.length, message: 'Datasource added' }];
      }
      case 'POST /api/dashboards/db':
        return save(body as Parameters<typeof save>[0]);
      case 'GET /api/annotations': {
        const wanted = url.searchParams.getAll('tags');
        return [200, annotations.filter(({ tags }) => wanted.every((tag) => tags.includes(tag)))];
      }
      case 'POST /api/annotations':
        annotations.push({ id: annotations.length + 1, ...(body as Omit<Annotation, 'id'>) });
        return [200, { message: 'Annotation added', id: annotations.length }];
      default:
        return [404, { message: 'Not found' }];
    }
  };

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const method = request.method ?? 'GET';
      const url = new URL(request.url ?? '/', 'http://bed');
      if (request.headers.authorization !== `Bearer ${token}`) {
        send(response, [401, { message: 'Invalid API key' }]);
        return;
      }
      const instead = bed.interfere(method, url.pathname);
      if (instead !== undefined) {
        send(response, instead);
        return;
      }
      if (method !== 'GET') writes.push(`${method} ${url.pathname}`);
      send(response, answer(method, url, body === '' ? undefined : JSON.parse(body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bed: GrafanaBed = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ dashboards, annotations, writes, drawn, renderer: 'there', interfere: () => undefined },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return bed;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, [status, body, headers = {}]: Answer): void {
  const isPicture = body instanceof Uint8Array;
  response
    .writeHead(status, { 'content-type': isPicture ? 'image/png' : 'application/json', ...headers })
    .end(isPicture ? body : JSON.stringify(body));
}

/** An empty picture of that size, in a blue that can be told from a page. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(3 * width, Buffer.from([50, 110, 200]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const chunks = [chunkOf('IHDR', header), chunkOf('IDAT', pixels), chunkOf('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

function chunkOf(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
