/** Finds the process of a target by its pid, by the port it listens on, or by a part of its command line. */
import { holdersOf, readListeners, readProcesses, topmost, treeOf, type ProcessRow } from './process-table';

/** The first that is given counts: the pid, the port, the command. */
export interface ProcessWish {
  readonly pid?: number | undefined;
  readonly port?: number | undefined;
  readonly command?: string | undefined;
}

export interface FindProcessProblem {
  readonly code: 'not-told' | 'not-there' | 'foreign' | 'ambiguous' | 'unsupported-platform';
  /** One sentence, without a final full stop. */
  readonly message: string;
  /** What to do about it, likewise. */
  readonly remedy: string;
}

export type ProcessFinding =
  | {
      readonly ok: true;
      readonly pid: number;
      /** The process and all below it, such as the workers of a server; it is the first. */
      readonly tree: readonly number[];
    }
  | { readonly ok: false; readonly problem: FindProcessProblem };

/** It never throws for what processes do meanwhile. */
export async function findProcess(wish: ProcessWish): Promise<ProcessFinding> {
  if (process.platform !== 'linux') return findElsewhere(wish);
  const rows = await readProcesses();
  if (wish.pid !== undefined) return findPid(wish.pid, rows);
  if (wish.port !== undefined) return findByPort(wish.port, rows);
  if (wish.command !== undefined) return findByCommand(wish.command, rows);
  return fail('not-told', 'the plan does not say which process it is', 'give the target a `process`');
}

/** Other systems tell pids to programs of their own; only a pid that is given needs none. */
function findElsewhere({ pid }: ProcessWish): ProcessFinding {
  if (pid !== undefined) return { ok: true, pid, tree: [pid] };
  return fail(
    'unsupported-platform',
    `processes are found by port or command on Linux only, and this is ${process.platform}`,
    'give the target `process: { pid: … }`',
  );
}

function findPid(pid: number, rows: readonly ProcessRow[]): ProcessFinding {
  if (rows.some((row) => row.pid === pid)) return { ok: true, pid, tree: treeOf(pid, rows) };
  return fail('not-there', `there is no process ${pid}`, 'start the target, or correct its `process.pid`');
}

async function findByPort(port: number, rows: readonly ProcessRow[]): Promise<ProcessFinding> {
  const sockets = await readListeners(port);
  const [socket] = sockets;
  if (socket === undefined)
    return fail(
      'not-there',
      `no process listens on port ${port}`,
      'start the target, or correct its `process.port`',
    );
  const holders = await holdersOf(sockets, rows);
  if (holders.length > 0) return only(holders, rows, `listen on port ${port}`);
  return fail(
    'foreign',
    `port ${port} belongs to the user with the id ${socket.uid}, whose processes we may not look into`,
    'run Benchwright as that user, or the target as yourself',
  );
}

function findByCommand(command: string, rows: readonly ProcessRow[]): ProcessFinding {
  // Whoever started us may name the target in its own command line.
  const own = new Set(ancestorsOf(process.pid, rows));
  const matches = rows.filter((row) => row.command.includes(command) && !own.has(row.pid));
  if (matches.length > 0)
    return only(
      matches.map(({ pid }) => pid),
      rows,
      `have “${command}” in their command line`,
    );
  return fail(
    'not-there',
    `no process has “${command}” in its command line`,
    'start the target, or correct its `process.command`',
  );
}

function only(pids: readonly number[], rows: readonly ProcessRow[], what: string): ProcessFinding {
  const [pid, ...others] = topmost(pids, rows);
  if (pid === undefined) throw new Error('there is no topmost of some processes');
  if (others.length === 0) return { ok: true, pid, tree: treeOf(pid, rows) };
  const all = [pid, ...others];
  return fail(
    'ambiguous',
    `${all.length} processes ${what}, and none started the others: ${all.slice(0, 5).join(', ')}`,
    'choose one by its `process.pid`',
  );
}

function ancestorsOf(pid: number, rows: readonly ProcessRow[]): number[] {
  const row = rows.find((each) => each.pid === pid);
  return row === undefined || row.parent === 0 ? [pid] : [pid, ...ancestorsOf(row.parent, rows)];
}

function fail(code: FindProcessProblem['code'], message: string, remedy: string): ProcessFinding {
  return { ok: false, problem: { code, message, remedy } };
}
