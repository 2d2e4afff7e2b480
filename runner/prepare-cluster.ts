/** Pods never start by surprise: a person has approved where, and the cluster would take them. */
import { askKubectl, locateKubectl, type Kubectl } from '../engines/kubernetes/kubectl';
import { secretOf, testRunOf } from '../engines/kubernetes/test-run';
import type { Plan } from '../core/plan/schema';
import { clusterName } from '../core/run/cluster-name';
import { isLoopback, readTarget } from '../core/run/target';
import type { Refusal } from './refusal';
import type { RunPlanOptions } from './run-options';

export interface PreparedCluster {
  readonly kubectl: Kubectl;
  readonly image: string;
}

type ClusterReading =
  | { readonly ok: true; readonly cluster: PreparedCluster | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

interface ClusterWish {
  /** `host:port` of all that the load goes to. */
  readonly endpoints: readonly string[];
  /** Phases whose load is made by Locust. */
  readonly byLocust: readonly string[];
  readonly options: Pick<RunPlanOptions, 'allowedClusters' | 'variables'>;
}

/** @returns no cluster where the plan makes its load by processes of this machine. */
export async function prepareCluster(
  plan: Plan,
  { endpoints, byLocust, options }: ClusterWish,
): Promise<ClusterReading> {
  const wanted = plan.kubernetes;
  if (wanted === undefined) return { ok: true, cluster: undefined };
  const { context, namespace, image } = wanted;
  const [phase] = byLocust;
  if (phase !== undefined)
    return refuse(
      'cluster',
      `pods are made of k6, and ${phase} runs a locustfile`,
      'run it without `kubernetes`',
    );
  const local = endpoints.find(isLocal);
  if (local !== undefined)
    return refuse(
      'cluster',
      `${local} is, within a pod, the pod itself`,
      'give the address by which the pods reach the target, such as in an environment of the plan',
    );
  const shown = clusterName({ context, namespace });
  if (options.allowedClusters?.includes(shown) !== true)
    return refuse(
      'not-approved',
      `the generators are pods of the context ${context}, in the namespace ${namespace}`,
      `if you may start them there, allow it with --allow-cluster ${shown}`,
    );
  const kubectl = await locateKubectl({ context, namespace }, options.variables);
  if (kubectl === undefined)
    return refuse(
      'tool-missing',
      'kubectl is not there, and the generators are pods',
      'install kubectl so that it is on PATH, or run the plan without `kubernetes`',
    );
  return (await whyNotTaken(kubectl, image)) ?? { ok: true, cluster: { kubectl, image } };
}

function isLocal(endpoint: string): boolean {
  const reading = readTarget(`http://${endpoint}`);
  return reading.ok && isLoopback(reading.endpoint.host);
}

/** Rights, the namespace, the operator's definition and the reach of the cluster, all by the cluster itself. */
async function whyNotTaken(
  kubectl: Kubectl,
  image: string,
): Promise<Extract<ClusterReading, { readonly ok: false }> | undefined> {
  const { namespace } = kubectl.cluster;
  const files = new Map([['script.js', '']]);
  const load = { title: 'benchwright-check', phase: 'check', files, variables: [], pods: 1 };
  const reading = testRunOf(load, { image, namespace, areFilesInImage: false });
  if (!reading.ok) return refuse('cluster', reading.message, reading.remedy);
  const { testRun, configMap, name } = reading.manifests;
  const items = [configMap, secretOf(name, namespace, new Map()), testRun];
  const answer = await askKubectl(kubectl, ['create', '--dry-run=server', '--filename=-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  if (answer.ok) return undefined;
  return refuse('cluster', `the cluster does not take the pods: ${answer.message}`, answer.remedy);
}

function refuse(
  code: Refusal['code'],
  message: string,
  remedy: string,
): Extract<ClusterReading, { readonly ok: false }> {
  return { ok: false, refusal: { code, message, remedy } };
}
