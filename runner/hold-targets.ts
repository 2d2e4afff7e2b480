/** Two loads on one target spoil each other's figures, wherever their runs are kept: one lock for each target. */
import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { parseJson } from '../core/parse-json';
import { formatEndpoint, isThisMachine, readTarget } from '../core/run/target';
import { identifyProcess, isStillAlive } from '../engines/host/process-identity';

const holderSchema = z.object({
  pid: z.number(),
  /** Tells the process from a later one with the same pid. */
  started: z.string(),
  /** The plan that it runs. */
  plan: z.string(),
  /** Makes each holding its own, also of two runs in one process. It is a part of the names of files. */
  token: z.string().regex(/^[\w-]+$/),
});

/** Who holds a target. */
export type Holder = z.output<typeof holderSchema>;

export type Hold =
  | { readonly kind: 'held'; readonly release: () => Promise<void> }
  | { readonly kind: 'taken'; readonly target: string; readonly by: Holder };

export interface HoldOptions {
  /** `host:port` of each. */
  readonly targets: readonly string[];
  readonly plan: string;
  /** Targets that somebody else holds are then left to both. */
  readonly isForced: boolean;
  /** Where the locks are, by default in a folder of this person alone. */
  readonly folder?: string | undefined;
}

/**
 * Takes all of the targets or none. A lock whose process is gone counts for nothing, so that nobody has to unlock by
 * hand. Where no such folder can be had, nothing is locked.
 */
export async function holdTargets({ targets, plan, isForced, folder }: HoldOptions): Promise<Hold> {
  const locks = folder ?? lockFolder();
  const files: string[] = [];
  const release = async (): Promise<void> => {
    for (const file of files) await rm(file, { force: true }).catch(() => undefined);
  };
  if (!(await isOwnFolder(locks))) return { kind: 'held', release };
  const holder = { ...(await identifyProcess(process.pid)), plan, token: randomUUID() };
  // In one order for all, so that of two runs on the same two targets one gets both.
  const byLock = new Map(targets.map((target) => [lockName(target), target]));
  for (const [name, target] of [...byLock].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const file = path.join(locks, `${encodeURIComponent(name)}.lock`);
    const by = await takeLock(file, holder);
    if (by === undefined) files.push(file);
    else if (!isForced) {
      await release();
      return { kind: 'taken', target, by };
    }
  }
  return { kind: 'held', release };
}

/** One name for a port of this machine, however its host is spelled. */
function lockName(target: string): string {
  const read = readTarget(`http://${target}`);
  if (!read.ok) return target;
  const { host, port } = read.endpoint;
  return formatEndpoint({ host: isThisMachine(host) ? 'localhost' : host, port });
}

function lockFolder(): string {
  const uid = process.getuid?.() ?? os.userInfo().username;
  return path.join(process.env['XDG_RUNTIME_DIR'] ?? os.tmpdir(), `benchwright-${uid}`);
}

/** In a folder that everybody may write to, somebody else may have made it first. */
async function isOwnFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = await lstat(folder).then((found) => {
      if (!found.isDirectory()) throw new Error(`${folder} is no folder`);
      return found;
    });
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
  } catch {
    return false;
  }
}

/** Each try ends with the lock, with its holder, or with one leftover less; more of them are a fight. */
const maxTries = 100;
const betweenTriesMs = 5;

/** @returns who has it already; `undefined` where it is ours now, or where locks cannot be written. */
async function takeLock(file: string, holder: Holder): Promise<Holder | undefined> {
  // Linked into place when it is whole, so that nobody reads half a lock.
  const draft = `${file}.${holder.token}`;
  try {
    await writeFile(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
    return await linkLock(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function linkLock(draft: string, file: string): Promise<Holder | undefined> {
  for (let tries = 1; ; tries += 1) {
    if (await isLinked(draft, file)) return undefined;
    const current = await readHolder(file);
    if (tries >= maxTries || (current !== undefined && (await isStillAlive(current)))) return current;
    if (current !== undefined) await removeStale(draft, file, current);
  }
}

/** Only who holds the lock on this very leftover removes it, so that nobody removes the lock that follows it. */
async function removeStale(draft: string, file: string, stale: Holder): Promise<void> {
  const guard = `${file}.${stale.token}.stale`;
  if ((await linkLock(draft, guard)) !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
    return;
  }
  try {
    if ((await readHolder(file))?.token === stale.token) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Locks appear whole; only a machine that lost its power leaves one that is none. Nobody lives who holds it. */
const damaged: Holder = { pid: 0, started: '', plan: '', token: 'damaged' };

/** @returns `undefined` where the lock is gone. */
async function readHolder(file: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = holderSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : damaged;
}
