/** A whole search in virtual time: the real search and its judges against a station whose law is known, no k6 between. */
import {
  afterRest,
  afterTrial,
  beginSearch,
  searchSettings,
  type Search,
  type Trial,
} from '../../core/measure/capacity-search';
import { conditionsOf } from '../../core/measure/conditions';
import { watchForEnd, type EarlyEnd } from '../../core/measure/early-end';
import { Histogram } from '../../core/measure/histogram';
import { judgeSearch } from '../../core/measure/judge-search';
import { statedGoals } from '../../core/measure/judge-phase';
import { iterationMsBefore, judgeTrial, outcomeOf, type JudgedTrial } from '../../core/measure/judge-trial';
import { collectSamples, type LoadSample } from '../../core/measure/load-samples';
import { PhaseTotals } from '../../core/measure/phase-totals';
import type { Random } from '../../core/measure/random';
import type { StreamRecord, TickRecord } from '../../core/measure/record';
import type { FindPhase, Plan } from '../../core/plan/schema';
import { trialLoad } from '../../core/plan/trial-load';
import type { Capacity } from '../../core/run/run';
import { trialName } from '../../core/run/trial-name';
import { exponential } from '../bed/queue.mjs';

/** Times in milliseconds. */
export interface SimulatedTarget {
  /** @returns when an arrival is done. They come in the order of time. */
  readonly admit: (arrivalMs: number) => number;
  /** How long a user pauses between an answer and the next request, in a search by users. */
  readonly thinkMs?: number;
}

export interface SimulatedSearch {
  readonly capacity: Capacity;
  /** Virtual time from the first probe to the last record. */
  readonly seconds: number;
  readonly verdict: string;
  /** Where the time went. */
  readonly trials: readonly SimulatedTrial[];
}

/** Times in seconds. */
export interface SimulatedTrial {
  readonly level: number;
  readonly purpose: Trial['purpose'];
  /** The wait for the target to be at rest before it, and the trial with the start of its tool. */
  readonly waited: number;
  readonly took: number;
  readonly broke: string | undefined;
}

/** What was measured of real searches: starting k6 and setting up its users, and ending it. */
const startMs = 350;
const probeStartMs = 100;

/** The resting target was looked at for this long before the first trial. */
const firstProbeMs = 2100;

/** An arrival comes a little late, and so does its answer, as timers do; the way there and back takes this long. */
const lateMs = 0.3;
const answerMs = 1;

/** What an iteration takes in the mean beside the service and the pause. */
export const overheadMs = answerMs + 2 * lateMs;
const phaseName = 'stress';

/** @param plan with one scenario of one request, `work` and `ask`, and a phase `stress` that searches. */
export function simulateSearch(plan: Plan, target: SimulatedTarget, random: Random): SimulatedSearch {
  const phase = plan.phases[phaseName] as FindPhase;
  const judged: JudgedTrial[] = [];
  const trials: SimulatedTrial[] = [];
  let search: Search = beginSearch(searchSettings(phase));
  let clockMs = firstProbeMs;
  let restMs = 0;
  while (search.next.kind === 'trial') {
    const rest = search.next.trial.needsRecovery ? restFrom(clockMs, restMs, phase) : noRest;
    search = afterRest(search, rest.waitedMs);
    // A rest moves the next level and ends no search.
    if (search.next.kind !== 'trial') break;
    const { trial } = search.next;
    clockMs += rest.waitedMs;
    const made = makeTrial({ plan, phase, target, random }, { trial, clockMs, earlier: judged });
    const tookMs = made.endMs - clockMs;
    judged.push(made.judged);
    const broke = made.judged.answer.kind === 'held' ? undefined : made.judged.answer.why;
    const { level, purpose } = trial;
    trials.push({ level, purpose, waited: rest.waitedMs / 1000, took: tookMs / 1000, broke });
    [clockMs, restMs] = [made.endMs, made.restMs];
    if (made.judged.answer.kind === 'void') break;
    search = afterTrial(search, { ...outcomeOf(made.judged, rest.isMissed), tookMs });
  }
  const result = judgeSearch(phaseName, search, judged);
  if (result?.capacity === undefined) throw new Error('the search made no trial');
  const verdict = `${result.verdict}: ${result.reason}`;
  return { capacity: result.capacity, seconds: clockMs / 1000, verdict, trials };
}

