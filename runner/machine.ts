/** What a run was made with: kept beside it, since figures mean little without it. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Run } from '../core/run/run';

export function describeMachine(): Run['machine'] {
  return {
    platform: process.platform,
    arch: process.arch,
    cpus: os.availableParallelism(),
    memoryBytes: os.totalmem(),
  };
}

/** Further facts for `environment.json`. No host name and no user name: runs are shared. */
export function describeSurroundings(): Readonly<Record<string, unknown>> {
  return {
    release: os.release(),
    cpuModel: os.cpus()[0]?.model ?? null,
    loadAverage: os.loadavg(),
    freeMemoryBytes: os.freemem(),
    openFilesLimit: openFilesLimit(),
  };
}

/** The load needs a file descriptor per connection; `null` where the platform does not tell. */
function openFilesLimit(): number | null {
  if (process.platform !== 'linux') return null;
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? null : Number(soft);
}
