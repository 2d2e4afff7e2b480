import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchDocument, mostBytes } from './fetch-document';

let server: Server;

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a document', () => {
  test('is fetched, and not again while it is the same', async () => {
    const address = await serve((request, response) => {
      const isKnown = request.headers['if-none-match'] === '"1"';
      response.writeHead(isKnown ? 304 : 200, { etag: '"1"' }).end(isKnown ? undefined : '{"a": "ä"}');
    });
    expect(await fetchDocument(address, undefined)).toEqual({ kind: 'new', text: '{"a": "ä"}', etag: '"1"' });
    expect(await fetchDocument(address, '"1"')).toEqual({ kind: 'same' });
  });

  test('is not looked for where a redirect leads', async () => {
    const asked: (string | undefined)[] = [];
    const address = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await expect(fetchDocument(address, undefined)).rejects.toThrow();
    expect(asked).toEqual(['/openapi.json']);
  });

  test('is given up where it takes too long, is too long, or is not there', async () => {
    const silent = await serve(() => undefined);
    await expect(fetchDocument(silent, undefined, 50)).rejects.toThrow();
    server.closeAllConnections();
    server.close();
    const endless = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      let sent = 0;
      const more = (): void => {
        while (!response.destroyed && sent <= mostBytes * 2) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    await expect(fetchDocument(endless, undefined)).rejects.toThrow('longer than 16 MiB');
    server.closeAllConnections();
    server.close();
    const missing = await serve((_, response) => response.writeHead(404).end('no'));
    await expect(fetchDocument(missing, undefined)).rejects.toThrow('status 404');
  });
});
