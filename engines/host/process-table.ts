/** The processes of this machine as the kernel tells them. Only Linux tells them in files. */
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Its program and arguments, with one space between them; empty for what the kernel itself runs. */
  readonly command: string;
}

/** All processes that live, in the order of their pids. Zombies are left out. */
export async function readProcesses(): Promise<readonly ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const rows = await Promise.all(pids.map(readProcess));
  return rows.filter((row) => row !== undefined).sort((a, b) => a.pid - b.pid);
}

async function readProcess(pid: number): Promise<ProcessRow | undefined> {
  try {
    const [stat, line] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The name of the program is in parentheses and may hold spaces; the state and the parent follow it.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    return { pid, parent: Number(parent), command: line.replaceAll('\0', ' ').trim() };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

/** A process and all below it, in the order of a walk from the top. */
export function treeOf(root: number, rows: readonly ProcessRow[]): readonly number[] {
  const children = rows.filter(({ parent, pid }) => parent === root && pid !== root);
  return [root, ...children.flatMap(({ pid }) => treeOf(pid, rows))];
}

/** Those of some processes that are not below another of them. */
export function topmost(pids: readonly number[], rows: readonly ProcessRow[]): readonly number[] {
  return pids.filter((pid) => !pids.some((other) => other !== pid && treeOf(other, rows).includes(pid)));
}

/** A socket that waits for connections. */
export interface ListeningSocket {
  readonly inode: string;
  readonly uid: number;
}

const listening = '0A';

/** The sockets that listen on a port, of IPv4 and IPv6, in the network of this process. */
export async function readListeners(port: number): Promise<readonly ListeningSocket[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
        const isWanted = state === listening && parseInt(local.slice(local.indexOf(':') + 1), 16) === port;
        return isWanted ? [{ inode, uid: Number(uid) }] : [];
      }),
  );
}

/** The processes that hold one of these sockets, as far as we may look. */
export async function holdersOf(
  sockets: readonly ListeningSocket[],
  rows: readonly ProcessRow[],
): Promise<readonly number[]> {
  const links = new Set(sockets.map(({ inode }) => `socket:[${inode}]`));
  const held = await Promise.all(rows.map(async ({ pid }) => (await holdsAny(pid, links)) && pid));
  return held.filter((pid) => pid !== false);
}

async function holdsAny(pid: number, links: ReadonlySet<string>): Promise<boolean> {
  try {
    for (const name of await readdir(`/proc/${pid}/fd`)) {
      const link = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
      if (links.has(link)) return true;
    }
  } catch {
    // It belongs to somebody else, or it ended.
  }
  return false;
}
