import { readFileSync } from 'node:fs';
import { readApi } from '../../core/openapi/document';
import type { ApiReading, ReadApi } from '../../core/plan/api-source';

const folder = new URL('../fixtures/openapi/', import.meta.url);

export function apiText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

/** Reads documents by the ends of their names, always with the same answer. */
export function readingApis(texts: Readonly<Record<string, string>>): ReadApi {
  const readings = new Map<string, ApiReading>();
  for (const [name, text] of Object.entries(texts)) {
    const reading = readApi(text);
    readings.set(name, reading.ok ? { ...reading, id: `file:///work/${name}`, text } : reading);
  }
  return (source) => {
    const name = source.kind === 'file' ? source.path : source.url;
    return [...readings].find(([known]) => name.endsWith(known))?.[1];
  };
}

/** The document of the demo system, and one of our own that is made to be difficult. */
export const knownApis: ReadApi = readingApis({
  'openapi.json': apiText('gateway.json'),
  'shop.yaml': apiText('shop.yaml'),
  'old.json': apiText('swagger.json'),
  'broken.yaml': 'openapi: 3.1.0\npaths: [',
});
