/**
 * Known laws against what was measured of them. Tolerances have two parts only: the standard error of a quantile over so
 * many samples, and what this machine adds to an answer, which the same run tells: latencies may only be too long.
 */
import type { PhaseTotals } from '../../core/measure/phase-totals';
import { stepOf, trendOf, wholeOf, type Evidence } from './evidence';
import { exactQuantile, frozenLatencies, hardCap, quantileError, responseQuantile } from './laws';
import { cap, closed, collapse, drip, freeze, jobs, limit, mixedRates, queues, unfinished } from './plan';
import { atLeast, equal, within, type Row } from './rows';

const stated = [0.5, 0.95, 0.99] as const;

/** The longest time that the run saw for answers that the service gives at once: what the machine may add. */
function machineMs(whole: PhaseTotals): number {
  return stepOf(whole, 'outcome').ok.maxUs / 1000;
}

/** M/M/1 and M/M/c: against the very times that the service drew, and against the closed form. */
export function queueRows({ samples }: Evidence, whole: PhaseTotals): Row[] {
  return (['mm1', 'mmc'] as const).flatMap((name) => {
    const law = queues[name];
    const { ok } = stepOf(whole, name);
    const drawn = (samples.get(name) ?? []).map((sample) => sample.drawn ?? NaN);
    return stated.flatMap((q) => {
      const measured = ok.quantileMs(q) ?? NaN;
      const closedMs = responseQuantile(law, q) * 1000;
      const errorMs = quantileError(law, q, ok.count, law.every) * 1000;
      // Three standard errors: exceeded by chance once in 370 seeds, and the seed is fixed.
      const closed = within('queues', `${name} p${q * 100}, closed form`, 'ms', {
        ...{ truth: closedMs, measured, slack: 3 * errorMs + machineMs(whole) },
      });
      return [
        atLeast(
          'queues',
          `${name} p${q * 100}, as drawn`,
          exactQuantile(drawn, q),
          measured,
          machineMs(whole),
        ),
        closed,
      ];
    });
  });
}

/** Arrivals go on while the service is frozen, and each waits for the end of it. */
export function freezeRows({ lengths }: Evidence, whole: PhaseTotals): Row[] {
  const ratePerSecond = mixedRates.freeze;
  const latencies = frozenLatencies({
    ...{ ratePerSecond, lengthMs: lengths.mixedSeconds * 1000 },
    ...{ freezeAtMs: freeze.atMs, freezeForMs: freeze.forMs },
  });
  const { ok } = stepOf(whole, 'freeze');
  // The freeze may begin anywhere between two arrivals, and the run may hold one arrival more: two spacings.
  const slack = (2 * 1000) / ratePerSecond + machineMs(whole);
  const row = (what: string, truth: number, measured: number | undefined): Row =>
    within('freeze', what, 'ms', { truth, measured: measured ?? NaN, slack });
  return [
    ...stated.map((q) => row(`p${q * 100}`, exactQuantile(latencies, q), ok.quantileMs(q))),
    row('max', Math.max(...latencies), ok.maxUs / 1000),
    within('freeze', 'requests longer than 1 s', '', {
      ...{ truth: latencies.filter((ms) => ms > 1000).length, measured: ok.histogram.countAbove(1e6) },
      slack: 2 + (machineMs(whole) * ratePerSecond) / 1000,
    }),
  ];
}

/** Users who wait for their answer ask nothing meanwhile: of a freeze of 6 s only one request of each tells. */
export function closedRows({ closed: run }: Evidence): Row[] {
  const { ok } = stepOf(wholeOf(run.records, 'closed'), 'closed');
  return [
    // A second is much for what the machine may add, and little beside the freeze.
    within('freeze', 'p99 of waiting users, who hardly see it', 'ms', {
      ...{ truth: closed.serviceMs, measured: ok.quantileMs(0.99) ?? NaN, slack: 1000 },
    }),
    equal('freeze', 'waiting users with more than 3 s', closed.users, ok.histogram.countAbove(3e6)),
  ];
}

