/** How the connections to targets are made, as settings of our module `k6/x/secure`. */
import { oauth2Of } from '../../../core/plan/addresses';
import type { Tls } from '../../../core/plan/schema';
import { formatEndpoint, readTarget } from '../../../core/run/target';
import { layOut, object, quote, type Code, type Entry } from './code';
import { call, fileBeside, privateFile, type Draft } from './draft';
import { textValue } from './values';

interface Connection {
  readonly path: readonly string[];
  /** `host:port`. */
  readonly address: string;
  readonly tls: Tls;
}

/** Writes the settings of the targets, where there are any. Connections to one address are all made alike. */
export function configureConnections(draft: Draft, targets: readonly string[]): void {
  const known = new Map<string, Connection>();
  for (const connection of targets.flatMap((name) => connectionsOf(draft, name))) {
    const before = known.get(connection.address);
    if (before === undefined) known.set(connection.address, connection);
    else if (JSON.stringify(before.tls) !== JSON.stringify(connection.tls)) {
      const message = `\`${before.path.join('.')}\` says it otherwise for the same address, ${connection.address}`;
      draft.problems.push({ path: connection.path, message });
    }
  }
  if (known.size === 0) return;
  draft.imports.add('secure');
  const settings = [...known].map(([address, connection]): Entry => [address, settingsOf(draft, connection)]);
  draft.constants.push(layOut('secure.configure(', object(settings), ');'));
}

function connectionsOf({ plan }: Draft, name: string): Connection[] {
  const target = plan.targets[name];
  if (target === undefined) return [];
  const tokens = oauth2Of(target);
  return [
    ...connection(['targets', name, 'tls'], target),
    ...(tokens === undefined ? [] : connection(['targets', name, 'auth', 'oauth2', 'tls'], tokens)),
  ];
}

function connection(
  path: readonly string[],
  { url, tls }: { readonly url: string; readonly tls?: Tls | undefined },
): Connection[] {
  const read = readTarget(url);
  if (tls === undefined || !read.ok || !url.startsWith('https:')) return [];
  return [{ path, address: formatEndpoint(read.endpoint), tls }];
}

function settingsOf(draft: Draft, { path, tls }: Connection): Code {
  const entries: Entry[] = [];
  const opened = (file: string) => `open(${quote(`./${fileBeside(draft, file)}`)})`;
  if (tls.ca !== undefined) entries.push(['ca', opened(tls.ca)]);
  if (tls.cert !== undefined) entries.push(['cert', opened(tls.cert)]);
  if (tls.key !== undefined)
    entries.push(['key', `${call(draft, 'required')}(${quote(privateFile(draft, tls.key))})`]);
  if (tls.password !== undefined) {
    const place = { draft, scope: new Map<string, string>(), path: [...path, 'password'] };
    entries.push(['password', textValue(place, tls.password).code]);
  }
  if (tls.insecure) entries.push(['insecure', 'true']);
  entries.push(['minVersion', quote(tls.minVersion)]);
  if (tls.serverName !== undefined) entries.push(['serverName', quote(tls.serverName)]);
  return object(entries);
}
