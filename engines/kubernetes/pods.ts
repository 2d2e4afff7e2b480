/** What a cluster says of the pods of a `TestRun`: which have started, which ended and how, and which never will. */
import * as z from 'zod/mini';

export type PodState =
  | { readonly kind: 'absent' }
  /** `fault`: why it will not start by itself. */
  | { readonly kind: 'waiting'; readonly pod: string; readonly why?: string; readonly fault?: string }
  | { readonly kind: 'running'; readonly pod: string }
  | {
      readonly kind: 'ended';
      readonly pod: string;
      /** `null` where the container is gone with its node. */
      readonly code: number | null;
      /** The cluster's word for it, such as `OOMKilled`; empty where it has none. */
      readonly reason: string;
    };

export interface Pods {
  /** @param index of a generator, from 0. */
  readonly runner: (index: number) => PodState;
  readonly initializer: PodState;
}

const reasonShape = { reason: z.optional(z.string()), message: z.optional(z.string()) };

const containerState = z.object({
  waiting: z.optional(z.object(reasonShape)),
  running: z.optional(z.object({})),
  terminated: z.optional(z.object({ exitCode: z.number(), ...reasonShape })),
});

const podShape = z.object({
  metadata: z.object({ name: z.string(), labels: z.optional(z.record(z.string(), z.string())) }),
  status: z.object({
    phase: z.optional(z.string()),
    ...reasonShape,
    conditions: z.optional(z.array(z.object({ type: z.string(), status: z.string(), ...reasonShape }))),
    containerStatuses: z.optional(z.array(z.object({ name: z.string(), state: z.optional(containerState) }))),
  }),
});

type Pod = z.infer<typeof podShape>;

const podList = z.object({ items: z.array(podShape) });

/** Words by which a container waits for somebody; all others pass. */
const lasting: ReadonlySet<string> = new Set([
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/**
 * @param name of the `TestRun`: k6-operator names the jobs by it.
 * @param json what `kubectl get pods --output=json` writes.
 */
export function readPods(name: string, json: string): Pods | undefined {
  const list = podList.safeParse(parseJson(json));
  if (!list.success) return undefined;
  const ofJob = new Map(list.data.items.map((pod) => [jobOf(pod), pod]));
  return {
    runner: (index) => stateOf(ofJob.get(`${name}-${index + 1}`)),
    initializer: stateOf(ofJob.get(`${name}-initializer`)),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** The second is what clusters from 1.27 on call it as well. */
function jobOf({ metadata: { labels = {} } }: Pod): string | undefined {
  return labels['job-name'] ?? labels['batch.kubernetes.io/job-name'];
}

function stateOf(pod: Pod | undefined): PodState {
  if (pod === undefined) return { kind: 'absent' };
  const { metadata, status } = pod;
  const named = { pod: metadata.name };
  const state = status.containerStatuses?.find(({ name }) => name === 'k6')?.state;
  if (state?.terminated !== undefined) {
    const { exitCode: code, reason = '' } = state.terminated;
    return { kind: 'ended', ...named, code, reason };
  }
  // Evicted, or gone with its node: nobody knows of its container.
  if (status.phase === 'Failed' || status.phase === 'Succeeded')
    return { kind: 'ended', ...named, code: null, reason: inWords(status) };
  return state?.running === undefined
    ? { kind: 'waiting', ...named, ...whyWaiting(pod, state?.waiting) }
    : { kind: 'running', ...named };
}

function whyWaiting({ status }: Pod, waiting: Words | undefined): { why?: string; fault?: string } {
  if (waiting !== undefined && lasting.has(waiting.reason ?? '')) return { fault: inWords(waiting) };
  const unplaced = status.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  const why = inWords(waiting ?? unplaced ?? {});
  return why === '' ? {} : { why };
}

interface Words {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

function inWords({ reason, message }: Words): string {
  return [reason, message].filter((part) => part !== undefined && part !== '').join(': ');
}

/** A shell's way to tell a signal: 128 and its number. */
const signals: Readonly<Record<number, NodeJS.Signals>> = {
  130: 'SIGINT',
  134: 'SIGABRT',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  141: 'SIGPIPE',
  143: 'SIGTERM',
};

/** How the program in a pod ended, as a process of this machine would. */
export function exitOf(code: number | null): {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
} {
  const signal = code === null ? undefined : signals[code];
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}
