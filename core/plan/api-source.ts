/** Where the OpenAPI document of a target comes from. */
import type { Api } from '../openapi/document';
import { childOf, entriesOf, textOf, type PlanNode } from './tree';
import type { TextRange } from '../problems';

/** A file of the workspace, named relative to the plan, or what is found under an address. */
export type ApiSource =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'address'; readonly url: string };

export type ApiReading =
  | {
      readonly ok: true;
      readonly api: Api;
      /** A path or a URI of the file with the text, as the one who reads files names it, where there is one. */
      readonly id: string | undefined;
      readonly text: string;
    }
  /** `reason` ends a sentence about the document. */
  | { readonly ok: false; readonly reason: string };

/** Asked again for the same source, it answers with the same reading. `undefined`: nothing is known of it, or not yet. */
export type ReadApi = (source: ApiSource) => ApiReading | undefined;

/** @param written the value of `openapi`: a file, a path of the target, or a whole address. */
function apiSource(url: string, written: string): ApiSource | undefined {
  if (/^https?:\/\//.test(written)) return { kind: 'address', url: written };
  if (!written.startsWith('/')) return { kind: 'file', path: written };
  const origin = /^https?:\/\/[^/?#]+/.exec(url)?.[0];
  return origin === undefined ? undefined : { kind: 'address', url: origin + written };
}

/** A target with the document that it names. */
export interface TargetApi {
  readonly target: string;
  readonly source: ApiSource;
  /** Of the value of `openapi`. */
  readonly range: TextRange;
  /** What the address of the target has behind its host, without a slash at the end. */
  readonly basePath: string;
  readonly reading: ApiReading | undefined;
}

export function readApis(root: PlanNode, read: ReadApi | undefined): ReadonlyMap<string, TargetApi> {
  const found = new Map<string, TargetApi>();
  if (read === undefined) return found;
  for (const { key, value } of entriesOf(childOf(root, 'targets'))) {
    const written = childOf(value, 'openapi');
    const text = textOf(written);
    const url = textOf(childOf(value, 'url')) ?? '';
    if (written === undefined || text === undefined || text === '') continue;
    const source = apiSource(url, text);
    if (source === undefined) continue;
    const basePath = url.replace(/^https?:\/\/[^/]*/, '').replace(/\/+$/, '');
    found.set(key, { target: key, source, range: written.range, basePath, reading: read(source) });
  }
  return found;
}