const noRest = { waitedMs: 0, isMissed: false };

/** A probe lasts half a second at least, and sees that the target is at rest a quarter of a second later. */
function restFrom(clockMs: number, restMs: number, { find }: FindPhase): typeof noRest {
  const mostMs = Math.max(60_000, 2 * find.trial);
  const leastMs = Math.max(500, restMs + 250 - clockMs);
  return { waitedMs: Math.min(leastMs, mostMs) + probeStartMs, isMissed: restMs > clockMs + mostMs };
}

interface Setting {
  readonly plan: Plan;
  readonly phase: FindPhase;
  readonly target: SimulatedTarget;
  readonly random: Random;
}

interface TrialOrder {
  readonly trial: Trial;
  readonly clockMs: number;
  readonly earlier: readonly JudgedTrial[];
}

function makeTrial(
  { plan, phase, target, random }: Setting,
  { trial, clockMs: orderedMs, earlier }: TrialOrder,
): Served & { readonly judged: JudgedTrial } {
  const clockMs = orderedMs + startMs;
  const until = conditionsOf(phase);
  const number = earlier.length + 1;
  const lengthMs = trial.purpose === 'confirm' ? phase.find.confirm : phase.find.trial;
  const { unit } = phase.find.start;
  const load = trialLoad(phase, { level: { value: trial.level, unit }, lengthMs });
  const name = trialName({ phase: phaseName, number, level: trial.level, unit });
  const totals = new PhaseTotals(name, { fromMs: load.warmup, toMs: lengthMs });
  const samples: LoadSample[] = [];
  const records: LoadSample[] = [];
  const collect = [collectSamples(samples), collectSamples(records, 0)];
  const watch = watchForEnd({
    ...{ load, totals, samples, records, level: trial.level, sparedAbove: trial.sparing?.held },
    iterationMs: iterationMsBefore(earlier),
    goals: statedGoals(plan),
    conditions: until.goals,
    isWhole: trial.purpose === 'confirm' || (unit === 'users' && until.hasPlateau),
  });
  let endedFor: EarlyEnd | undefined;
  const arrivals = unit === 'users' ? closedArrivals(trial, target, random) : openArrivals(trial, random);
  const span = { lengthMs, clockMs, users: unit === 'users' ? trial.level : undefined };
  const served = serve(name, span, target, arrivals, random);
  let next = served.next();
  while (next.done !== true) {
    const record = next.value;
    totals.add(record);
    for (const each of collect) each(record);
    if (record.kind === 'tick') endedFor ??= watch(record);
    next = served.next(endedFor !== undefined);
  }
  const judged = judgeTrial({
    ...{ plan, phase: phaseName, totals, trial, number, load, until, samples, endedFor, earlier },
    ...{ exit: { kind: 'clean' }, isDeadlineHit: false, isCoLocated: false },
  });
  return { ...next.value, judged };
}

interface Span {
  readonly lengthMs: number;
  /** When the load begins. */
  readonly clockMs: number;
  /** Where there are as many all the time. */
  readonly users: number | undefined;
}

/** When the next request is due, and what is told once it is sent and its answer is known. */
interface Arrivals {
  readonly dueMs: () => number;
  readonly beganMs: (dueMs: number) => number;
  readonly onSent: (request: Request) => void;
}

function openArrivals({ level }: Trial, random: Random): Arrivals {
  let sent = 0;
  let lastMs = 0;
  return {
    dueMs: () => (sent * 1000) / level,
    beganMs: (dueMs) => Math.max(lastMs, dueMs + exponential(1 / lateMs, random)),
    onSent: ({ beganMs }) => {
      sent += 1;
      lastMs = beganMs;
    },
  };
}

/** Each user begins anew once it has its answer and has paused. */
function closedArrivals({ level: users }: Trial, { thinkMs = 0 }: SimulatedTarget, random: Random): Arrivals {
  const free = Array.from({ length: users }, () => exponential(1 / lateMs, random));
  return {
    dueMs: () => Math.min(...free),
    beganMs: (dueMs) => dueMs,
    onSent: ({ beganMs, doneMs }) => {
      free[free.indexOf(beganMs)] = doneMs + thinkMs + exponential(1 / lateMs, random);
    },
  };
}

interface Served {
  readonly endMs: number;
  /** When the target is idle again. */
  readonly restMs: number;
}

