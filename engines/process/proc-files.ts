/** What the files of Linux' /proc say, as functions of their text. */

/** The kernel counts CPU time for programs in hundredths of a second, whatever its own tick. */
const ticksPerSecond = 100;

export interface ProcStat {
  readonly parent: number;
  readonly state: string;
  /** User and system time since the start. */
  readonly cpuSeconds: number;
  /** Ticks from boot to the start: tells a process from another one with its pid. */
  readonly started: string;
}

/** Reads /proc/PID/stat; `undefined` where it is not one. */
export function parseStat(text: string): ProcStat | undefined {
  // The command's name is in parentheses and may hold spaces and parentheses of its own.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, user, system, started] = [0, 1, 11, 12, 19].map((index) => fields[index]);
  if (started === undefined || state === undefined) return undefined;
  const cpuSeconds = (Number(user) + Number(system)) / ticksPerSecond;
  return Number.isFinite(cpuSeconds) ? { parent: Number(parent), state, cpuSeconds, started } : undefined;
}

/**
 * Reads from /proc/PID/schedstat how long, in seconds since its start, the first thread of a process was ready to run
 * and waited for a core; `undefined` where the kernel does not tell.
 */
export function parseWaitSeconds(text: string): number | undefined {
  const nanoseconds = /^\d+ (\d+) \d+\s*$/.exec(text)?.[1];
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e9;
}

/** Reads the resident memory and the number of threads from /proc/PID/status. */
export function parseStatus(text: string): { readonly rssBytes?: number; readonly threads?: number } {
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
  const threads = /^Threads:\s+(\d+)$/m.exec(text)?.[1];
  return {
    ...(rss !== undefined && { rssBytes: Number(rss) * 1024 }),
    ...(threads !== undefined && { threads: Number(threads) }),
  };
}

/** The soft limit of open files in /proc/PID/limits; `undefined` where there is none. */
export function parseFilesLimit(text: string): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
