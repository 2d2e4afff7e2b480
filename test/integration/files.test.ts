/** Files that a plan brings along, used by the real k6. */
import { expect, test } from 'vitest';
import { check, json, received, server } from './compiled-run';

test('a function of the author is given values, and what it returns is known to the steps after it', async () => {
  const run = await check({
    rows: { users: [{ name: 'Ada "É"' }] },
    files: {
      'lib/sign.js': `import http from 'k6/http';
let calls = 0;
export function sign({ name, list }) {
  calls += 1;
  return { signature: name + ':' + list.length, nothing: calls === 2 ? undefined : calls };
}
export const ping = ({ url }) => { http.get(url, { tags: { name: 'ping' } }); };`,
    },
    plan: `data: { users: { file: users.json } }
scenarios:
  s:
    steps:
      - script: lib/sign.js#sign
        with: { name: '\${users.name}', list: [1, '\${vu}'] }
        capture: [signature, nothing]
      - { get: '/signed/\${signature}/\${nothing}', name: signed }
      - { script: lib/sign.js#ping, with: { url: '${server.url}/ping' } }
phases: { p: { scenarios: [s], rate: 4/s, for: 1s, maxUsers: 1 } }`,
  });
  const signed = received.filter(({ url }) => url.startsWith('/signed'));
  expect(decodeURIComponent(signed[0]!.url)).toBe('/signed/Ada "É":2/1');
  // The second call returned no value, so its iteration ended there.
  expect(signed.map(({ url }) => url.split('/').at(-1))).toEqual(
    ['1', '3', '4', '5'].slice(0, signed.length),
  );
  expect(received.filter(({ url }) => url === '/ping').length).toBe(signed.length);
  expect(run.requests.map(({ step }) => step)).toContain('ping');
  expect(run.log).toContain('does not return every value to capture');
});

test('files are uploaded byte for byte, under their own names', async () => {
  server.answer = (_, response) => {
    json(response, {});
  };
  const bytes = Buffer.from([0, 255, 13, 10, 45, 45, 128]);
  await check({
    rows: { users: [{ name: 'Ada' }] },
    files: { 'media/a-é.bin': bytes },
    plan: `data: { users: { file: users.json } }
scenarios:
  s:
    steps:
      - post: /upload
        multipart: { title: 'by \${users.name}', n: 3, photo: { file: 'media/a-é.bin', type: image/x } }
phases: { p: { scenarios: [s], rate: 1/s, for: 1s, maxUsers: 1 } }`,
  });
  const { headers, raw } = received[0]!;
  expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  const form = await new Response(Uint8Array.from(raw), {
    headers: { 'Content-Type': headers['content-type']! },
  }).formData();
  expect([form.get('title'), form.get('n')]).toEqual(['by Ada', '3']);
  const photo = form.get('photo') as File;
  expect(photo.type).toBe('image/x');
  expect(Buffer.from(await photo.arrayBuffer())).toEqual(bytes);
});
