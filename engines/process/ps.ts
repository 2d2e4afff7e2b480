/** What `ps` and `lsof` of macOS say, as functions of their text. Written from their manuals, not run on a Mac. */

/** The arguments that give the lines which `parsePs` reads. */
export const psArguments = ['-axo', 'pid=,ppid=,rss=,time=,lstart=,command='] as const;

export interface PsRow {
  readonly pid: number;
  readonly parent: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  /** Tells a process from another one with its pid. */
  readonly started: string;
  readonly command: string;
}

const row =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+((?:\d+-)?[\d:.]+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(.*)$/;

export function parsePs(text: string): PsRow[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, kilobytes, time = '', started = '', command = ''] = row.exec(line) ?? [];
    const cpuSeconds = secondsOf(time);
    if (pid === undefined || cpuSeconds === undefined) return [];
    const rssBytes = Number(kilobytes) * 1024;
    return [{ pid: Number(pid), parent: Number(parent), rssBytes, cpuSeconds, started, command }];
  });
}

/** `1-02:03:04.50` is a day, two hours, three minutes and some seconds; all but the last two may be missing. */
function secondsOf(time: string): number | undefined {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(time) ?? [];
  const parts = clock.split(':').map(Number);
  if (parts.length < 2 || parts.length > 3 || parts.some(Number.isNaN)) return undefined;
  return Number(days) * 86_400 + parts.reduce((sum, part) => sum * 60 + part, 0);
}

/** The pids that `lsof -t` gives, one in a line. */
export function parsePids(text: string): number[] {
  return text.split('\n').flatMap((line) => (/^\d+$/.test(line.trim()) ? [Number(line)] : []));
}

/** A process and all below it, itself first; empty where it is not there. */
export function treeOf(root: number, rows: readonly PsRow[]): PsRow[] {
  const tree = rows.filter(({ pid }) => pid === root);
  for (const { pid } of tree)
    tree.push(...rows.filter((each) => each.parent === pid && !tree.includes(each)));
  return tree;
}

/** The one process of these that none of the others started. */
export function onlyTop(pids: readonly number[], rows: readonly PsRow[]): number | undefined {
  const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]));
  const tops = pids.filter((pid) => parents.has(pid) && !pids.includes(parents.get(pid) ?? 0));
  return tops.length === 1 ? tops[0] : undefined;
}
