/** Looks at the pods of a `TestRun`, for all who wait for one of them: as often as the slowest needs, and no oftener. */
import { askKubectl, type Kubectl } from '../engines/kubernetes/kubectl';
import { readPods, type Pods } from '../engines/kubernetes/pods';

export type PodsReading =
  { readonly ok: true; readonly pods: Pods } | { readonly ok: false; readonly message: string };

export interface PodWatch {
  /** What the cluster says, asked after this was called. */
  look(): Promise<PodsReading>;
}

/** Asking starts a program, beside the load where that is on this machine. */
const lookEveryMs = 1000;

export function watchPods(kubectl: Kubectl, name: string): PodWatch {
  let next: Promise<PodsReading> | undefined;
  const read = async (): Promise<PodsReading> => {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    next = undefined;
    const answer = await askKubectl(kubectl, ['get', 'pods', `--selector=k6_cr=${name}`, '--output=json']);
    if (!answer.ok) return answer;
    const pods = readPods(name, answer.output);
    return pods === undefined
      ? { ok: false, message: 'kubectl told of the pods in words that are not known' }
      : { ok: true, pods };
  };
  return { look: () => (next ??= read()) };
}
