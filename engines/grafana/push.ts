/** Brings dashboards, and the phases of runs, to a Grafana server. What is there already is left as it is. */
import * as z from 'zod';
import type { Run } from '../../core/run/run';
import { askGrafana, type Asked, type GrafanaServer } from './api';
import { ownTag } from './dashboard';
import type { GrafanaDashboard } from './schema-one';

export type Change = 'created' | 'updated' | 'unchanged';

const dataSources = z.array(
  z.object({ uid: z.string(), name: z.string(), type: z.string(), url: z.string().default('') }),
);
const createdSource = z.object({ datasource: z.object({ uid: z.string() }) });
const savedDashboard = z.object({ uid: z.string() });
const foundDashboard = z.object({
  dashboard: z.object({ tags: z.array(z.string()).nullish() }),
});
const annotations = z.array(
  z.object({
    id: z.number(),
    time: z.number(),
    timeEnd: z.number().nullish(),
    text: z.string().default(''),
    tags: z.array(z.string()).nullish(),
  }),
);
const anything = z.looseObject({});

/** More regions than phases of one run. */
const maxRegions = 1000;

/** Finds the data source of a Prometheus server by its address, or creates it. */
export async function ensureDataSource(
  server: GrafanaServer,
  prometheus: string,
): Promise<Asked<{ readonly uid: string; readonly change: Change }>> {
  const known = await askGrafana(server, 'api/datasources', dataSources);
  if (!known.ok) return known;
  const plain = (url: string): string => url.replace(/\/+$/, '');
  const found = known.value.find(
    ({ type, url }) => type === 'prometheus' && plain(url) === plain(prometheus),
  );
  if (found !== undefined) return { ok: true, value: { uid: found.uid, change: 'unchanged' } };
  const json = {
    name: freeName(known.value.map(({ name }) => name)),
    type: 'prometheus',
    access: 'proxy',
    url: prometheus,
  };
  const created = await askGrafana(server, 'api/datasources', createdSource, { method: 'POST', json });
  if (!created.ok) return created;
  return { ok: true, value: { uid: created.value.datasource.uid, change: 'created' } };
}

function freeName(taken: readonly string[]): string {
  let name = 'Prometheus of Benchwright';
  for (let count = 2; taken.includes(name); count += 1) name = `Prometheus of Benchwright ${count}`;
  return name;
}

/** Saves a dashboard, unless the server has the same: their tags tell, since a server completes what it is given. */
export async function pushDashboard(
  server: GrafanaServer,
  dashboard: GrafanaDashboard,
): Promise<Asked<Change>> {
  const there = await askGrafana(server, `api/dashboards/uid/${dashboard.uid ?? ''}`, foundDashboard);
  if (!there.ok && there.status !== 404) return there;
  const isSame =
    there.ok && dashboard.tags?.every((tag) => there.value.dashboard.tags?.includes(tag) === true) === true;
  if (isSame) return { ok: true, value: 'unchanged' };
  const json = { dashboard: { ...dashboard, id: null }, overwrite: true, message: 'Pushed by Benchwright' };
  const saved = await askGrafana(server, 'api/dashboards/db', savedDashboard, { method: 'POST', json });
  if (!saved.ok) return saved;
  return { ok: true, value: there.ok ? 'updated' : 'created' };
}

export interface Region {
  readonly timeMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly tags: readonly string[];
}

/** The phases of a run that had a load, as regions. A search is one region. */
export function regionsOf(run: Run, uid: string): Region[] {
  return run.phases.flatMap((phase, index) => {
    if (phase.loadStartMs === null) return [];
    const next = run.phases.slice(index + 1).find(({ loadStartMs }) => loadStartMs !== null)?.loadStartMs;
    const endMs =
      phase.capacity === undefined ? phase.loadStartMs + phase.window.toMs : (next ?? run.endedMs);
    return [
      {
        timeMs: Math.round(phase.loadStartMs),
        endMs: Math.round(endMs),
        text: `${phase.name}: ${phase.verdict}`,
        tags: [ownTag, `plan:${uid}`, `run:${run.id}`, `phase:${phase.name}`],
      },
    ];
  });
}

/** Draws regions that are missing, and corrects those that lie elsewhere. */
export async function pushRegions(
  server: GrafanaServer,
  runId: string,
  regions: readonly Region[],
): Promise<Asked<readonly Change[]>> {
  const asked = new URLSearchParams({ type: 'annotation', limit: String(maxRegions) });
  for (const tag of [ownTag, `run:${runId}`]) asked.append('tags', tag);
  const known = await askGrafana(server, `api/annotations?${asked.toString()}`, annotations);
  if (!known.ok) return known;
  const changes: Change[] = [];
  for (const region of regions) {
    const old = known.value.find(({ tags }) => region.tags.every((tag) => tags?.includes(tag) === true));
    const json = { time: region.timeMs, timeEnd: region.endMs, text: region.text, tags: region.tags };
    if (old?.time === json.time && old.timeEnd === json.timeEnd && old.text === json.text) {
      changes.push('unchanged');
      continue;
    }
    const saved =
      old === undefined
        ? await askGrafana(server, 'api/annotations', anything, { method: 'POST', json })
        : await askGrafana(server, `api/annotations/${old.id}`, anything, { method: 'PATCH', json });
    if (!saved.ok) return saved;
    changes.push(old === undefined ? 'created' : 'updated');
  }
  return { ok: true, value: changes };
}
