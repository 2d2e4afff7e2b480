/** Pictures of panels, as the server draws them where it has a renderer. */
import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as z from 'zod';
import type { Plan } from '../../core/plan/schema';
import { ask, authorization } from '../host/bounded-http';
import { askGrafana, type GrafanaServer } from './api';
import { matchersOf } from './queries';
import { addressOf, timeOf, type RunTime } from './run-link';
import type { GrafanaDashboard } from './schema-one';

export interface PanelPicture {
  readonly title: string;
  readonly png: Uint8Array;
}

export interface Rendering {
  /** Those that were had. */
  readonly pictures: readonly PanelPicture[];
  /** Why there are not all: one sentence without a final full stop. */
  readonly note?: string;
}

interface PanelView {
  readonly panelId: number;
  readonly title: string;
  /** Of the dashboard, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

const widthPx = 1000;
const heightPx = 360;
const maxBytes = 2 * 1024 * 1024;
const maxPictures = 40;

/** A browser starts on the server for the first of them. */
const deadlineMs = 60_000;

const settings = z.object({ rendererAvailable: z.boolean().optional() });

const noRenderer =
  'it has no image renderer: set up the Grafana image renderer on it to have pictures of panels in reports';

/** One panel after the other: a renderer that is asked for many at once refuses. The first failure ends it. */
export async function renderPanels(
  server: GrafanaServer,
  {
    dashboard,
    plan,
    run,
  }: { readonly dashboard: GrafanaDashboard; readonly plan: Plan; readonly run: RunTime },
  /** Of the data source, where it is known. */
  source: string | undefined,
): Promise<Rendering> {
  const name = `no pictures of panels from ${server.url.origin}`;
  const told = await askGrafana(server, 'api/frontend/settings', settings);
  if (told.ok && told.value.rendererAvailable === false)
    return { pictures: [], note: `${name}: ${noRenderer}` };
  const views = panelViews(dashboard, plan);
  const pictures: PanelPicture[] = [];
  for (const view of views.slice(0, maxPictures)) {
    const address = addressOf(server.url, `render/d-solo/${dashboard.uid ?? ''}/run`);
    const sized = { width: String(widthPx), height: String(heightPx), tz: 'UTC', theme: 'light' };
    const asked = { ...Object.fromEntries(timeOf(run)), ...sized, panelId: String(view.panelId) };
    const variables = { 'var-run': run.id ?? '', ...(source !== undefined && { 'var-datasource': source }) };
    for (const [key, value] of Object.entries({ ...asked, ...variables, ...view.variables }))
      address.searchParams.set(key, value);
    const picture = await renderOne(server, address);
    if (!picture.ok) {
      const some = pictures.length > 0 ? `only ${pictures.length} of ${views.length} ${name.slice(3)}` : name;
      return { pictures, note: `${some}: ${picture.reason}` };
    }
    pictures.push({ title: view.title, png: picture.png });
  }
  return { pictures };
}

type Rendered =
  { readonly ok: true; readonly png: Uint8Array } | { readonly ok: false; readonly reason: string };

async function renderOne({ token }: GrafanaServer, url: URL): Promise<Rendered> {
  const chunks: Buffer[] = [];
  const answer = await ask({
    url,
    headers: {
      accept: 'image/png',
      ...authorization(token === undefined ? { kind: 'none' } : { kind: 'bearer', token }),
    },
    maxBytes,
    signal: AbortSignal.timeout(deadlineMs),
    onChunk: (chunk) => {
      chunks.push(chunk);
    },
  });
  if (!answer.ok) return { ok: false, reason: `it ${answer.reason}${remedyFor(answer.status)}` };
  const png = Buffer.concat(chunks);
  const size = sizeOf(png);
  if (size === undefined) return { ok: false, reason: 'it answered with something else than a picture' };
  // In place of a picture that it cannot make, a server has one of its own, of another size, that says so.
  if (size.width !== widthPx || size.height !== heightPx)
    return { ok: false, reason: `it gave another picture than that of the panel; perhaps ${noRenderer}` };
  return { ok: true, png };
}

function remedyFor(status: number | undefined): string {
  return status === 401 || status === 403 ? '; its token needs at least the role Viewer' : '';
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Of a PNG, by its first chunk; `undefined` of anything else. */
function sizeOf(png: Buffer): { readonly width: number; readonly height: number } | undefined {
  if (png.length < 33 || !png.subarray(0, 8).equals(signature)) return undefined;
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The panels in the order of the dashboard; those that stand once for each component, for each of them. */
function panelViews({ panels = [] }: GrafanaDashboard, plan: Plan): PanelView[] {
  const views: PanelView[] = [];
  let row: RowPanel | undefined;
  const repeated: (Panel & { readonly id: number })[] = [];
  const endRow = (): void => {
    for (const [name, target] of Object.entries(plan.targets))
      for (const { id, title = '' } of repeated)
        views.push({
          panelId: id,
          title: `${name}: ${title}`,
          variables: { 'var-component': matchersOf(target) },
        });
    repeated.length = 0;
  };
  for (const panel of panels) {
    if (isRow(panel)) {
      endRow();
      row = panel;
    } else if (panel.id !== undefined) {
      if (row?.repeat === 'component') repeated.push({ ...panel, id: panel.id });
      else views.push({ panelId: panel.id, title: titleIn(row, panel), variables: {} });
    }
  }
  endRow();
  return views;
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}

function titleIn(row: RowPanel | undefined, { title = '' }: Panel): string {
  return row?.title === undefined ? title : `${row.title}: ${title}`;
}
