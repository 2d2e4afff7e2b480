/** Tells a living process from another one that got its pid later. */
import { readFile } from 'node:fs/promises';
import { captureOutput } from './process-host';

export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in a form that only this machine understands; empty where it cannot be told. */
  readonly started: string;
}

export async function identifyProcess(pid: number): Promise<ProcessIdentity> {
  return { pid, started: (await startOf(pid)) ?? '' };
}

/** Whether the very process that was identified is still there. A zombie counts as gone. */
export async function isStillAlive(identity: ProcessIdentity): Promise<boolean> {
  if (!hasPid(identity.pid)) return false;
  const started = await startOf(identity.pid);
  if (started === undefined) return process.platform === 'win32';
  return identity.started === '' || started === identity.started;
}

function hasPid(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32') return undefined;
  const text = await captureOutput('/bin/ps', ['-o', 'lstart=', '-p', String(pid)]);
  return text?.trim() === '' ? undefined : text?.trim();
}

/** Ticks since boot are only unique together with the boot they count from. */
async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The command's name is in parentheses and may hold spaces; the fields after it are counted from the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${boot.trim()}/${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}
