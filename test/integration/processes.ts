/** Looking at real processes: what is alive in a group, and waiting for it to be over. */
import { readdir, readFile } from 'node:fs/promises';

interface Seen {
  readonly pid: number;
  readonly group: number;
  readonly state: string;
}

async function lookAt(pid: string): Promise<Seen | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state = '', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid: Number(pid), group: Number(group), state };
  } catch {
    return undefined;
  }
}

/** Pids of a process group that are alive; zombies are not. */
export async function aliveInGroup(group: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(pids.map(lookAt));
  return seen
    .filter((each) => each !== undefined)
    .filter((each) => each.group === group && each.state !== 'Z')
    .map(({ pid }) => pid);
}

/** Pids whose command line contains a text. */
export function aliveWith(text: string): Promise<number[]> {
  return aliveWhere(async (pid) => (await commandLineOf(pid)).includes(text));
}

/** Pids of which something holds; a process that ends meanwhile is none of them. */
export async function aliveWhere(holds: (pid: number) => Promise<boolean>): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => holds(pid).catch(() => false)));
  return pids.filter((pid, index) => found[index] === true && pid !== process.pid);
}

export function commandLineOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8');
}

/** Polls until `condition` holds. @returns the time it took, or throws after `deadlineMs`. */
export async function eventually(
  what: string,
  deadlineMs: number,
  condition: () => Promise<boolean> | boolean,
): Promise<number> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > deadlineMs) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - started;
}
