/** What a plan says of its targets, as collectors that read them. */
import { metricsAddress } from '../core/plan/observed-addresses';
import { parseTemplate } from '../core/plan/expression/index';
import type { Auth, Plan } from '../core/plan/schema';
import type { ResourceSource } from '../core/measure/record';
import type { Collector } from '../core/measure/resource-sample';
import { formatEndpoint, isApproved, readTarget } from '../core/run/target';
import { collectContainer } from '../engines/docker/collect-docker';
import { dockerSocket, noDockerSocket } from '../engines/docker/engine';
import type { Credentials } from '../engines/host/bounded-http';
import type { RemoteWrite } from '../engines/k6/command';
import { collectMetrics } from '../engines/metrics/collect-metrics';
import type { PrometheusServer } from '../engines/prometheus/api';
import { collectPrometheus, type PrometheusWish } from '../engines/prometheus/collect-prometheus';
import { collectByPs } from '../engines/process/collect-by-ps';
import { collectProcess } from '../engines/process/collect-process';

export interface ObservedPlan {
  readonly plan: Plan;
  readonly env: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Hosts beyond this machine that a person approved. */
  readonly allowedTargets: readonly string[];
  /** What `DOCKER_HOST` says. */
  readonly dockerHost?: string | undefined;
}

/** The names of `${env.X}` and `${secret.X}` that observing needs. */
export function observedVariables(plan: Plan): { readonly env: string[]; readonly secrets: string[] } {
  const named = authsOf(plan)
    .flatMap(textsOf)
    .flatMap((text) => parseTemplate(text).template.parts)
    .flatMap((part) =>
      part.kind === 'reference' ? [[part.root.name, part.keys[0]?.name ?? ''] as const] : [],
    );
  const of = (root: string): string[] => named.flatMap(([own, key]) => (own === root ? [key] : []));
  return { env: of('env'), secrets: of('secret') };
}

function authsOf({ targets, observe }: Plan): Auth[] {
  const endpoints = [...Object.values(targets).map(({ metrics }) => metrics), observe?.prometheus];
  return endpoints.flatMap((each) => (each !== undefined && 'auth' in each && each.auth ? [each.auth] : []));
}

function textsOf(auth: Auth): string[] {
  return 'basic' in auth ? [auth.basic.user, auth.basic.password] : [auth.bearer];
}

/** One collector for each target and source. What may not be read has one that says so. */
export function collectorsOf(observed: ObservedPlan): Collector[] {
  return Object.entries(observed.plan.targets).flatMap(([name, { url, process: wish, metrics }]) => {
    const collectors: Collector[] = [];
    if (wish?.container !== undefined)
      collectors.push(containerOf(name, wish.container, observed.dockerHost));
    else if (wish !== undefined) collectors.push(processOf(name, url, wish));
    if (metrics !== undefined) collectors.push(metricsOf(observed, name, url, metrics));
    if (observed.plan.observe?.prometheus !== undefined) collectors.push(prometheusOf(observed, name));
    return collectors;
  });
}

type Target = Plan['targets'][string];

function processOf(name: string, url: string, wish: NonNullable<Target['process']>): Collector {
  if (process.platform === 'linux') return collectProcess(name, wish);
  if (process.platform === 'darwin') return collectByPs(name, wish);
  return silent(
    name,
    'process',
    `processes cannot be read on ${process.platform}: ${url} may tell its metrics`,
  );
}

function containerOf(name: string, container: string, host: string | undefined): Collector {
  const socket = dockerSocket(host);
  if (socket !== undefined) return collectContainer(name, container, socket);
  return silent(name, 'docker', noDockerSocket);
}

function metricsOf(
  observed: ObservedPlan,
  name: string,
  target: string,
  metrics: NonNullable<Target['metrics']>,
): Collector {
  const url = new URL(metricsAddress(target, metrics.url));
  const refusal = whyForbidden(url, observed.allowedTargets);
  if (refusal !== undefined) return silent(name, 'metrics', refusal);
  return collectMetrics(name, {
    url,
    credentials: credentialsOf('auth' in metrics ? metrics.auth : undefined, observed),
  });
}

function prometheusOf(observed: ObservedPlan, name: string): Collector {
  const { targets, observe } = observed.plan;
  const server = observe?.prometheus;
  const endpoint = readTarget(targets[name]?.url ?? '');
  if (server === undefined || !endpoint.ok)
    return silent(name, 'prometheus', 'the address of the target cannot be read');
  const url = new URL(server.url);
  const refusal = whyForbidden(url, observed.allowedTargets);
  if (refusal !== undefined) return silent(name, 'prometheus', refusal);
  return collectPrometheus(
    { url, credentials: credentialsOf('auth' in server ? server.auth : undefined, observed) },
    {
      component: name,
      ...endpoint.endpoint,
      ...wishesOf(targets[name]),
      scrapeMs: 'scrape' in server ? server.scrape : undefined,
    },
  );
}

function wishesOf(target: Target | undefined): Pick<PrometheusWish, 'queries' | 'labels'> {
  const { labels, queries = {} } = target?.prometheus ?? {};
  const texts =
    labels && Object.entries(labels).map(([key, value]): [string, string] => [key, String(value)]);
  return { queries, labels: texts && Object.fromEntries(texts) };
}

/** Where and how k6's figures are written; `undefined` where the plan does not ask for it, or nobody approved the server. */
export function remoteWriteOf(observed: ObservedPlan): RemoteWriteWish | undefined {
  const server = observed.plan.observe?.prometheus;
  if (server === undefined || !('write' in server) || server.write === undefined) return undefined;
  const url = new URL(server.url);
  if (whyForbidden(url, observed.allowedTargets) !== undefined) return undefined;
  return { server: { url, credentials: credentialsOf(server.auth, observed) }, form: server.write };
}

export interface RemoteWriteWish {
  readonly server: PrometheusServer;
  readonly form: RemoteWrite['form'];
}

/** Nothing is asked, and no secret sent, where nobody approved it. */
function whyForbidden(url: URL, allowed: readonly string[]): string | undefined {
  const reading = readTarget(url.href);
  if (!reading.ok) return `the address ${url.origin}${url.pathname} ${reading.reason}`;
  if (isApproved(reading.endpoint, allowed)) return undefined;
  const shown = formatEndpoint(reading.endpoint);
  return `${shown} is not this machine and was not read: allow it with --allow-target ${shown}`;
}

function credentialsOf(auth: Auth | undefined, observed: ObservedPlan): Credentials {
  if (auth === undefined) return { kind: 'none' };
  if ('bearer' in auth) return { kind: 'bearer', token: filled(auth.bearer, observed) };
  const { user, password } = auth.basic;
  return { kind: 'basic', user: filled(user, observed), password: filled(password, observed) };
}

/** The plan was checked: nothing else has a value here. */
function filled(text: string, { env, secrets }: ObservedPlan): string {
  return parseTemplate(text)
    .template.parts.map((part) => {
      if (part.kind === 'text') return part.text;
      const values = part.root.name === 'secret' ? secrets : env;
      return values.get(part.keys[0]?.name ?? '') ?? '';
    })
    .join('');
}

/** Says again and again why there is nothing to be read. */
function silent(component: string, source: ResourceSource, gap: string): Collector {
  return {
    component,
    source,
    begin: () => undefined,
    read: () => Promise.resolve([{ component, source, timeMs: Date.now(), readings: [], gap }]),
  };
}
