/** The path of a document that a path of a plan was most likely meant to be. */
import { prefixOf } from '../openapi/match-path';
import type { ApiStep } from './api-steps';
import { closest } from './similar';

/** What the author wrote, with its references and its query, and with the words of the document; if one is nearest. */
export function nearestPath({ api, target, written }: ApiStep): string | undefined {
  const prefix = prefixOf(api, target.basePath);
  const [, path = '', query = ''] = /^([^?#]*)(.*)$/.exec(written) ?? [];
  const own = path.split('/');
  let fewest = Infinity;
  let found: string[] = [];
  for (const { template } of api.paths) {
    const near = nearSegments(own, (prefix + template).split('/'));
    if (near === undefined || near.changes > fewest) continue;
    if (near.changes < fewest) found = [];
    fewest = near.changes;
    found.push(near.path + query);
  }
  const [only, ...others] = new Set(found);
  return others.length === 0 ? only : undefined;
}

function nearSegments(
  own: readonly string[],
  template: readonly string[],
): { readonly path: string; readonly changes: number } | undefined {
  // A slash at the end is easily one too many, or one too few.
  const sized = own.at(-1) === '' && own.length === template.length + 1 ? own.slice(0, -1) : own;
  const isLonger = template.at(-1) === '' && template.length === sized.length + 1;
  const compared = isLonger ? [...sized, ''] : sized;
  if (compared.length !== template.length) return undefined;
  let changes = compared === own ? 0 : 1;
  const words: string[] = [];
  for (const [index, word] of compared.entries()) {
    const wanted = template[index] ?? '';
    if (word === wanted || /^\{[^{}]*\}$/.test(wanted)) words.push(word);
    else if (closest(word, [wanted]) === wanted) {
      changes += 1;
      words.push(wanted);
    } else return undefined;
  }
  return { path: words.join('/'), changes };
}
