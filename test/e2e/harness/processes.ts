import { readdir, readFile } from 'node:fs/promises';

export interface ProcessStatus {
  readonly pid: number;
  readonly parent: number;
  /** The program's own name, cut to 15 characters by the kernel. */
  readonly name: string;
}

/** Every process below `pid`, from the process table in /proc. */
export async function descendants(pid: number): Promise<readonly ProcessStatus[]> {
  const all = await processTable();
  const below = (parent: number): readonly ProcessStatus[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Those of `pids` that still run; one that only waits to be reaped does not. */
export async function stillAlive(pids: readonly number[]): Promise<readonly number[]> {
  const alive = new Set((await processTable()).map(({ pid }) => pid));
  return pids.filter((pid) => alive.has(pid));
}

async function processTable(): Promise<readonly ProcessStatus[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(names.map(readStatus));
  return rows.filter((row) => row !== undefined);
}

async function readStatus(pid: string): Promise<ProcessStatus | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the state and the parent come after it.
    const nameEnd = status.lastIndexOf(')');
    const [state, parent] = status.slice(nameEnd + 2).split(' ');
    const name = status.slice(status.indexOf('(') + 1, nameEnd);
    return state === 'Z' ? undefined : { pid: Number(pid), parent: Number(parent), name };
  } catch {
    // It ended between the listing and the reading.
    return undefined;
  }
}
