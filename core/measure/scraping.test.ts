import { expect, test } from 'vitest';
import { neededScrapeMs, pointsIn } from './scraping';

test.each([
  [30_000, 15_000, 2, 6000],
  [75_000, 15_000, 5, undefined],
  [74_000, 15_000, 4, 14_000],
  [4000, 1000, 4, 800],
  [200, 1000, 0, 100],
  [0, 1000, 0, undefined],
])(
  '%i ms scraped every %i ms have %i points, and need a scrape every %s ms',
  (length, scrape, points, needed) => {
    expect(pointsIn(length, scrape)).toBe(points);
    expect(neededScrapeMs(length, scrape)).toBe(needed);
  },
);
