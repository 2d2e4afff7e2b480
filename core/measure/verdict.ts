/**
 * The verdict on a phase. A pass is earned: every condition of it is checked here, and what is not known counts
 * against it. The first of these that applies decides:
 *
 * 1. `tool-error`: the tool could not do its work (did not start, bad script, crash, an exit code nobody knows).
 * 2. `aborted`: someone stopped it: a person, a lost lease, a breaker, or the plan's own script.
 * 3. `incomplete`: what was planned did not happen or was not recorded in full: skipped, no end record, an early end,
 *    killed, past its deadline, lost records, a recorder that failed, less load than planned for want of generator.
 * 4. `fail`: something is proven wrong: a goal is broken, every request failed, the script throws, more requests or
 *    tasks fail than a plan without a goal on failures tolerates, or the target did not sustain the planned rate or fell silent.
 * 5. `no-data`: nothing is proven wrong, but something that a pass needs is not known.
 * 6. `pass`.
 */
import type { GoalResult, Validity, Verdict } from '../run/run';
import { counted, percent, perSecond } from './figure';
import { coverToleranceMs } from './phase-totals';
import { droppedShare, invalidDroppedShare } from './validity';

/** What the end of the tool's process means; engines translate their exit codes and signals into it. */
export type ToolExit =
  | { readonly kind: 'clean' }
  /** The script or the tool itself ended the run on purpose. */
  | { readonly kind: 'aborted'; readonly message: string }
  /** Ended by a signal, or by its supervisor. */
  | { readonly kind: 'killed'; readonly message: string }
  | { readonly kind: 'error'; readonly message: string };

export interface VerdictFacts {
  /** Why the phase was not started at all. */
  readonly skipped?: string;
  readonly exit: ToolExit;
  /** Who or what stopped the run before its time. */
  readonly stopped?: string;
  readonly isDeadlineHit: boolean;
  /** Whether the tool wrote its end record, and the error that it gave there. */
  readonly hasEnded: boolean;
  readonly endError?: string | undefined;
  readonly lostRecords: number;
  /** Why the stream could not be written in full. */
  readonly recorderFault?: string | undefined;
  /** How far the records reach, and the end of the measured window: milliseconds from the start of the load. */
  readonly coveredMs: number;
  readonly windowEndMs: number;
  /** Requests that started in the measured window, and those of them that failed. */
  readonly requests: number;
  readonly failed: number;
  /** Arrivals planned or seen in the window, and those of them that found no free user. */
  readonly arrivals: number;
  readonly dropped: number;
  /** Iterations of the whole phase, and errors of the script in them. */
  readonly iterations: number;
  readonly scriptErrors: number;
  readonly scriptErrorExample?: string | undefined;
  /** Arrivals per second, planned and started in the window; absent in the closed model and where the load moves. */
  readonly rate?: {
    readonly planned: number;
    readonly achieved: number;
    /** How far below the plan chance alone may take a rate of random arrivals. */
    readonly chance?: number;
  };
  /** Users planned and seen at most; absent in the open model. */
  readonly users?: { readonly planned: number; readonly seen: number };
  /** Why the target is taken to have stopped answering. */
  readonly frozen?: string | undefined;
  /** Why a part of the load was not offered: some of several generators were lost. */
  readonly notOffered?: string | undefined;
  /** Whether the generator itself was too busy to be trusted. */
  readonly isGeneratorHot: boolean;
  readonly goals: readonly GoalResult[];
  /** The steps for which no goal on `errors` or `success` says how many failures are tolerated. */
  readonly ungoverned: {
    readonly requests: number;
    readonly failed: number;
    /** Tasks with an answer, and those of them that failed or were given up. */
    readonly judgedTasks: number;
    readonly failedTasks: number;
    /** Steps of which no request succeeded. */
    readonly deadSteps: readonly string[];
  };
  readonly validity: Validity;
}

