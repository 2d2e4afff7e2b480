/** The process of a target, where it runs on this machine. */
import type { Target } from '../core/plan/schema';
import { isLoopback, readTarget } from '../core/run/target';
import { findProcess } from '../engines/host/find-process';
import type { ProfilerProblem } from '../engines/host/profiler-problem';

export interface FoundTarget {
  readonly pid: number;
  /** The process and all below it; it is the first. */
  readonly tree: readonly number[];
}

export type TargetFinding =
  | { readonly ok: true; readonly target: FoundTarget }
  | { readonly ok: false; readonly problem: ProfilerProblem };

/** Where the plan does not say which process it is, it is the one that listens on the port of its address. */
export async function findTarget({ url, process: given }: Target): Promise<TargetFinding> {
  const address = readTarget(url);
  const isLocal = address.ok && isLoopback(address.endpoint.host);
  if (!isLocal && given?.pid === undefined && given?.command === undefined)
    return {
      ok: false,
      problem: {
        code: 'elsewhere',
        message: `${url} is not this machine`,
        remedy: 'run Benchwright on the machine of the target, or give its `process.pid`',
      },
    };
  const finding = await findProcess(given ?? { port: address.ok ? address.endpoint.port : undefined });
  return finding.ok
    ? { ok: true, target: { pid: finding.pid, tree: finding.tree } }
    : { ok: false, problem: finding.problem };
}