/** 200 with an error in the body is a failed task of a successful request. */
export function taskRows({ counts }: Evidence, whole: PhaseTotals): Row[] {
  const step = stepOf(whole, 'outcome');
  const { received = NaN, marks = {} } = counts['outcome'] ?? {};
  return [
    equal('tasks', 'tasks that failed', marks['error'] ?? NaN, step.tasks.failed),
    equal('tasks', 'tasks that succeeded', marks['success'] ?? NaN, step.tasks.success),
    equal('tasks', 'requests with status 200', received, step.statuses['200'] ?? NaN),
    equal('tasks', 'requests that failed', 0, step.failed.count),
  ];
}

/** Time to completion is found by polling, so it is longer than the job by up to the interval between two polls. */
export function jobRows({ mixed, counts, samples }: Evidence, whole: PhaseTotals): Row[] {
  const job = stepOf(whole, 'job');
  const lengths = (samples.get('jobs') ?? []).flatMap(({ mark, drawn }) =>
    mark === 'job' ? [drawn ?? NaN] : [],
  );
  const { marks = {} } = counts['jobs'] ?? {};
  const success = trendOf(mixed.records, 'ttc', 'success');
  const timeout = trendOf(mixed.records, 'ttc', 'timeout');
  // A poll, its answer and the way of the submission may each be held up by the machine.
  const slackMs = jobs.everyMs + 3 * machineMs(whole);
  return [
    equal('jobs', 'jobs done', marks['job'] ?? NaN, job.tasks.success),
    equal('jobs', 'jobs given up', marks['stuck'] ?? NaN, job.tasks.timeout),
    ...[0.5, 0.9].map((q) =>
      atLeast('jobs', `p${q * 100} of jobs done`, exactQuantile(lengths, q), success.quantileMs(q), slackMs),
    ),
    atLeast('jobs', 'longest job done', Math.max(...lengths), success.maxUs / 1000, slackMs),
    atLeast('jobs', 'shortest job given up', jobs.timeoutMs, timeout.minUs / 1000, slackMs),
  ];
}

/**
 * A stall of the machine delays arrivals, and the limit then serves fewer of them. So the lower bound is what the service
 * itself served; the upper one is the limit, which lets one more through and goes on for as long as arrivals are late.
 */
function servedPerSecond(served: number, whole: PhaseTotals, seconds: number): Row {
  const truth = limit.ratePerSecond;
  return {
    ...{ topic: 'limited', what: 'served per second', unit: '/s', truth },
    measured: stepOf(whole, 'limited').ok.count / seconds,
    low: Math.min(truth, served / seconds),
    high: truth + (1 + (truth * machineMs(whole)) / 1000) / seconds,
  };
}

/** What is refused has its own status, its own count and its own latencies. */
export function limitRows({ counts, lengths }: Evidence, whole: PhaseTotals): Row[] {
  const step = stepOf(whole, 'limited');
  const { statuses = {} } = counts['limited'] ?? {};
  return [
    equal('limited', 'requests with status 429', statuses['429'] ?? NaN, step.statuses['429'] ?? NaN),
    equal('limited', 'failed requests', statuses['429'] ?? NaN, step.failed.count),
    equal('limited', 'served requests', statuses['200'] ?? NaN, step.ok.count),
    servedPerSecond(statuses['200'] ?? NaN, whole, lengths.mixedSeconds),
    atLeast('limited', 'fastest served', limit.servedMs, step.ok.minUs / 1000, machineMs(whole)),
    atLeast('limited', 'fastest refused', limit.refusedMs, step.failed.minUs / 1000, machineMs(whole)),
    atLeast('limited', 'p50 served', limit.servedMs, step.ok.quantileMs(0.5), machineMs(whole)),
    atLeast('limited', 'p50 refused', limit.refusedMs, step.failed.quantileMs(0.5), machineMs(whole)),
  ];
}

/** A stream of events lasts until its last one, while the wait is that for the first. */
export function dripRows({ mixed }: Evidence, whole: PhaseTotals): Row[] {
  const { ok } = stepOf(whole, 'drip');
  const cells = mixed.records
    .flatMap((record) => (record.kind === 'tick' ? record.requests : []))
    .filter(({ step }) => step === 'drip');
  const waitMs = cells.reduce((sum, { waitUs }) => sum + waitUs, 0) / ok.count / 1000;
  const wholeMs = drip.firstMs + (drip.events - 1) * drip.gapMs;
  // Each event may be late by itself, the last one by no more than one of them.
  const slackMs = 2 * machineMs(whole);
  return [
    atLeast('drip', 'shortest', wholeMs, ok.minUs / 1000, slackMs),
    atLeast('drip', 'p50', wholeMs, ok.quantileMs(0.5), slackMs),
    atLeast('drip', 'mean wait for the first event', drip.firstMs, waitMs, slackMs),
  ];
}

