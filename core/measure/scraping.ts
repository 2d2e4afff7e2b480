/** What scraping at intervals can and cannot show of a load: the arithmetic of points and rates. */

/** What servers use where nothing else is told. */
export const usualScrapeMs = 15_000;

/** A rate over so many scrapes is there although one or two of them failed. */
export const scrapesInRate = 4;

/** Two values make a rate. */
export const minScrapesInRate = 2;

/** With fewer points than this a series has no course to be seen. */
const minPoints = 5;

/** Points that a series gets in a time. */
export function pointsIn(lengthMs: number, scrapeMs: number): number {
  return Math.floor(lengthMs / scrapeMs);
}

/** How often to scrape at least, so that a time has points enough; `undefined` where `scrapeMs` is enough. */
export function neededScrapeMs(lengthMs: number, scrapeMs: number): number | undefined {
  if (lengthMs <= 0 || pointsIn(lengthMs, scrapeMs) >= minPoints) return undefined;
  const seconds = lengthMs / minPoints / 1000;
  return Math.max(100, seconds < 1 ? Math.floor(seconds * 10) * 100 : Math.floor(seconds) * 1000);
}