export interface JudgedVerdict {
  readonly verdict: Verdict;
  /** One sentence: why this verdict. */
  readonly reason: string;
}

/** Share of iterations with an error of the script from which on the figures are those of another test. */
const maxScriptErrorShare = 0.01;

/** Failed requests, or tasks, tolerated where no goal says how many: a fast error must not pass as a fast answer. */
const maxFailedShare = 0.05;

/** Of the planned rate or users. */
const minLoadShare = 0.95;

type Rule = (facts: VerdictFacts) => string | undefined;

const rules: readonly (readonly [Verdict, Rule])[] = [
  ['incomplete', (facts) => facts.skipped],
  ['tool-error', ({ exit }) => (exit.kind === 'error' ? exit.message : undefined)],
  ['aborted', ({ stopped }) => stopped],
  ['aborted', ({ exit }) => (exit.kind === 'aborted' ? exit.message : undefined)],
  ['incomplete', whyIncomplete],
  ['incomplete', whyNotOffered],
  ['fail', whyBroken],
  ['fail', whyFailed],
  ['fail', whyNotSustained],
  ['no-data', whyUnknown],
];

/** Decides the verdict on a phase; the order of the rules is told at the head of this file. */
export function decideVerdict(facts: VerdictFacts): JudgedVerdict {
  for (const [verdict, rule] of rules) {
    const reason = rule(facts);
    if (reason !== undefined) return { verdict, reason };
  }
  return { verdict: 'pass', reason: whyPassed(facts) };
}

