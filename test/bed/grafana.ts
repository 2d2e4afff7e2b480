/**
 * A server that keeps dashboards, data sources and annotations as Grafana's HTTP interface is documented to. It is no
 * Grafana: none is to be had from a package registry.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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
  stop(): void;
}

type Answer = readonly [status: number, body: unknown];

/** @param token what a request needs to bring. */
export async function startGrafanaBed(token: string): Promise<GrafanaBed> {
  const dashboards = new Map<string, Record<string, unknown>>();
  const sources: Record<string, unknown>[] = [];
  const annotations: Annotation[] = [];
  const writes: string[] = [];

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

  const answer = (method: string, url: URL, body: unknown): Answer => {
    const [, uid] = /^\/api\/dashboards\/uid\/(.+)$/.exec(url.pathname) ?? [];
    if (uid !== undefined) return show(dashboards.get(uid));
    const [, id] = /^\/api\/annotations\/(\d+)$/.exec(url.pathname) ?? [];
    if (id !== undefined && method === 'PATCH') return patch(Number(id), body as Partial<Annotation>);
    switch (`${method} ${url.pathname}`) {
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
      if (method !== 'GET') writes.push(`${method} ${url.pathname}`);
      send(response, answer(method, url, body === '' ? undefined : JSON.parse(body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ dashboards, annotations, writes },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, [status, body]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
