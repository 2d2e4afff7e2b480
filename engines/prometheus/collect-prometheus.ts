/** Reads a component from a Prometheus server: its series at the times of a grid, as the server has them. */
import type { ResourceReading } from '../../core/measure/record';
import { neededScrapeMs, pointsIn, scrapesInRate } from '../../core/measure/scraping';
import type { Collector, LoadWindow, ResourceSample } from '../../core/measure/resource-sample';
import { listTargets, queryLabels, queryRange, type PrometheusServer, type QueriedSeries } from './api';
import { knownNames, queriesFor, type ResourceQuery } from './queries';
import { selectBlindly, selectTarget, type Selection, type TargetWish } from './select';

export interface PrometheusWish extends TargetWish {
  readonly component: string;
  /** Queries of the plan, by what they measure. */
  readonly queries: Readonly<Record<string, string>>;
}

/** New points come with the scrapes, and each look is several queries. */
const everyMs = 2000;
const deadlineMs = 5000;

/** A finer grid is not worth its size. */
const minStepMs = 1000;
const maxPoints = 1000;

/** What a server scrapes, and which series it has, may change while it runs. */
const knownForMs = 60_000;

/** A difference of clocks below this is that of two readings. */
const maxSkewMs = 2500;
const maxSeries = 100;

/** A server that has just started has its first series with its first scrape. */
const unknownForMs = 3000;

interface Known {
  /** From when on it has to be learned again. */
  readonly untilMs: number;
  readonly selection: Selection;
  readonly queries: readonly ResourceQuery[];
  /** How far the clock of the server is ahead of ours. */
  readonly skewMs: number;
}

type Knowing = { readonly ok: true; readonly known: Known } | { readonly ok: false; readonly reason: string };