function whyIncomplete(facts: VerdictFacts): string | undefined {
  if (facts.isDeadlineHit) return 'the tool did not end by its deadline and was killed';
  if (facts.exit.kind === 'killed') return facts.exit.message;
  if (facts.recorderFault !== undefined) return `the stream could not be recorded: ${facts.recorderFault}`;
  if (facts.lostRecords > 0) return `${counted(facts.lostRecords, 'record')} of the stream never came`;
  if (!facts.hasEnded) return 'the tool did not write its end record, so something may be missing';
  if (facts.endError !== undefined) return `the tool stopped early: ${facts.endError}`;
  // Written so that a figure that is not a number counts as missing.
  if (!(facts.coveredMs >= facts.windowEndMs - coverToleranceMs))
    return `the load ended after ${seconds(facts.coveredMs)} of ${seconds(facts.windowEndMs)}`;
  return undefined;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

/** The load was less than planned, and the generator is to blame. */
function whyNotOffered(facts: VerdictFacts): string | undefined {
  const { users, notOffered } = facts;
  if (notOffered !== undefined) return notOffered;
  if (users !== undefined && !(users.seen >= users.planned * minLoadShare))
    return `only ${users.seen} of ${counted(users.planned, 'planned user')} were at work`;
  if (!facts.isGeneratorHot) return undefined;
  const why = whyNotSustained(facts);
  return why && `${why}, and the generator was short of CPU`;
}

function whyBroken({ goals }: VerdictFacts): string | undefined {
  const broken = goals.filter((goal) => goal.state === 'broken');
  const [first] = broken;
  if (first === undefined) return undefined;
  return broken.length === 1
    ? `a goal is broken: ${first.text}`
    : `${broken.length} of ${goals.length} goals are broken, the first is ${first.text}`;
}

function whyFailed(facts: VerdictFacts): string | undefined {
  const { requests, failed, scriptErrors, iterations } = facts;
  // A script that throws at once ends no iteration, so that errors alone are a share of one.
  const errorShare = scriptErrors === 0 ? 0 : scriptErrors / Math.max(iterations, scriptErrors);
  if (errorShare >= maxScriptErrorShare)
    return `the script failed in ${percent(errorShare)} of iterations${facts.scriptErrorExample === undefined ? '' : `: ${facts.scriptErrorExample}`}`;
  if (requests > 0 && failed >= requests) return `every one of ${counted(requests, 'request')} failed`;
  const { ungoverned } = facts;
  const [dead] = ungoverned.deadSteps;
  if (dead !== undefined) return `every request of ${dead} failed`;
  const failedShare = ungoverned.requests === 0 ? 0 : ungoverned.failed / ungoverned.requests;
  if (failedShare > maxFailedShare)
    return `${percent(failedShare)} of requests failed; a plan that tolerates this says so with a goal such as errors < 10%`;
  const taskShare = ungoverned.judgedTasks === 0 ? 0 : ungoverned.failedTasks / ungoverned.judgedTasks;
  if (taskShare > maxFailedShare)
    return `${percent(taskShare)} of tasks failed; a plan that tolerates this says so with a goal such as success >= 90%`;
  return undefined;
}

/** Every way in which less load arrived than was planned. */
function whyNotSustained(facts: VerdictFacts): string | undefined {
  const { rate, dropped, arrivals } = facts;
  const share = droppedShare(dropped, arrivals);
  if (share > invalidDroppedShare)
    return `the load was not sustained: ${percent(share)} of arrivals found no free user`;
  if (rate !== undefined && !(rate.achieved >= rate.planned * minLoadShare - (rate.chance ?? 0)))
    return `the load was not sustained: ${perSecond(rate.achieved)} of ${perSecond(rate.planned)} arrived`;
  return facts.frozen;
}

function whyUnknown(facts: VerdictFacts): string | undefined {
  const { requests, failed, goals, validity } = facts;
  if (!(requests > 0)) return 'no request started in the measured window';
  // Written so that a figure that is not a number counts as missing.
  if (!(requests - failed >= 1)) return 'no request succeeded in the measured window';
  const unknown = goals.filter((goal) => goal.state === 'no-data');
  const open = unknown.find((goal) => goal.lacks !== 'baseline');
  if (open !== undefined) return `a goal cannot be judged: ${open.text}: ${open.reason ?? 'no data'}`;
  const [first] = unknown;
  // A missing baseline is no fault of the run, but a goal must have held for the run to pass.
  if (first !== undefined && unknown.length === goals.length)
    return `no goal can be judged: ${first.text}: ${first.reason ?? 'no data'}`;
  // The first of the evidence is what made them so.
  if (validity.state === 'invalid')
    return `the figures are not valid: ${validity.evidence[0]?.message ?? 'nobody said why'}`;
  return undefined;
}

function whyPassed({ goals, requests }: VerdictFacts): string {
  const held = goals.filter((goal) => goal.state === 'held').length;
  if (goals.length === 0) return `${counted(requests, 'request')} and no goal to break`;
  const waiting = goals.length - held;
  const told = goals.length === 1 ? 'the goal held' : `${held} of ${goals.length} goals held`;
  return waiting === 0 ? told : `${told}, the others wait for a baseline`;
}

/**
 * From the worst to the best: what one phase came to, the run cannot better. A failure hides what is incomplete,
 * because phases are skipped when the one before them fails.
 */
const worstFirst: readonly Verdict[] = ['tool-error', 'aborted', 'fail', 'incomplete', 'no-data', 'pass'];

/** The verdict on a run: that of its worst phase. A run without phases measured nothing. */
export function combineVerdicts(
  phases: readonly { readonly name: string; readonly verdict: Verdict; readonly reason: string }[],
): JudgedVerdict {
  for (const verdict of worstFirst) {
    const phase = phases.find((candidate) => candidate.verdict === verdict);
    if (phase === undefined) continue;
    return { verdict, reason: verdict === 'pass' ? whyAllPassed(phases) : `${phase.name}: ${phase.reason}` };
  }
  return { verdict: 'no-data', reason: 'no phase was run' };
}

function whyAllPassed(phases: readonly { readonly reason: string }[]): string {
  if (phases.length > 2) return `all ${phases.length} phases passed`;
  return phases.length === 2 ? 'both phases passed' : (phases[0]?.reason ?? '');
}
