import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { relayWrites, type WriteRelay } from './relay-writes';

const servers: Server[] = [];
let relay: WriteRelay | undefined;
afterEach(() => {
  relay?.close();
  for (const server of servers.splice(0)) server.close();
});

interface Heard {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function listen(
  answer: (response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
    request.on('end', () => {
      heard.push({ url: request.url, headers: request.headers, body });
      answer(response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

async function send(to: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(to, {
    method: 'POST',
    redirect: 'follow',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', ...headers },
    body: new Uint8Array([0, 200, 255]),
  });
  return answer.status;
}

const credentials = { kind: 'bearer', token: 'opensesame' } as const;

test('what is written reaches the server as it is, with the credentials that the writer does not have', async () => {
  const { url, heard } = await listen((response) => response.writeHead(200).end('fine'));
  relay = await relayWrites({ url: new URL(`${url}/below`), credentials });
  expect(await send(relay.url)).toBe(204);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatchObject({ url: '/below/api/v1/write', body: '\u0000\u00c8\u00ff' });
  expect(heard[0]?.headers).toMatchObject({
    authorization: 'Bearer opensesame',
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf',
  });
  expect(relay.fault).toBeUndefined();
});

test.each([301, 302, 307, 308])('a redirect with %i is followed by nobody', async (status) => {
  const elsewhere = await listen((response) => response.end());
  const { url } = await listen((response) =>
    response.writeHead(status, { location: `${elsewhere.url}/api/v1/write` }).end(),
  );
  relay = await relayWrites({ url: new URL(url), credentials });
  expect(await send(relay.url)).toBe(502);
  expect(elsewhere.heard).toEqual([]);
  expect(relay.fault).toMatch(/answered 30., a redirect to .*, which is not followed/);
});

test('refusals are passed on with their status, and a server that is not there is a 502', async () => {
  const { url } = await listen((response) => response.writeHead(429).end());
  relay = await relayWrites({ url: new URL(url), credentials });
  expect(await send(relay.url)).toBe(429);
  relay.close();
  relay = await relayWrites({ url: new URL('http://127.0.0.1:1'), credentials });
  expect(await send(relay.url)).toBe(502);
  expect(relay.fault).toMatch(/nothing listens there/);
});

test('whoever does not know its word writes nothing', async () => {
  const { url, heard } = await listen((response) => response.end());
  relay = await relayWrites({ url: new URL(url), credentials });
  expect(await send(`${new URL(relay.url).origin}/api/v1/write`)).toBe(404);
  expect(heard).toEqual([]);
});
