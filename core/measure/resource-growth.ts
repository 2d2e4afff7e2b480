/** Memory that grows steadily while the load stays the same: a leak, or a cache that has not found its size. */
import { bytes, milliseconds } from './figure';
import type { ResourceSeries } from './resource-series';
import type { LoadCourse } from './saturation-stages';

/** Fewer readings could lie on a line by accident. */
const minReadings = 12;

/** Growth over the time looked at, as a share of what it was, and in bytes, that is worth a word. */
const minShare = 0.05;
const minBytes = 4_000_000;

/** The start of a load fills pools and caches. */
const warmShare = 0.25;

/** How well a line explains the readings: steps of a collector's heap do not lie on one. */
const minFit = 0.9;

/** The second half must grow at no less than this share of the pace of the first: what levels off is no leak. */
const minPace = 0.6;

/** A load whose levels differ by more than this moves, and memory may move with it. */
const sameLoad = 1.1;

export function growthNotes(series: readonly ResourceSeries[], { stages, order }: LoadCourse): string[] {
  const loads = stages.map(({ load }) => load);
  const [first, last] = [stages[0], stages.at(-1)];
  if (order !== 'time' || first === undefined || last === undefined) return [];
  if (Math.max(...loads) > Math.min(...loads) * sameLoad) return [];
  const fromMs = first.fromMs + (last.toMs - first.fromMs) * warmShare;
  return series
    .filter(({ metric }) => metric === 'memory')
    .flatMap((one) => {
      const grown = steadyGrowth(one, fromMs, last.toMs);
      if (grown === undefined) return [];
      const who = one.instance === null ? one.component : `${one.component} (${one.instance})`;
      return [
        `${who}: memory grew steadily from ${bytes(grown.from)} to ${bytes(grown.to)} within ${milliseconds(grown.lengthMs)} of one load`,
      ];
    });
}

interface Growth {
  readonly from: number;
  readonly to: number;
  readonly lengthMs: number;
}

function steadyGrowth({ points }: ResourceSeries, fromMs: number, toMs: number): Growth | undefined {
  const known = points.flatMap(({ timeMs, value }) =>
    value === null || timeMs < fromMs || timeMs > toMs ? [] : [{ x: timeMs - fromMs, y: value }],
  );
  if (known.length < minReadings) return undefined;
  const whole = lineThrough(known);
  const middle = Math.floor(known.length / 2);
  const [before, after] = [lineThrough(known.slice(0, middle)), lineThrough(known.slice(middle))];
  const [first, last] = [known[0]?.x ?? 0, known.at(-1)?.x ?? 0];
  const from = whole.at(first);
  const to = whole.at(last);
  const isWorthAWord = to - from >= Math.max(minBytes, from * minShare);
  const isSteady = whole.fit >= minFit && after.slope >= before.slope * minPace && after.slope > 0;
  return isWorthAWord && isSteady ? { from, to, lengthMs: last - first } : undefined;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Least squares. @returns the slope, the value at a place, and the share of the variance that the line explains. */
function lineThrough(points: readonly Point[]): { slope: number; at: (x: number) => number; fit: number } {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  const slope = xx === 0 ? 0 : xy / xx;
  return {
    slope,
    at: (x) => meanY + slope * (x - meanX),
    fit: xx === 0 || yy === 0 ? 0 : xy ** 2 / (xx * yy),
  };
}
