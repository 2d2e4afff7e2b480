/** What decides whether one process may look into another. */
import { readFile, readlink } from 'node:fs/promises';

export interface AttachFacts {
  readonly pid: number;
  readonly platform: NodeJS.Platform;
  readonly isThere: boolean;
  /** The name of its program, such as `python3.11`; empty where it cannot be told. */
  readonly program: string;
  readonly isPython: boolean;
  readonly ownUid: number | undefined;
  readonly targetUid: number | undefined;
  /** Whether we may trace processes whatever the rest says. */
  readonly hasCapability: boolean;
  /** `kernel.yama.ptrace_scope`; 0 where the kernel has none. */
  readonly ptraceScope: number;
  /** A debugger that is attached to it already. */
  readonly tracer: number | undefined;
}

const capSysPtrace = 19n;

export async function readAttachFacts(pid: number): Promise<AttachFacts> {
  const [status, own, scope, executable, maps] = await Promise.all([
    readText(`/proc/${pid}/status`),
    readText('/proc/self/status'),
    readText('/proc/sys/kernel/yama/ptrace_scope'),
    readlink(`/proc/${pid}/exe`).catch(() => ''),
    readText(`/proc/${pid}/maps`),
  ]);
  const named = field(status, 'Name') ?? '';
  const program = executable === '' ? named : executable.slice(executable.lastIndexOf('/') + 1);
  const tracer = Number(field(status, 'TracerPid') ?? 0);
  const uid = field(status, 'Uid')?.split(/\s+/)[0];
  const capabilities = BigInt(`0x${field(own, 'CapEff') ?? '0'}`);
  return {
    pid,
    platform: process.platform,
    isThere: status !== '' || process.platform !== 'linux',
    program,
    isPython: /^(?:python|pypy)/i.test(program) || maps.includes('/libpython'),
    ownUid: process.getuid?.(),
    targetUid: uid === undefined ? undefined : Number(uid),
    hasCapability: ((capabilities >> capSysPtrace) & 1n) === 1n,
    ptraceScope: Number(scope.trim()) || 0,
    tracer: tracer === 0 ? undefined : tracer,
  };
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function field(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim();
}
