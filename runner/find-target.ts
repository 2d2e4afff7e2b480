/** The process of a target, where it runs on this machine. */
import { readFile } from 'node:fs/promises';
import type { Target } from '../core/plan/schema';
import { isLoopback, readTarget } from '../core/run/target';
import { dockerSocket, noDockerSocket } from '../engines/docker/engine';
import { containerPid } from '../engines/docker/find-container';
import { findProcess, type ProcessWish } from '../engines/host/find-process';
import type { ProfilerProblem } from '../engines/host/profiler-problem';

export interface FoundTarget {
  readonly pid: number;
  /** The process and all below it; it is the first. */
  readonly tree: readonly number[];
  /** Its container, where the plan names one. */
  readonly container?: string;
}

export type TargetFinding =
  | { readonly ok: true; readonly target: FoundTarget }
  | { readonly ok: false; readonly problem: ProfilerProblem };

/**
 * Where the plan does not say which process it is, it is the one that listens on the port of its address.
 *
 * @param dockerHost DOCKER_HOST, where it is set.
 */
export async function findTarget(
  { url, process: given }: Target,
  dockerHost?: string,
): Promise<TargetFinding> {
  if (given?.container !== undefined) return findContainer(given.container, dockerHost);
  const address = readTarget(url);
  const isLocal = address.ok && isLoopback(address.endpoint.host);
  if (!isLocal && given?.pid === undefined && given?.command === undefined)
    return fail(
      'elsewhere',
      `${url} is not this machine`,
      'run Benchwright on the machine of the target, or give its `process.pid`',
    );
  return find(given ?? { port: address.ok ? address.endpoint.port : undefined });
}

/** Programs of container engines that hold a port of this machine for a container. */
const portForwarders = /^(?:docker-proxy|rootlessport|conmon|containerd-shim|slirp4netns|pasta)/;

async function find(wish: ProcessWish): Promise<TargetFinding> {
  const finding = await findProcess(wish);
  if (!finding.ok) return { ok: false, problem: finding.problem };
  const { pid, tree } = finding;
  const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  if (portForwarders.test(program))
    return fail(
      'in-container',
      `process ${pid} is ${program}, which only passes the port on to a container`,
      'give the target `process: { container: … }` in place of its port',
    );
  return { ok: true, target: { pid, tree } };
}

const answerMs = 5000;

async function findContainer(container: string, dockerHost: string | undefined): Promise<TargetFinding> {
  if (process.platform !== 'linux')
    return fail(
      'unsupported-platform',
      `on ${process.platform} containers run in a machine of their own, into which no profiler looks from here`,
      'run Benchwright on a Linux host of the container',
    );
  const socketPath = dockerSocket(dockerHost);
  if (socketPath === undefined)
    return fail(
      'no-container',
      noDockerSocket,
      'set DOCKER_HOST to the socket of the engine on this machine',
    );
  const found = await containerPid({ container, socketPath, signal: AbortSignal.timeout(answerMs) });
  if (!found.ok) return fail('no-container', ...messageAndRemedy(found.reason));
  const finding = await findProcess({ pid: found.value });
  if (finding.ok) return { ok: true, target: { pid: finding.pid, tree: finding.tree, container } };
  return fail(
    'container-not-seen',
    `process ${found.value} of the container ${container} cannot be seen from here`,
    'run Benchwright on the machine of the container engine, and not in a container without “--pid host”',
  );
}

/** What the engine's reason asks for stands behind its last colon. */
function messageAndRemedy(reason: string): [message: string, remedy: string] {
  const at = reason.lastIndexOf(': ');
  return at < 0 ? [reason, 'look after the container engine'] : [reason.slice(0, at), reason.slice(at + 2)];
}

function fail(code: string, message: string, remedy: string): TargetFinding {
  return { ok: false, problem: { code, message, remedy } };
}
