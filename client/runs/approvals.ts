/**
 * Load on other machines needs a person's word, and so does reading from them; it is kept for this user and never in a
 * folder that others can write.
 */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Kubernetes } from '../../core/plan/schema';
import { clusterName } from '../../core/run/cluster-name';
import { describeLoad, describeRead, type LoadRequest, type ReadRequest } from './load-request';

const storageKey = 'benchwright.approvedLoads';
const hostsKey = 'benchwright.approvedHosts';
const clustersKey = 'benchwright.approvedClusters';

/** Their names. */
const approvedClusters = z.array(z.string());

/** `host:port` with the purposes that were shown when it was approved. */
const approvedHosts = z.array(z.object({ endpoint: z.string(), purposes: z.array(z.string()) }));

const approvedLoads = z.array(
  z.object({ endpoint: z.string(), unit: z.enum(['users', 'per-second']), peak: z.number() }),
);

type ApprovedLoad = z.infer<typeof approvedLoads>[number];

export class Approvals {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /**
   * Asks for what was not approved before, or only for less.
   *
   * @returns whether the run may start.
   */
  async ask(requests: readonly LoadRequest[]): Promise<boolean> {
    const open = requests.filter((request) => !this.#isApproved(request));
    if (open.length === 0) return true;
    const start = open.length === 1 ? t('Send This Load') : t('Send These Loads');
    const chosen = await vscode.window.showWarningMessage(
      t('This run sends load to machines other than this one. Do so only where you are allowed to.'),
      { modal: true, detail: open.map(describeLoad).join('\n') },
      start,
    );
    if (chosen !== start) return false;
    await this.#remember(open);
    return true;
  }

  /** Whether a person has allowed any load there. */
  isKnown(endpoint: string): boolean {
    return this.#stored().some((known) => known.endpoint === endpoint);
  }

  /**
   * Asks for hosts, or for purposes, that were not approved before. A run goes on without what it may not read.
   *
   * @returns what may be read, as `host:port`; `undefined` where the run may not start.
   */
  async askReading(requests: readonly ReadRequest[]): Promise<readonly string[] | undefined> {
    const isKnown = (request: ReadRequest): boolean => this.#isApprovedHost(request);
    const open = requests.filter((request) => !isKnown(request));
    if (open.length === 0) return requests.map(({ endpoint }) => endpoint);
    const read = t('Read There');
    const leave = t('Run Without');
    const chosen = await vscode.window.showWarningMessage(
      t('This run reads resources from machines other than this one.'),
      { modal: true, detail: open.map(describeRead).join('\n') },
      read,
      leave,
    );
    if (chosen === undefined) return undefined;
    if (chosen === leave) return requests.filter(isKnown).map(({ endpoint }) => endpoint);
    await this.#rememberHosts(open);
    return requests.map(({ endpoint }) => endpoint);
  }

  /** Asks for one host that gets a dashboard. @returns whether it may be sent anything. */
  async askSending(request: ReadRequest): Promise<boolean> {
    if (this.#isApprovedHost(request)) return true;
    const send = t('Send There');
    const chosen = await vscode.window.showWarningMessage(
      t('The Grafana server of this plan is on a machine other than this one.'),
      { modal: true, detail: describeRead(request) },
      send,
    );
    if (chosen !== send) return false;
    await this.#rememberHosts([request]);
    return true;
  }

  /**
   * Asks for a namespace in which the generators are pods.
   *
   * @returns whether they may be started there.
   */
  async askCluster(cluster: Kubernetes): Promise<boolean> {
    const { context, namespace, image } = cluster;
    const name = clusterName(cluster);
    const parsed = approvedClusters.safeParse(this.#memory.get(clustersKey));
    const known = parsed.success ? parsed.data : [];
    if (known.includes(name)) return true;
    const start = t('Start Pods There');
    const chosen = await vscode.window.showWarningMessage(
      t('The load of this run is made by pods of a cluster. Start them only where you are allowed to.'),
      { modal: true, detail: t`Context ${context}, namespace ${namespace}, image ${image}` },
      start,
    );
    if (chosen !== start) return false;
    await this.#memory.update(clustersKey, [...known, name]);
    return true;
  }

  async forget(): Promise<void> {
    for (const key of [storageKey, hostsKey, clustersKey]) await this.#memory.update(key, undefined);
  }

  #hosts(): z.infer<typeof approvedHosts> {
    const parsed = approvedHosts.safeParse(this.#memory.get(hostsKey));
    return parsed.success ? parsed.data : [];
  }

  #isApprovedHost({ endpoint, purposes }: ReadRequest): boolean {
    const known = this.#hosts().find((host) => host.endpoint === endpoint)?.purposes;
    return known !== undefined && purposes.every((purpose) => known.includes(purpose));
  }

  async #rememberHosts(requests: readonly ReadRequest[]): Promise<void> {
    const known = new Map(this.#hosts().map(({ endpoint, purposes }) => [endpoint, purposes]));
    for (const { endpoint, purposes } of requests)
      known.set(endpoint, [...new Set([...(known.get(endpoint) ?? []), ...purposes])]);
    const kept = [...known].map(([endpoint, purposes]) => ({ endpoint, purposes }));
    await this.#memory.update(hostsKey, kept);
  }

  #stored(): readonly ApprovedLoad[] {
    const parsed = approvedLoads.safeParse(this.#memory.get(storageKey));
    return parsed.success ? parsed.data : [];
  }

  #isApproved({ endpoint, unit, peak }: LoadRequest): boolean {
    return this.#stored().some(
      (known) => known.endpoint === endpoint && known.unit === unit && peak <= known.peak,
    );
  }

  async #remember(requests: readonly LoadRequest[]): Promise<void> {
    // A load without a peak is asked for each time: infinity cannot be kept, and should not be.
    const kept = requests.filter(({ peak }) => Number.isFinite(peak));
    const isReplaced = (known: ApprovedLoad): boolean =>
      kept.some(({ endpoint, unit }) => endpoint === known.endpoint && unit === known.unit);
    const others = this.#stored().filter((known) => !isReplaced(known));
    const added = kept.map(({ endpoint, unit, peak }) => ({ endpoint, unit, peak }));
    await this.#memory.update(storageKey, [...others, ...added]);
  }
}
