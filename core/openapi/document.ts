/**
 * An OpenAPI document (3.0, 3.1, Swagger 2), as far as a plan needs it. What the document does not say, or says in a
 * way that is not followed here, is not known: nothing is concluded from it.
 */
import { t } from '@vscode/l10n';
import { asList, asMap, asText, below, entriesIn, type Json } from './json';
import { readData } from './read-text';

export interface ApiPath {
  /** As the document writes it: `/tasks/{task_id}`. */
  readonly template: string;
  /** Its parts between slashes, decoded. */
  readonly segments: readonly string[];
  /** What the document says of it, with its references followed. */
  readonly item: Json;
}

export interface Api {
  readonly title: string;
  readonly isSwagger: boolean;
  readonly root: Json;
  /** What servers put before the paths, without a slash at the end; the empty text where they put nothing. */
  readonly basePaths: readonly string[];
  /** A server's own path has variables, so that anything may stand before the paths. */
  readonly isBaseOpen: boolean;
  readonly paths: readonly ApiPath[];
}

export type ApiText =
  | { readonly ok: true; readonly api: Api }
  /** `reason` ends a sentence about the document. */
  | { readonly ok: false; readonly reason: string };

/** Never throws. */
export function readApi(text: string): ApiText {
  const reading = readData(text);
  if (!reading.ok) return reading;
  const root = asMap(reading.data);
  const isSwagger = versionOf(root, 'swagger').startsWith('2');
  const version = versionOf(root, 'openapi');
  if (root === undefined || (!isSwagger && !/^3\.[01](\.|$)/.test(version)))
    return { ok: false, reason: t('is no OpenAPI document of version 3.0 or 3.1, and no Swagger 2') };
  const servers = isSwagger ? [asText(below(root, 'basePath')) ?? ''] : serverUrls(root);
  const bases = servers.map(pathOfServer);
  const paths = entriesIn(below(root, 'paths')).flatMap(([template, value]) => {
    const item = template.startsWith('/') ? asMap(resolve(root, value)) : undefined;
    return item === undefined ? [] : [{ template, segments: segmentsOf(template), item }];
  });
  return {
    ok: true,
    api: {
      title: asText(below(below(root, 'info'), 'title')) ?? '',
      isSwagger,
      root,
      basePaths: [...new Set(bases.length === 0 ? [''] : bases)],
      isBaseOpen: bases.some((base) => base.includes('{')),
      paths,
    },
  };
}

/** YAML reads a version without quotes as a number. */
function versionOf(root: Json | undefined, key: string): string {
  const value = below(root, key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The parts of a path, with what is written in percent decoded. */
export function segmentsOf(path: string): string[] {
  return path.split('/').slice(1).map(decoded);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign is a character like any other.
    return text;
  }
}

function serverUrls(root: Json): string[] {
  return asList(below(root, 'servers')).map((server) => asText(below(server, 'url')) ?? '');
}

/** A server is told by an address, or by a path below that of the document. */
function pathOfServer(url: string): string {
  return url.replace(/^[^/]*:\/\/[^/]*/, '').replace(/[/\s]+$/, '');
}

/** Longer chains of references are not followed. */
const mostHops = 32;

/** What a value stands for; `undefined` where a reference leads out of the document, nowhere, or in a circle. */
export function resolve(root: Json, value: unknown): unknown {
  let found = value;
  for (let hops = 0; hops < mostHops; hops += 1) {
    const reference = below(asMap(found), '$ref');
    if (reference === undefined) return found;
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
    found = pointerOf(reference).reduce<unknown>(below, root);
    if (found === undefined) return undefined;
  }
  return undefined;
}

/** The keys from the root to what a local reference leads to. */
function pointerOf(reference: string): readonly string[] {
  return reference
    .slice(2)
    .split('/')
    .map((token) => decoded(token.replaceAll('~1', '/').replaceAll('~0', '~')));
}
