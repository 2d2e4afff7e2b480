/** Cells and log lines of several records as those of one: what is of the same step, outcome and second adds up. */
import { Histogram } from './histogram';
import type { LogCell, MetricCell, RequestCell } from './record';

/** As many different lines as a tool tells in one record; others are counted by their level. */
const maxLogLines = 20;
const otherLines = '(other lines)';

export function mergeRequests(cells: Iterable<RequestCell>): RequestCell[] {
  const sums = new Map<string, RequestSum>();
  for (const cell of cells) {
    const key = `${cell.at}\n${cell.outcome}\n${cell.scenario}\n${cell.step}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, new RequestSum(cell));
    else sum.add(cell);
  }
  return [...sums.values()].map(({ cell }) => cell);
}

/** A cell that stays alone is handed on as it is: most of the cost is in the histograms. */
class RequestSum {
  cell: RequestCell;
  #own: Histogram | undefined;

  constructor(first: RequestCell) {
    this.cell = first;
  }

  add(other: RequestCell): void {
    const { cell } = this;
    const histogram = (this.#own ??= copyOf(cell.histogram));
    histogram.merge(other.histogram);
    this.cell = {
      ...cell,
      count: cell.count + other.count,
      sumUs: cell.sumUs + other.sumUs,
      minUs: Math.min(cell.minUs, other.minUs),
      maxUs: Math.max(cell.maxUs, other.maxUs),
      waitUs: cell.waitUs + other.waitUs,
      newConnections: cell.newConnections + other.newConnections,
      connectUs: cell.connectUs + other.connectUs,
      statuses: addCounts(cell.statuses, other.statuses),
      errorCodes: addCounts(cell.errorCodes, other.errorCodes),
      histogram,
    };
  }
}

export function mergeMetrics(cells: Iterable<MetricCell>): MetricCell[] {
  const sums = new Map<string, MetricCell>();
  const own = new WeakSet<Histogram>();
  for (const cell of cells) {
    const key = [cell.at, cell.type, cell.outcome ?? '', cell.metric, cell.scenario, cell.step].join('\n');
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? cell : addMetric(sum, cell, own));
  }
  return [...sums.values()];
}

/** @param own the histograms that belong to sums, and may be added to. */
function addMetric(sum: MetricCell, cell: MetricCell, own: WeakSet<Histogram>): MetricCell {
  const count = sum.count + cell.count;
  if (sum.type === 'trend' && cell.type === 'trend') {
    const histogram = own.has(sum.histogram) ? sum.histogram : copyOf(sum.histogram);
    own.add(histogram);
    histogram.merge(cell.histogram);
    return { ...sum, count, sum: sum.sum + cell.sum, ...extent(sum, cell), histogram };
  }
  if (sum.type === 'rate' && cell.type === 'rate') return { ...sum, count, passes: sum.passes + cell.passes };
  if (sum.type === 'counter' && cell.type === 'counter') return { ...sum, count, sum: sum.sum + cell.sum };
  // Of several last values none is the last one; the highest hides nothing.
  if (sum.type === 'gauge' && cell.type === 'gauge')
    return { ...sum, count, value: Math.max(sum.value, cell.value), ...extent(sum, cell) };
  return sum;
}

interface Extent {
  readonly min: number;
  readonly max: number;
}

function extent(a: Extent, b: Extent): Extent {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

export function mergeLog(cells: Iterable<LogCell>): LogCell[] {
  const lines = new Map<string, LogCell>();
  for (const cell of cells) {
    const known = `${cell.level}\n${cell.message}`;
    const message = lines.has(known) || lines.size < maxLogLines ? cell.message : otherLines;
    const key = `${cell.level}\n${message}`;
    lines.set(key, { ...cell, message, count: cell.count + (lines.get(key)?.count ?? 0) });
  }
  return [...lines.values()];
}

function copyOf(histogram: Histogram): Histogram {
  const copy = new Histogram();
  copy.merge(histogram);
  return copy;
}

function addCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a };
  for (const [code, count] of Object.entries(b)) sum[code] = (sum[code] ?? 0) + count;
  return sum;
}
