/** The dashboard at the time of a run. Whoever only links needs none of Grafana's types. */
import { createHash } from 'node:crypto';
import type { Plan } from '../../core/plan/schema';

/** Grafana takes no longer identifiers. */
const maxUid = 40;

/** The same plan has the same dashboard, wherever it is pushed from. */
export function dashboardUid({ name }: Pick<Plan, 'name'>): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `bw-${shortHash(name)}-${slug}`.slice(0, maxUid).replace(/-$/, '');
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

export interface RunTime {
  /** `undefined` where it is not known yet: then all runs of that time are shown. */
  readonly id: string | undefined;
  readonly startedMs: number;
  /** `undefined` of a run that goes on. */
  readonly endedMs: number | undefined;
}

/** With a margin on both sides. What the address holds of a person is left out. */
export function linkToRun(server: URL, uid: string, run: RunTime): string {
  const link = addressOf(server, `d/${uid}`);
  link.username = '';
  link.password = '';
  for (const [key, value] of timeOf(run)) link.searchParams.set(key, value);
  if (run.id !== undefined) link.searchParams.set('var-run', run.id);
  return link.href;
}

/** `from` and `to` of a run, as Grafana takes them. */
export function timeOf({ startedMs, endedMs }: RunTime): [key: 'from' | 'to', value: string][] {
  const marginMs = Math.max(5000, 0.02 * ((endedMs ?? startedMs) - startedMs));
  return [
    ['from', String(Math.round(startedMs - marginMs))],
    ['to', endedMs === undefined ? 'now' : String(Math.round(endedMs + marginMs))],
  ];
}

/** An address below that of the server, which may have a path of its own. */
export function addressOf(base: URL, path: string): URL {
  return new URL(path, base.pathname.endsWith('/') ? base : new URL(`${base.pathname}/`, base));
}