const drainMs = 5000;

/** k6 begins to write its records before the load does, and counts its users a second before it tells of them. */
const firstTickMs = 120;
const tickEveryMs = 250;
const usersEveryMs = 1000;
const firstUsersMs = 650;

/** An interrupted k6 gives up what is under way. */
const interruptMs = 20;

/** The stream of one trial, a tick a second. It is told to stop by what it is resumed with. */
function* serve(
  phase: string,
  { lengthMs, clockMs, users }: Span,
  target: SimulatedTarget,
  arrivals: Arrivals,
  random: Random,
): Generator<StreamRecord, Served, boolean> {
  const base = (seq: number, atMs: number) => ({
    source: 'k6',
    phase,
    seq,
    timeMs: Math.round(clockMs + atMs),
  });
  yield { ...base(0, 0), kind: 'start', pid: 1 };
  yield { ...base(1, 0), kind: 'clock' };
  const sent: Request[] = [];
  let told = 0;
  let underWay: Request[] = [];
  let restMs = clockMs;
  let beforeMs = 0;
  for (let seq = 2, tickMs = firstTickMs; ; seq++, tickMs += tickEveryMs) {
    for (let dueMs = arrivals.dueMs(); dueMs < Math.min(lengthMs, tickMs); dueMs = arrivals.dueMs()) {
      const beganMs = arrivals.beganMs(dueMs);
      const doneMs = target.admit(clockMs + beganMs) - clockMs;
      restMs = Math.max(restMs, clockMs + doneMs);
      const request = { beganMs, doneMs: doneMs + answerMs + exponential(1 / lateMs, random) };
      sent.push(request);
      arrivals.onSent(request);
    }
    underWay.push(...sent.slice(told));
    told = sent.length;
    const lastMs = Math.max(lengthMs, ...underWay.map(({ doneMs }) => doneMs));
    const endMs = Math.min(lastMs, lengthMs + drainMs);
    const isLast = tickMs >= endMs;
    const atMs = isLast ? endMs : tickMs;
    const ended = underWay.filter(({ doneMs }) => doneMs <= atMs);
    const countedMs = firstUsersMs + usersEveryMs * Math.floor((atMs - firstUsersMs) / usersEveryMs);
    const atWork = sent.filter(({ beganMs, doneMs }) => beganMs <= countedMs && doneMs > countedMs);
    underWay = underWay.filter(({ doneMs }) => doneMs > atMs);
    const isStopped = yield tickOf(base(seq, atMs), atMs - beforeMs, ended, users ?? atWork.length);
    beforeMs = atMs;
    if (!isLast && !isStopped) continue;
    const overMs = isLast ? atMs : atMs + interruptMs;
    yield { ...base(seq + 1, overMs), kind: 'end' };
    return { endMs: clockMs + overMs, restMs };
  }
}

interface Request {
  readonly beganMs: number;
  readonly doneMs: number;
}

function tickOf(
  base: { readonly source: string; readonly phase: string; readonly seq: number; readonly timeMs: number },
  durationMs: number,
  ended: readonly Request[],
  users: number,
): TickRecord {
  const seconds = new Map<number, number[]>();
  for (const { beganMs, doneMs } of ended) {
    const at = Math.floor(beganMs / 1000);
    const us = Math.round((doneMs - beganMs) * 1000);
    const known = seconds.get(at);
    if (known === undefined) seconds.set(at, [us]);
    else known.push(us);
  }
  const requests = [...seconds].map(([at, times]) => {
    const histogram = new Histogram();
    for (const us of times) histogram.record(us);
    return {
      scenario: 'work',
      step: 'ask',
      outcome: 'ok' as const,
      at,
      count: times.length,
      sumUs: times.reduce((sum, us) => sum + us, 0),
      minUs: Math.min(...times),
      maxUs: Math.max(...times),
      waitUs: 0,
      newConnections: 0,
      connectUs: 0,
      histogram,
      statuses: { '200': times.length },
      errorCodes: {},
    };
  });
  return {
    ...base,
    kind: 'tick',
    durationMs,
    users,
    usersMax: 1000,
    iterations: ended.length,
    dropped: 0,
    bytesSent: 0,
    bytesReceived: 0,
    requests,
    metrics: [],
    log: [],
  };
}