export function collectPrometheus(
  server: PrometheusServer,
  wish: PrometheusWish,
  now: () => number = () => Date.now(),
): Collector {
  const { component } = wish;
  let known: Known | undefined;
  let toldMs = 0;
  /** Asked for once: they are for whoever writes queries, and worth no second question. */
  let names: readonly string[] | undefined;
  /** How long the load lasts, until it was told what that means for its series. */
  let untoldMs: number | undefined;
  const gap = (reason: string): ResourceSample[] => [
    { component, source: 'prometheus', timeMs: now(), readings: [], gap: reason },
  ];
  const readSpan = async (
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<readonly ResourceSample[]> => {
    if (known === undefined || now() > known.untilMs) {
      const knowing = await learn(server, wish, now, signal);
      if (!knowing.ok) return gap(knowing.reason);
      known = knowing.known;
    }
    const [{ samples, faults }, all] = await Promise.all([
      querySpan(server, known, { fromMs, toMs }, signal),
      names ?? allNames(server, known, now, signal),
    ]);
    names = all;
    const reasons = [...troublesOf(known, untoldMs), ...faults];
    untoldMs = undefined;
    if (samples.size === 0 && reasons.length === 0) return [];
    const told = [...samples].map(([timeMs, readings]): ResourceSample => ({
      component,
      source: 'prometheus',
      timeMs,
      readings,
    }));
    const last = told.at(-1);
    toldMs = Math.max(toldMs, last?.timeMs ?? 0);
    if (reasons.length === 0) return told;
    if (last === undefined) return gap(reasons.join('; '));
    return [...told.slice(0, -1), { ...last, gap: reasons.join('; ') }];
  };
  return {
    component,
    source: 'prometheus',
    everyMs,
    deadlineMs,
    begin: (plannedMs) => {
      toldMs = now();
      untoldMs = plannedMs;
    },
    // The newest step may still lack a scrape that is under way.
    read: (signal) => readSpan(toldMs + 1, now() - (known?.selection.scrapeMs ?? 0), signal),
    readAgain: ({ fromMs, toMs }, signal) => readSpan(fromMs, toMs, signal),
    seenNames: () => names ?? [],
  };
}

async function learn(
  server: PrometheusServer,
  wish: PrometheusWish,
  now: () => number,
  signal: AbortSignal,
): Promise<Knowing> {
  const listed = await listTargets(server, signal);
  const atMs = now();
  // Only a server that has no such list may be asked blindly: any other failure is one.
  if (!listed.ok && listed.status !== 404 && listed.status !== 405) return listed;
  const selecting = listed.ok
    ? selectTarget(wish, listed.value)
    : { ok: true as const, selection: selectBlindly(wish) };
  if (!selecting.ok) return selecting;
  const { selection } = selecting;
  const skewMs = skewOf(listed.ok ? listed.dateMs : undefined, atMs);
  const { matchers, scrapeMs } = selection;
  const names = await queryLabels(
    server,
    `count by (__name__) ({__name__=~"${knownNames}",${matchers}})`,
    atMs + skewMs,
    signal,
  );
  if (!names.ok) return names;
  const present = new Set(names.value.map((labels) => labels['__name__'] ?? ''));
  const queries = queriesFor({ matchers, scrapeMs, present, own: wish.queries });
  if (queries.length === 0)
    return {
      ok: false,
      reason:
        selection.trouble ??
        `Prometheus has no series of a process or a container with {${matchers}}: correct the key \`prometheus.labels\` of the target, or give it \`prometheus.queries\``,
    };
  const untilMs = atMs + (present.size === 0 ? unknownForMs : knownForMs);
  return { ok: true, known: { untilMs, selection, queries, skewMs } };
}

/** Whatever the component has on the server; nothing where it does not say. */
async function allNames(
  server: PrometheusServer,
  { selection, skewMs }: Known,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = `count by (__name__) ({${selection.matchers}})`;
  const found = await queryLabels(server, query, now() + skewMs, signal);
  return found.ok ? found.value.flatMap((labels) => labels['__name__'] ?? []) : [];
}

/** @param plannedMs how long the load lasts, where that was not told yet. */
function troublesOf(known: Known, plannedMs: number | undefined): string[] {
  const { trouble, scrapeMs } = known.selection;
  return [
    ...(trouble === undefined ? [] : [trouble]),
    ...skewTold(known),
    ...(plannedMs === undefined ? [] : seldomTold(plannedMs, scrapeMs)),
  ];
}

/** A load that is short beside the time between two scrapes has hardly a series. */
function seldomTold(plannedMs: number, scrapeMs: number): string[] {
  const neededMs = neededScrapeMs(plannedMs, scrapeMs);
  if (neededMs === undefined) return [];
  const points = pointsIn(plannedMs, scrapeMs);
  const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;
  return [
    `Prometheus scrapes it every ${seconds(scrapeMs)}, so that a load of ${seconds(plannedMs)} has ${points} ${points === 1 ? 'point' : 'points'} of each series, and rates look back over ${seconds(scrapesInRate * scrapeMs)}: a \`scrape_interval\` of ${seconds(neededMs)} would show its course`,
  ];
}

function skewOf(dateMs: number | undefined, atMs: number): number {
  const skewMs = dateMs === undefined ? 0 : dateMs - atMs;
  return Math.abs(skewMs) > maxSkewMs ? skewMs : 0;
}

function skewTold({ skewMs }: Known): string[] {
  if (skewMs === 0) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return [
    `the clock of the Prometheus server is ${seconds} s ${skewMs > 0 ? 'ahead' : 'behind'}: its times were moved by that`,
  ];
}

async function querySpan(
  server: PrometheusServer,
  { selection, queries, skewMs }: Known,
  { fromMs, toMs }: LoadWindow,
  signal: AbortSignal,
): Promise<{
  readonly samples: ReadonlyMap<number, readonly ResourceReading[]>;
  readonly faults: readonly string[];
}> {
  const stepMs = stepFor(selection.scrapeMs, toMs - fromMs);
  // A grid of its own for all time, so that what is asked twice falls on the same points.
  const range = {
    fromMs: Math.ceil((fromMs + skewMs) / stepMs) * stepMs,
    toMs: Math.floor((toMs + skewMs) / stepMs) * stepMs,
    stepMs,
  };
  const samples = new Map<number, ResourceReading[]>();
  const faults: string[] = [];
  if (range.toMs < range.fromMs) return { samples, faults };
  const answers = await Promise.all(
    queries.map(async (each) => ({
      ...each,
      values: await queryRange(server, each.query, range, signal),
      limits: each.limit === undefined ? undefined : await queryRange(server, each.limit, range, signal),
    })),
  );
  for (const { metric, isSummed, values, limits } of answers) {
    if (!values.ok) {
      faults.push(`${metric}: ${values.reason}`);
      continue;
    }
    if (values.value.length > maxSeries)
      faults.push(
        `${metric}: the query has ${values.value.length} series, of which ${maxSeries} are kept: aggregate it`,
      );
    const limit = limits?.ok === true ? limits.value[0]?.values.at(-1)?.[1] : undefined;
    addSeries(samples, values.value.slice(0, maxSeries), { metric, isSummed, limit, skewMs });
  }
  return { samples: new Map([...samples].sort(([a], [b]) => a - b)), faults: [...new Set(faults)] };
}

function stepFor(scrapeMs: number, spanMs: number): number {
  const least = Math.max(minStepMs, scrapeMs, Math.ceil(spanMs / maxPoints));
  return Math.ceil(least / minStepMs) * minStepMs;
}

interface Naming {
  readonly metric: string;
  readonly isSummed: boolean;
  readonly limit: number | undefined;
  readonly skewMs: number;
}

/** Each series where there are several, and their sum where one makes sense. */
function addSeries(
  samples: Map<number, ResourceReading[]>,
  series: readonly QueriedSeries[],
  { metric, isSummed, limit, skewMs }: Naming,
): void {
  const limited = limit === undefined ? {} : { limit };
  const sums = new Map<number, number>();
  const add = (timeMs: number, reading: ResourceReading): void => {
    const there = samples.get(timeMs);
    if (there === undefined) samples.set(timeMs, [reading]);
    else there.push(reading);
  };
  const names = instanceNames(series);
  for (const [index, { values }] of series.entries()) {
    const instance = names[index];
    for (const [serverMs, value] of values) {
      const timeMs = serverMs - skewMs;
      if (instance !== undefined) add(timeMs, { metric, instance, value });
      sums.set(timeMs, (sums.get(timeMs) ?? 0) + value);
    }
  }
  if (series.length > 1 && !isSummed) return;
  for (const [timeMs, value] of sums) add(timeMs, { metric, value, ...limited });
}

/** The labels in which series of one query differ; none where there is only one. */
function instanceNames(series: readonly QueriedSeries[]): (string | undefined)[] {
  if (series.length < 2) return [undefined];
  const [first] = series;
  const keys = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const telling = keys.filter((key) => series.some(({ labels }) => labels[key] !== first?.labels[key]));
  return series.map(({ labels }) =>
    telling
      .filter((key) => labels[key] !== undefined)
      .map((key) => `${key}=${JSON.stringify(labels[key])}`)
      .join(', ')
      .slice(0, 200),
  );
}
