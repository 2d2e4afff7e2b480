/** Ways of counting and timing the same requests that must agree: the service, k6 by itself, and our records. */
import { totalPhase, wholeSeconds, type PhaseTotals } from '../../core/measure/phase-totals';
import { stepOf, wholeOf, type Evidence } from './evidence';
import { exactQuantile } from './laws';
import { mixedRates } from './plan';
import { equal, within, type Row } from './rows';

/** Nothing is counted twice or lost between the wire, k6's own summary, its JSON output and our records. */
export function sumRows({ counts, mixed, exact }: Evidence, whole: PhaseTotals): Row[] {
  const rows = Object.keys(mixedRates).map((name) => {
    const { received = NaN, marks = {} } = counts[name] ?? {};
    const step = name === 'jobs' ? 'submit' : name;
    return equal(
      'sums',
      `requests of ${name}`,
      received - (marks['poll'] ?? 0),
      stepOf(whole, step).requests,
    );
  });
  const polls = mixed.records
    .flatMap((record) => (record.kind === 'tick' ? record.metrics : []))
    .filter(({ metric }) => metric === 'poll')
    .reduce((sum, { count }) => sum + count, 0);
  const received = counts['exact']?.received ?? NaN;
  return [
    ...rows,
    equal('sums', 'polls of jobs', counts['jobs']?.marks['poll'] ?? NaN, polls),
    equal('sums', 'exact: summary of k6', received, exact.summaryCount),
    equal('sums', 'exact: JSON output of k6', received, exact.requests.length),
    equal('sums', 'exact: records', received, wholeOf(exact.records, 'exact').requests),
  ];
}

/** The same requests, once as raw samples and once as merged histograms: windowed by start, ranked by the same rule. */
export function percentileRows({ exact: { records, requests, loadStartNs, compiled } }: Evidence): Row[] {
  // Records count from the start of the load, cut to milliseconds.
  const zeroNs = (loadStartNs / 1_000_000n) * 1_000_000n;
  const seconds = wholeSeconds(compiled.window);
  const times = requests.flatMap(({ startNs, tookMs }) => {
    const second = Number((startNs - zeroNs) / 1_000_000_000n);
    return second >= seconds.from && second < seconds.to ? [tookMs] : [];
  });
  const { ok } = stepOf(totalPhase(records, 'exact', compiled.window), 'exact');
  const row = (what: string, truth: number, measured: number, slack: number): Row =>
    within('percentiles', what, 'ms', { truth, measured, slack });
  const quantiles = [0.5, 0.9, 0.95, 0.99].map((q) => {
    const truth = exactQuantile(times, q);
    return row(`p${q * 100}`, truth, ok.quantileMs(q) ?? NaN, truth * 0.01);
  });
  // Smallest, largest and sum are exact but for the cut to microseconds.
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return [
    equal('percentiles', 'requests in the window', times.length, ok.count),
    ...quantiles,
    row('min', Math.min(...times), ok.minUs / 1000, 0.002),
    row('max', Math.max(...times), ok.maxUs / 1000, 0.002),
    row('mean', mean, ok.meanMs ?? NaN, 0.002),
  ];
}
