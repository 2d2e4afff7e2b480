/** What is asked of a server about a component, where the plan does not say. */
import { containerMetrics, processMetrics, type KnownMetric } from '../../core/measure/resource-names';
import { scrapesInRate } from '../../core/measure/scraping';

export interface ResourceQuery {
  readonly metric: string;
  readonly query: string;
  /** The query of what the values cannot exceed. */
  readonly limit?: string;
  /** Whether values of several series make sense as a sum. */
  readonly isSummed: boolean;
}

/** Names that are worth asking for, as one pattern. */
export const knownNames = [...processMetrics, ...containerMetrics]
  .flatMap(({ names, limits = [] }) => [...names, ...limits])
  .join('|');

/** Labels that make containers of what only adds up to one. */
const containerOnly = 'image!=""';

export interface QueryWish {
  readonly matchers: string;
  readonly scrapeMs: number;
  /** The names that the server has for the component. */
  readonly present: ReadonlySet<string>;
  /** Of the plan, by what they measure. */
  readonly own: Readonly<Record<string, string>>;
}

export function queriesFor(wish: QueryWish): ResourceQuery[] {
  const { own, present } = wish;
  const metrics = new Map<string, KnownMetric & { readonly extra: string }>();
  // What a process tells of itself goes before what its container does.
  for (const known of containerMetrics) metrics.set(known.metric, { ...known, extra: `,${containerOnly}` });
  for (const known of processMetrics)
    if (known.names.some((name) => present.has(name))) metrics.set(known.metric, { ...known, extra: '' });
  const usual = [...metrics.values()].flatMap((known) =>
    Object.hasOwn(own, known.metric) ? [] : usualQuery(known, known.extra, wish),
  );
  const named = Object.entries(own).map(([metric, query]) => ({
    metric,
    query,
    isSummed: metrics.has(metric),
  }));
  return [...usual, ...named];
}

function usualQuery(
  { metric, kind, names, limits = [] }: KnownMetric,
  extra: string,
  { present, matchers, scrapeMs }: QueryWish,
): ResourceQuery[] {
  const name = names.find((each) => present.has(each));
  if (name === undefined) return [];
  const series = `${name}{${matchers}${extra}}`;
  const window = `${Math.max(1, Math.ceil((scrapesInRate * scrapeMs) / 1000))}s`;
  const limit = limits.find((each) => present.has(each));
  return [
    {
      metric,
      // Requests are told by route and status; nobody asks for each of them here.
      query:
        kind === 'gauge'
          ? series
          : metric === 'requests'
            ? `sum(rate(${series}[${window}]))`
            : `rate(${series}[${window}])`,
      isSummed: true,
      ...(limit !== undefined && { limit: `max(${limit}{${matchers}${extra}} > 0)` }),
    },
  ];
}
