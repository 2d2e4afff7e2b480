/** Tokens that a target gets from a token service, by our module `k6/x/oauth2`. */
import { oauth2Of } from '../../../core/plan/addresses';
import { formatDuration } from '../../../core/plan/units';
import { layOut, object, quote, type Entry } from './code';
import type { Draft } from './draft';
import { textValue, type TextValue } from './values';

/** The identifier of what gives the tokens of a target. */
export function tokensOf(draft: Draft, target: string): string | undefined {
  const known = draft.tokens.get(target);
  const settings = draft.plan.targets[target];
  const wish = settings === undefined ? undefined : oauth2Of(settings);
  if (known !== undefined || wish === undefined) return known;
  const textOf = (key: 'client' | 'secret' | 'scope' | 'audience'): TextValue => {
    const path = ['targets', target, 'auth', 'oauth2', key];
    return textValue({ draft, scope: new Map(), path }, wish[key] ?? '');
  };
  const entries: Entry[] = [
    ['name', quote(target)],
    ['url', quote(wish.url)],
    ['id', textOf('client').code],
    ['secret', textOf('secret').code],
  ];
  if (wish.scope !== undefined) entries.push(['scope', textOf('scope').code]);
  if (wish.audience !== undefined) entries.push(['audience', textOf('audience').code]);
  entries.push(['credentials', quote(wish.credentials)], ['timeout', quote(formatDuration(wish.timeout))]);
  const identifier = draft.identifiers.give(`${target}-tokens`);
  draft.imports.add('oauth2');
  draft.constants.push(layOut(`const ${identifier} = oauth2.client(`, object(entries), ');'));
  draft.tokens.set(target, identifier);
  return identifier;
}