/** More is asked for than the service can deliver: it delivers its cap, and every arrival is a request or dropped. */
export function capRows(evidence: Evidence): Row[] {
  const truth = hardCap(cap.servers, cap.serviceMs);
  // Once all users wait, one request starts for each that is answered: whole seconds after that hold the cap.
  const fromSecond = Math.ceil(cap.users / (cap.ratePerSecond - truth)) + 1;
  return overloadRows(evidence, { ...cap, name: 'cap', fromSecond, truth });
}

/** With all users in the station each answer takes longer, and less is delivered than at a lower load. */
export function collapseRows(evidence: Evidence): Row[] {
  const { servers, serviceMs, users, knee } = collapse;
  // What came before all users were in the station is answered sooner.
  const filled = 5;
  const truth = hardCap(servers, serviceMs * (users / knee));
  return overloadRows(evidence, { ...collapse, name: 'collapse', fromSecond: filled, truth });
}

interface Overload {
  readonly name: 'cap' | 'collapse';
  readonly ratePerSecond: number;
  readonly lengthMs: number;
  readonly fromSecond: number;
  /** Delivered per second from then on. */
  readonly truth: number;
}

function overloadRows(
  evidence: Evidence,
  { name, ratePerSecond, lengthMs, fromSecond, truth }: Overload,
): Row[] {
  const { records } = evidence[name];
  const whole = wholeOf(records, name);
  const toSecond = lengthMs / 1000;
  const started = records
    .flatMap((record) => (record.kind === 'tick' ? record.requests : []))
    .filter(({ at }) => at >= fromSecond && at < toSecond)
    .reduce((sum, { count }) => sum + count, 0);
  const planned = (ratePerSecond * lengthMs) / 1000;
  return [
    equal(name, 'requests', evidence.counts[name]?.received ?? NaN, whole.requests),
    // The load may hold an arrival more, and loses those that a stall of the machine puts off beyond its end.
    within(name, 'requests and dropped arrivals', '', {
      ...{ truth: planned, measured: whole.requests + whole.dropped, slack: 0.02 * planned },
    }),
    // The queue is never empty, so only the edges of the seconds are unsharp.
    within(name, 'delivered per second', '/s', {
      ...{ truth, measured: started / (toSecond - fromSecond), slack: 0.1 * truth },
    }),
  ];
}

/** Requests that come after the freeze began are never answered: they count with the time that they had taken. */
export function unfinishedRows({ unfinished: run, counts }: Evidence): Row[] {
  const { received = NaN, answered = NaN } = counts['unfinished'] ?? {};
  const { ratePerSecond, lengthMs, freezeAtMs } = unfinished;
  const frozen = ((lengthMs - freezeAtMs) * ratePerSecond) / 1000;
  const told = run.phase.validity.evidence.find(({ code }) => code === 'unfinished')?.message;
  return [
    // How many fall into the freeze depends on when exactly it begins; that there are some does not.
    within('unfinished', 'requests without an answer', '', {
      ...{ truth: frozen, measured: received - answered, slack: 0.5 * frozen },
    }),
    equal('unfinished', 'requests measured', received, wholeOf(run.records, 'unfinished').requests),
    // An arrival at the very end of the load is beyond its window.
    within('unfinished', 'told as not ended', '', {
      ...{ truth: received - answered, measured: Number(/^\d+/.exec(told ?? '')?.[0] ?? NaN), slack: 1 },
    }),
    // The last one had begun when the load ended, and had the whole drain; a sample is rounded down to microseconds.
    within('unfinished', 'shortest of them', 'ms', {
      truth: unfinished.drainMs,
      measured: stepOf(wholeOf(run.records, 'unfinished'), 'unfinished').unfinished.minUs / 1000,
      slack: 1000 / ratePerSecond + 50,
    }),
  ];
}
