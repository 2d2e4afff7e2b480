/** Which series of a server are those of a target. */
import { usualScrapeMs } from '../../core/measure/scraping';
import type { ScrapedTarget } from './api';

export interface TargetWish {
  /** The host and port of the target, as the plan has them. */
  readonly host: string;
  readonly port: number;
  /** Labels that choose its series, in place of its address. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** How often it is scraped, where the server does not tell. */
  readonly scrapeMs?: number | undefined;
}

export interface Selection {
  /** Matchers of labels, without braces. */
  readonly matchers: string;
  readonly scrapeMs: number;
  /** What is wrong with the scraping, as the server tells. */
  readonly trouble?: string;
}

export type Selecting =
  { readonly ok: true; readonly selection: Selection } | { readonly ok: false; readonly reason: string };

export function selectTarget(wish: TargetWish, scraped: readonly ScrapedTarget[]): Selecting {
  const found = scraped.filter((each) => isWished(each, wish));
  const [first] = found;
  if (wish.labels !== undefined) {
    const matchers = matchersOf(wish.labels);
    return { ok: true, selection: { matchers, ...scrapingOf(first, wish) } };
  }
  if (first === undefined) {
    const others = scraped.map(({ labels }) => labels['instance'] ?? '').filter((name) => name !== '');
    const known = others.length === 0 ? 'no target at all' : `only ${others.slice(0, 5).join(', ')}`;
    return {
      ok: false,
      reason: `Prometheus scrapes ${known}: add ${wish.host}:${wish.port} to its \`scrape_configs\`, or choose the series by the key \`prometheus.labels\` of the target`,
    };
  }
  const { job, instance } = first.labels;
  const matchers = matchersOf({
    ...(job !== undefined && { job }),
    ...(instance !== undefined && { instance }),
  });
  return { ok: true, selection: { matchers, ...scrapingOf(first, wish) } };
}

/** The selection for a server that does not tell what it scrapes. */
export function selectBlindly({ host, port, labels, scrapeMs = usualScrapeMs }: TargetWish): Selection {
  return { matchers: matchersOf(labels ?? { instance: `${host}:${port}` }), scrapeMs };
}

function scrapingOf(
  target: ScrapedTarget | undefined,
  { scrapeMs = usualScrapeMs }: TargetWish,
): Omit<Selection, 'matchers'> {
  if (target === undefined) return { scrapeMs };
  const trouble = target.health === 'down' ? `Prometheus cannot scrape it: ${target.lastError}` : undefined;
  return {
    scrapeMs: promDuration(target.scrapeInterval) ?? scrapeMs,
    ...(trouble !== undefined && { trouble }),
  };
}

function isWished({ labels, discoveredLabels }: ScrapedTarget, wish: TargetWish): boolean {
  if (wish.labels !== undefined)
    return Object.entries(wish.labels).every(([name, value]) => labels[name] === value);
  return [labels['instance'], discoveredLabels['__address__']].some((address) => isAt(address, wish));
}

/** This machine has several names for itself. */
function isAt(address: string | undefined, { host, port }: TargetWish): boolean {
  const [, name = '', at] = /^\[?(.*?)\]?:(\d+)$/.exec(address ?? '') ?? [];
  const plain = (each: string): string =>
    /^(?:localhost|127\.0\.0\.1|::1)$/.test(each) ? 'localhost' : each;
  return Number(at) === port && plain(name.toLowerCase()) === plain(host.toLowerCase());
}

function matchersOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1m30s` in milliseconds. */
function promDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+)(ms|[smhd])/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}
