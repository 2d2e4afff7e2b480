/** A load as a `TestRun` of k6-operator, with the ConfigMap that holds its script and data. */
import { createHash } from 'node:crypto';

/** What of a compiled load goes to a cluster. */
/** By which a person finds all that was made. */
const labels = { 'app.kubernetes.io/managed-by': 'benchwright' };

export interface ClusterLoad {
  /** Of the plan and the phase: a part of all names. */
  readonly title: string;
  readonly phase: string;
  /** The script and all that it reads, by the place relative to it; the script is `script.js`. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** Environment variables of k6 whose values are in a Secret. */
  readonly variables: readonly string[];
  readonly pods: number;
  /** Tells its objects from those of another run of the same plan: lower-case letters and digits. */
  readonly suffix?: string;
}

export interface ClusterWish {
  readonly image: string;
  readonly namespace?: string | undefined;
  /** The files are in the image rather than in a ConfigMap. */
  readonly areFilesInImage: boolean;
}

export interface Manifests {
  readonly name: string;
  /** The Secret that somebody has to make, where variables are needed. */
  readonly secret: string | undefined;
  readonly configMap: object | undefined;
  readonly testRun: object;
}

export type ManifestsReading =
  | { readonly ok: true; readonly manifests: Manifests }
  | { readonly ok: false; readonly message: string; readonly remedy: string };

/** Where the files lie in a pod. */
const podFolder = '/benchwright';

/** What Kubernetes takes as the data of one ConfigMap. */
const maxConfigMapBytes = 1024 * 1024;

/** Kubernetes takes 63 characters; the operator adds `-initializer`, and a pod some more. */
const maxNameLength = 40;

/** A pod of one core makes some 10,000 requests a second; see docs/scale.md. */
const resources = { requests: { cpu: '1', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } } as const;

export function testRunOf(load: ClusterLoad, wish: ClusterWish): ManifestsReading {
  const bytes = [...load.files].reduce((sum, [place, content]) => sum + place.length + sizeOf(content), 0);
  if (!wish.areFilesInImage && bytes > maxConfigMapBytes)
    return {
      ok: false,
      message: `the script and its data are ${Math.ceil(bytes / 1024)} KiB, and a ConfigMap holds ${maxConfigMapBytes / 1024} KiB`,
      remedy: 'use --in-image, so that the image carries them',
    };
  const name = nameOf(load.title, load.suffix);
  const secret = load.variables.length === 0 ? undefined : `${name}-values`;
  const metadata = {
    name,
    ...(wish.namespace !== undefined && { namespace: wish.namespace }),
    labels,
  };
  const pod = (more: Readonly<Record<string, string>>): object => ({
    image: wish.image,
    env: [...settings(load, more), ...load.variables.map((variable) => fromSecret(variable, secret ?? ''))],
    resources,
    ...(!wish.areFilesInImage && mountOf(load, name)),
  });
  return {
    ok: true,
    manifests: {
      name,
      secret,
      configMap: wish.areFilesInImage ? undefined : configMapOf(load, metadata),
      testRun: {
        apiVersion: 'k6.io/v1alpha1',
        kind: 'TestRun',
        metadata,
        spec: {
          parallelism: load.pods,
          script: { localFile: `${podFolder}/script.js` },
          // The operator reads what k6 writes to its standard output there.
          initializer: pod({}),
          // The log of a pod is cut into pieces, and only what comes by one way stays in one piece.
          runner: pod({ K6_LOG_OUTPUT: 'stdout' }),
        },
      },
    },
  };
}

/** By the environment rather than by `arguments`: these are handed to `k6 archive` too, which does not take all. */
function settings({ phase }: ClusterLoad, more: Readonly<Record<string, string>>): object[] {
  const values = {
    K6_OUT: 'benchwright',
    K6_LOG_FORMAT: 'json',
    K6_SUMMARY_MODE: 'disabled',
    K6_NO_THRESHOLDS: 'true',
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    // Before it starts pods, the operator packs the script by `k6 archive`, which hides the environment from it otherwise.
    K6_INCLUDE_SYSTEM_ENV_VARS: 'true',
    GOGC: '400',
    BENCHWRIGHT_PHASE: phase,
    ...more,
  };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function fromSecret(variable: string, secret: string): object {
  return { name: variable, valueFrom: { secretKeyRef: { name: secret, key: variable } } };
}

/** Keys of a ConfigMap have no folders, so each file has a key by its number, and its place is told by the volume. */
function configMapOf({ files }: ClusterLoad, metadata: object): object {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [index, content] of [...files.values()].entries()) {
    if (typeof content === 'string') data[keyOf(index)] = content;
    else binaryData[keyOf(index)] = Buffer.from(content).toString('base64');
  }
  const isBinary = Object.keys(binaryData).length > 0;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data, ...(isBinary && { binaryData }) };
}

function mountOf({ files }: ClusterLoad, name: string): object {
  const items = [...files.keys()].map((path, index) => ({ key: keyOf(index), path }));
  return {
    volumes: [{ name: 'benchwright', configMap: { name, items } }],
    volumeMounts: [{ name: 'benchwright', mountPath: podFolder, readOnly: true }],
  };
}

function keyOf(index: number): string {
  return `file-${index + 1}`;
}

function sizeOf(content: string | Uint8Array): number {
  // Binary data is kept as Base64.
  return typeof content === 'string' ? Buffer.byteLength(content) : Math.ceil(content.byteLength / 3) * 4;
}

/** The Secret with the values of a load's variables. */
export function secretOf(name: string, namespace: string, values: ReadonlyMap<string, string>): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels },
    data: Object.fromEntries(
      [...values].map(([variable, value]) => [variable, Buffer.from(value).toString('base64')]),
    ),
  };
}

/** A name that Kubernetes takes; one that had to be cut ends in a hash of the whole. */
function nameOf(title: string, suffix?: string): string {
  const plain = plainName(title, suffix === undefined ? maxNameLength : maxNameLength - suffix.length - 1);
  return suffix === undefined ? plain : `${plain}-${suffix}`;
}

function plainName(title: string, maxLength: number): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  if (plain !== '' && plain.length <= maxLength) return plain;
  const hash = createHash('sha256').update(title).digest('hex').slice(0, 8);
  return `${plain.slice(0, maxLength - 9).replace(/-+$/, '') || 'benchwright'}-${hash}`;
}

/** The image: k6 with our output, and the files where they are not in a ConfigMap. The operator starts it by a shell. */
export function dockerfileOf(areFilesInImage: boolean): string {
  return [
    '# k6 with the output of Benchwright, which is under the AGPL-3.0 as k6 is; its licence is beside it.',
    'FROM alpine:3.22',
    'COPY --chmod=0755 k6 /usr/bin/k6',
    'COPY LICENSE.k6 /usr/share/licenses/k6/LICENSE',
    ...(areFilesInImage ? [`COPY files/ ${podFolder}/`] : []),
    'RUN adduser -D -u 12345 k6',
    'USER 12345',
    'ENTRYPOINT ["k6"]',
    '',
  ].join('\n');
}
