/** A workspace whose kubectl stands in for a cluster, and a look into that cluster. */
import { chmod, copyFile, mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { aliveWhere, commandLineOf } from './processes';
import type { Workspace } from './small-service';

export interface StandInCluster {
  readonly kubectl: string;
  /** By which kubectl, and with it the cluster, is found. */
  readonly variables: Readonly<Record<string, string>>;
  /** Lets what a context has wrong be otherwise. */
  setFaults(context: string, faults: object): Promise<void>;
  /** The objects of loads that the cluster still has. */
  left(): Promise<string[]>;
  /** The k6 of its pods. */
  readonly pods: () => Promise<number[]>;
  /** The k6 of a pod. @param number from 1. */
  readonly podOf: (number: number) => Promise<number>;
  /** Those that follow the log of a pod, without their supervisors. */
  readonly logReaders: () => Promise<number[]>;
  /** A pod is taken from its node, where there is none of its container left. */
  evict(number: number): Promise<void>;
}

export interface Contexts {
  /** The real addresses of services, by the names they have in the cluster. */
  readonly services: Readonly<Record<string, string>>;
  /** What is wrong in each context, as stand-in-kubectl.mjs knows it. */
  readonly contexts: Readonly<Record<string, object>>;
}

export async function startCluster(workspace: Workspace, start: Contexts): Promise<StandInCluster> {
  const bin = path.join(workspace.folder, 'bin');
  const kubectl = path.join(bin, 'kubectl');
  const kubeconfig = path.join(workspace.folder, 'kube', 'config');
  const folder = path.join(path.dirname(kubeconfig), 'cluster');
  await mkdir(bin);
  await mkdir(folder, { recursive: true });
  await copyFile(path.resolve('test/integration/stand-in-kubectl.mjs'), kubectl);
  await chmod(kubectl, 0o755);
  let config = { k6: path.resolve('dist/k6/k6'), ...start };
  const keep = (): Promise<void> => writeFile(kubeconfig, JSON.stringify(config));
  await keep();
  // Other tests have pods on this machine too: whatever is of this cluster works in its folder, or is this kubectl.
  const podsWith = (text: string): Promise<number[]> =>
    aliveWhere(async (pid) => {
      const [line, place] = await Promise.all([commandLineOf(pid), readlink(`/proc/${pid}/cwd`)]);
      return line.includes(text) && place.startsWith(folder);
    });
  const podOf = async (number: number): Promise<number> => {
    const [pid] = await podsWith(`instance_id=${number}`);
    if (pid === undefined) throw new Error(`pod ${number} is not alive`);
    return pid;
  };
  return {
    kubectl,
    podOf,
    pods: () => podsWith('instance_id='),
    logReaders: () =>
      aliveWhere(async (pid) => {
        const line = await commandLineOf(pid);
        return line.includes('--container=k6') && line.includes(kubectl) && !line.includes('supervisor.cjs');
      }),
    variables: {
      PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
      KUBECONFIG: kubeconfig,
    },
    setFaults: (context, faults) => {
      config = { ...config, contexts: { ...config.contexts, [context]: faults } };
      return keep();
    },
    left: async () => {
      const kinds = ['testrun', 'configmap', 'secret'];
      const found = await Promise.all(
        kinds.map((kind) => readdir(path.join(folder, kind)).catch((): string[] => [])),
      );
      return found.flat();
    },
    evict: async (number) => {
      const pid = await podOf(number);
      await writeFile(path.join(folder, `evicted-${number}`), '');
      process.kill(pid, 'SIGKILL');
    },
  };
}
