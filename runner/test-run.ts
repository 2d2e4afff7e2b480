/** The objects of one load in a cluster: made before it, and taken back after it, whatever becomes of the run. */
import { randomBytes } from 'node:crypto';
import { standBy, type StandBy } from '../engines/host/process-host';
import type { CompiledPhase } from '../engines/k6/compile/compile';
import { askKubectl, kubectlCommand, type Kubectl, type KubectlAnswer } from '../engines/kubernetes/kubectl';
import { secretOf, testRunOf } from '../engines/kubernetes/test-run';
import { fileNames } from './layout';
import type { LoadOrder } from './load-order';
import type { PreparedCluster } from './prepare-cluster';
import type { RunContext } from './run-context';

export interface TestRun {
  /** The pods, and all else of it, have this in their names. */
  readonly name: string;
  /** What takes everything back, for a person to type. */
  readonly removal: string;
  create(): Promise<KubectlAnswer>;
  /** Ends the pods, and leaves what they wrote to be read until they are gone. Asked again, it does nothing more. */
  end(): Promise<void>;
  /** Takes everything back. @returns why it could not. */
  remove(): Promise<string | undefined>;
}

export type TestRunReading =
  { readonly ok: true; readonly testRun: TestRun } | { readonly ok: false; readonly message: string };

export function testRunFor(
  context: RunContext,
  cluster: PreparedCluster,
  order: LoadOrder,
  compiled: CompiledPhase,
): TestRunReading {
  const { kubectl, image } = cluster;
  const { namespace, context: where } = kubectl.cluster;
  const values = valuesOf(context, compiled);
  const reading = testRunOf(
    {
      title: `${context.prepared.plan.name} ${order.name}`,
      phase: order.name,
      files: new Map([[fileNames.script, compiled.script], ...order.feeds]),
      variables: [...values.keys()],
      pods: compiled.generators,
      suffix: randomBytes(3).toString('hex'),
    },
    { image, namespace, areFilesInImage: false },
  );
  if (!reading.ok)
    return { ok: false, message: `${reading.message}: only an exported TestRun can have them` };
  const { name, secret, configMap, testRun } = reading.manifests;
  const items = [configMap, ...(secret === undefined ? [] : [secretOf(secret, namespace, values)]), testRun];
  const objects = [
    `testruns.k6.io/${name}`,
    `configmaps/${name}`,
    ...(secret === undefined ? [] : [`secrets/${secret}`]),
  ];
  const removal = ['delete', ...objects, '--ignore-not-found', '--wait=false'];
  return {
    ok: true,
    testRun: {
      name,
      removal: `kubectl --context=${where} --namespace=${namespace} ${removal.slice(0, -2).join(' ')}`,
      ...lifeOf(kubectl, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), {
        supervisorFile: context.options.supervisorFile,
        testRun: objects[0] ?? name,
        removal,
      }),
    },
  };
}

interface Life {
  readonly supervisorFile: string;
  readonly testRun: string;
  readonly removal: readonly string[];
}

function lifeOf(
  kubectl: Kubectl,
  objects: string,
  { supervisorFile, testRun, removal }: Life,
): Pick<TestRun, 'create' | 'end' | 'remove'> {
  let guard: StandBy | undefined;
  let ending: Promise<unknown> | undefined;
  return {
    create: () => {
      guard = standBy(kubectlCommand(kubectl, removal), supervisorFile);
      return askKubectl(kubectl, ['create', '--filename=-'], { input: objects });
    },
    end: async () => {
      ending ??= askKubectl(kubectl, ['delete', testRun, '--ignore-not-found', '--wait=false']);
      await ending;
    },
    remove: async () => {
      const answer = await askKubectl(kubectl, removal);
      // Where it fails, whoever stands by tries again once this process is gone.
      if (!answer.ok) return answer.message;
      guard?.release();
      return undefined;
    },
  };
}

/** By the variables of k6. They are in the Secret alone, and get there by a pipe. */
function valuesOf({ prepared }: RunContext, compiled: CompiledPhase): ReadonlyMap<string, string> {
  const { environment, secrets, privateFiles } = compiled;
  const from = (
    variables: Readonly<Record<string, string>>,
    values: ReadonlyMap<string, string>,
  ): (readonly [string, string])[] =>
    Object.entries(variables).map(([name, variable]) => [variable, values.get(name) ?? '']);
  return new Map([
    ...from(environment, prepared.env),
    ...from(secrets, prepared.secrets),
    ...from(privateFiles, prepared.privateFiles),
  ]);
}
