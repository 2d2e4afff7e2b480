/**
 * Which host a load would hit, and whether that needs a person's approval. Only addresses that every resolver reads
 * as this machine are free; anything unusual is treated as foreign, since the tool's own reading of it may differ.
 */

export interface Endpoint {
  /** Lower case, without brackets. */
  readonly host: string;
  readonly port: number;
}

export type TargetReading =
  { readonly ok: true; readonly endpoint: Endpoint } | { readonly ok: false; readonly reason: string };

/** Reads scheme, host and port of an http address; nothing is decoded or completed. */
export function readTarget(url: string): TargetReading {
  // Backslashes, spaces and control characters are read differently by different programs.
  const match = /^(https?):\/\/([!-~]*)$/.exec(url);
  const authority = match?.[2]?.split(/[/?#]/, 1)[0] ?? '';
  if (match === null || authority.includes('\\')) return { ok: false, reason: 'is not a plain http address' };
  if (authority.includes('@'))
    return { ok: false, reason: 'carries a user name; use a header for credentials' };
  return readAuthority(authority, match[1] === 'https' ? 443 : 80);
}

function readAuthority(authority: string, defaultPort: number): TargetReading {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(authority);
  if (parts === null) return { ok: false, reason: 'has a host that is not a plain name or address' };
  const port = Number(parts[3] ?? defaultPort);
  if (port < 1 || port > 65535) return { ok: false, reason: 'has a port that does not exist' };
  return { ok: true, endpoint: { host: (parts[1] ?? parts[2] ?? '').toLowerCase(), port } };
}

/** Whether a host is this machine in its plainest spellings: `localhost`, four decimal numbers from 127, or `::1`. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const octets = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  // A leading zero means octal to some readers.
  if (octets !== null) return octets.slice(1).every((text) => String(Number(text)) === text && +text < 256);
  return host.includes(':') && isLoopbackV6(host);
}

/** Whether a host is the one that `localhost` stands for; the other addresses from 127 may be other services. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || (host.includes(':') && isLoopbackV6(host));
}

function isLoopbackV6(host: string): boolean {
  if (!/^[0-9a-f:]+$/.test(host)) return false;
  const [head = '', tail, ...more] = host.split('::');
  if (more.length > 0) return false;
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const given = before.length + after.length;
  if (tail === undefined ? given !== 8 : given > 7) return false;
  const all = [...before, ...Array<string>(8 - given).fill('0'), ...after];
  return (
    all.every((group) => /^[0-9a-f]{1,4}$/.test(group)) &&
    all.every((group, index) => Number.parseInt(group, 16) === (index === 7 ? 1 : 0))
  );
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Whether the load may go there.
 *
 * @param allowed what a person has approved: `host` for all of its ports, or `host:port`.
 */
export function isApproved(endpoint: Endpoint, allowed: readonly string[]): boolean {
  if (isLoopback(endpoint.host)) return true;
  const exact = formatEndpoint(endpoint);
  return allowed.some((entry) => {
    const text = entry.toLowerCase();
    return text === exact || text === endpoint.host || text === `[${endpoint.host}]`;
  });
}
