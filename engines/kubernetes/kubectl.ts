/** Finds kubectl, asks it, and says what its answers mean. Its own settings and sign-ins are the person's. */
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { runBriefly, type ToolCommand } from '../host/process-host';

export interface Cluster {
  /** Of the settings of kubectl. */
  readonly context: string;
  readonly namespace: string;
}

export interface Kubectl {
  /** Absolute path of the program. */
  readonly file: string;
  readonly cluster: Cluster;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

export type KubectlAnswer =
  | { readonly ok: true; readonly output: string }
  /** `message` is kubectl's own, without a final full stop; `remedy` ends a sentence. */
  | { readonly ok: false; readonly message: string; readonly remedy: string };

/** A cluster that is far away, or whose sign-in asks somebody else first. */
const usualTimeoutMs = 30_000;

const programName = process.platform === 'win32' ? 'kubectl.exe' : 'kubectl';

/** @returns the first kubectl on PATH; `undefined` where there is none. */
export async function locateKubectl(
  cluster: Cluster,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Kubectl | undefined> {
  for (const folder of (variables['PATH'] ?? '').split(path.delimiter)) {
    // A relative folder would let the plan's own folder name the program.
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, programName);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return { file, cluster, env: environmentOf(variables) };
  }
  return undefined;
}

/** It needs its settings, proxies and helpers for signing in, whatever these are; the plan's secrets it does not. */
function environmentOf(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined || name.startsWith('BENCHWRIGHT_SECRET_') ? [] : [[name, value]],
    ),
  );
}

/** Values are joined to their option, so that none of them can pass for another option. */
export function kubectlCommand({ file, cluster, env }: Kubectl, args: readonly string[]): ToolCommand {
  const place = [`--context=${cluster.context}`, `--namespace=${cluster.namespace}`];
  return { file, args: [...place, ...args], env, cwd: path.dirname(file) };
}

/** @param input what it reads from its standard input. */
export async function askKubectl(
  kubectl: Kubectl,
  args: readonly string[],
  { input, timeoutMs = usualTimeoutMs }: { readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<KubectlAnswer> {
  const command = kubectlCommand(kubectl, args);
  const wish = { timeoutMs, env: kubectl.env, ...(input !== undefined && { input }) };
  const { code, output, errors } = await runBriefly(command.file, command.args, wish);
  if (code === 0) return { ok: true, output };
  const words = errors.trim().replace(/\s*\n\s*/g, '; ');
  if (words === '')
    return { ok: false, message: `kubectl did not answer in ${timeoutMs / 1000} s`, remedy: unreachable };
  return {
    ok: false,
    message: words.replace(/\.$/, '').slice(0, 1000),
    remedy: remedyOf(words, kubectl.cluster),
  };
}

const unreachable = 'see that the cluster can be reached, by “kubectl cluster-info”';

type Remedy = readonly [pattern: RegExp, remedy: (cluster: Cluster) => string];

/** By the words of kubectl 1.2x and 1.3x. */
const remedies: readonly Remedy[] = [
  [
    /context .*does not exist|cannot locate context/i,
    () => 'name a context that “kubectl config get-contexts” shows',
  ],
  [/no matches for kind|ensure CRDs are installed/i, () => 'install k6-operator in the cluster'],
  [
    /\(Forbidden\)|is forbidden/i,
    ({ namespace }) =>
      `have the right given to create, get and delete testruns, configmaps and secrets, and to get pods and their logs, in the namespace ${namespace}`,
  ],
  [
    /namespaces? .*not found/i,
    ({ namespace }) => `make it by “kubectl create namespace ${namespace}”, or name another`,
  ],
  [/unauthorized|must be logged in|provide credentials/i, () => 'sign in to the cluster again'],
  [/refused|unable to connect|timeout|no such host|timed out/i, () => unreachable],
];

function remedyOf(words: string, cluster: Cluster): string {
  const known = remedies.find(([pattern]) => pattern.test(words));
  return known === undefined ? 'see what kubectl says' : known[1](cluster);
}
