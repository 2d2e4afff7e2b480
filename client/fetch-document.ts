/** One bounded request for a document: by time, by size, and to no other address than the one that was asked for. */

export type Fetched =
  | { readonly kind: 'new'; readonly text: string; readonly etag: string | undefined }
  | { readonly kind: 'same' };

const longestMs = 5000;
export const mostBytes = 16 * 1024 * 1024;

/**
 * @param etag of what is known already.
 * @throws where there is no such document, or none within the bounds.
 */
export async function fetchDocument(
  address: string,
  etag: string | undefined,
  waitMs = longestMs,
): Promise<Fetched> {
  const signal = AbortSignal.timeout(waitMs);
  const response = await fetch(address, {
    // Another host was not approved of.
    redirect: 'error',
    signal,
    headers: {
      Accept: 'application/json, application/yaml;q=0.9, */*;q=0.1',
      ...(etag !== undefined && { 'If-None-Match': etag }),
    },
  });
  if (response.status === 304) return { kind: 'same' };
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  const text = await readBounded(response.body);
  return { kind: 'new', text, etag: response.headers.get('etag') ?? undefined };
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Error(`longer than ${mostBytes / 1024 / 1024} MiB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
