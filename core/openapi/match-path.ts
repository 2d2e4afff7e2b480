/** Which paths of a document a path of a plan can stand for. */
import { segmentsOf, type Api, type ApiPath } from './document';

/** Stands in the path of a plan for what is known only when it runs. */
export const hole = '\0';

export interface PathMatch {
  /** The paths that are meant for all that the plan says: one, or several that cannot be told apart. */
  readonly paths: readonly ApiPath[];
  /** Whether the path may be one of the document's: what a hole stands for may hold slashes. */
  readonly isPossible: boolean;
}

/** Longer paths are not compared. */
const mostSegments = 40;

/**
 * @param basePath what the address of the target has behind its host.
 * @param path with `hole` for each `${…}`, without a query.
 */
export function matchPath(api: Api, basePath: string, path: string): PathMatch {
  const known = matches.get(api) ?? new Map<string, PathMatch>();
  matches.set(api, known);
  const key = `${basePath} ${path}`;
  const found = known.get(key) ?? findPath(api, basePath, path);
  if (known.size > mostKnown) known.clear();
  known.set(key, found);
  return found;
}

/** Plans are read anew at every key, and documents have thousands of paths. */
const matches = new WeakMap<Api, Map<string, PathMatch>>();
const mostKnown = 5000;

function findPath(api: Api, basePath: string, path: string): PathMatch {
  const forms = formsOf(api, basePath, path).map(segmentsOf);
  if (forms.some((segments) => segments.length > mostSegments)) return { paths: [], isPossible: true };
  const open = forms.filter((segments) => segments.includes(hole));
  let best: Rank | undefined;
  let paths: ApiPath[] = [];
  let isPossible = false;
  for (const apiPath of api.paths) {
    const { segments: template } = apiPath;
    const ranks = forms.flatMap((segments) => rank(segments, template) ?? []);
    const [own] = ranks.sort(compare);
    isPossible ||= own !== undefined || open.some((segments) => spans(segments, template));
    if (own === undefined) continue;
    const order = best === undefined ? -1 : compare(own, best);
    if (order < 0) paths = [];
    if (order > 0) continue;
    best = own;
    paths.push(apiPath);
  }
  return { paths: best !== undefined && best.guesses > 0 ? [] : withRivals(paths, forms, api), isPossible };
}

/** A path whose hole could as well be a word of another path is not told apart from it. */
function withRivals(paths: readonly ApiPath[], forms: readonly string[][], api: Api): readonly ApiPath[] {
  if (paths.length === 0) return paths;
  const rivals = api.paths.filter(({ segments: template }) =>
    forms.some((segments) => (rank(segments, template)?.guesses ?? 0) > 0),
  );
  return [...paths, ...rivals.filter((path) => !paths.includes(path))];
}

/** With and without what the target, or a server of the document, puts before its paths. */
function formsOf(api: Api, basePath: string, path: string): readonly string[] {
  const whole = [...new Set([path, basePath + path])];
  const stripped = api.basePaths.flatMap((base) =>
    base === '' ? [] : whole.flatMap((one) => (one.startsWith(`${base}/`) ? one.slice(base.length) : [])),
  );
  return [...new Set([...whole, ...stripped, ...(api.isBaseOpen ? endsOf(path) : [])])];
}

function endsOf(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(index));
}

interface Rank {
  /** Holes that would have to be just the word that the document has there. */
  readonly guesses: number;
  /** For each segment whether it is the same word, from the left. */
  readonly words: string;
}

/** A path without variables is meant before one that has some. */
function compare(left: Rank, right: Rank): number {
  return left.guesses - right.guesses || (left.words > right.words ? -1 : left.words < right.words ? 1 : 0);
}

function rank(path: readonly string[], template: readonly string[]): Rank | undefined {
  if (path.length !== template.length) return undefined;
  let guesses = 0;
  let words = '';
  for (const [index, own] of path.entries()) {
    const fit = compareSegments(own, template[index] ?? '');
    if (fit === 'other') return undefined;
    if (fit === 'guess') guesses += 1;
    words += fit === 'same' ? '1' : '0';
  }
  return { guesses, words };
}

function compareSegments(own: string, template: string): 'same' | 'captured' | 'guess' | 'other' {
  const isVariable = /\{[^}]*\}/.test(template);
  if (own.includes(hole)) {
    if (isVariable) return 'captured';
    return wildcard(own.split(hole)).test(template) ? 'guess' : 'other';
  }
  if (!isVariable) return own === template ? 'same' : 'other';
  return wildcard(template.split(/\{[^}]*\}/)).test(own) ? 'captured' : 'other';
}

/** Texts with anything, but something, between them. */
function wildcard(texts: readonly string[]): RegExp {
  const escaped = texts.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('[^]+?')}$`);
}

/** Whether a hole that is a whole segment could stand for several. */
function spans(path: readonly string[], template: readonly string[]): boolean {
  const [own, ...rest] = path;
  if (own === undefined) return template.length === 0;
  if (own === hole) return template.some((_, index) => spans(rest, template.slice(index + 1)));
  const [first, ...more] = template;
  return first !== undefined && compareSegments(own, first) !== 'other' && spans(rest, more);
}

/** What stands before the paths of the document where a plan writes them. */
export function prefixOf(api: Api, basePath: string): string {
  const [base = ''] = api.basePaths;
  if (api.isBaseOpen || base === '') return '';
  return base.startsWith(basePath) ? base.slice(basePath.length) : '';
}
