/** One run as the live panel, the tree and the status bar see it: fed with records, asked for its present state. */
import { PhaseTotals } from '../../core/measure/phase-totals';
import type { StreamRecord } from '../../core/measure/record';
import { ResourceTracks } from '../../core/measure/resource-series';
import { RunSeries } from '../../core/measure/series';
import { withPhases } from '../../core/run/evidence-words';
import type { Run } from '../../core/run/run';
import { phaseOfName, readTrialName } from '../../core/run/trial-name';
import type { LiveHeader, LivePhase, LiveSnapshot, LiveState, LiveSummary } from '../../protocol/live';
import type { RunEntry } from '../../runner/open-run';
import { isProfiled } from '../../runner/recordings';
import { clipList, clipText } from './clip';
import { generatorsNote, joinNotes, LiveGenerators } from './live-generators';
import { liveGoals } from './live-goals';
import { livePoints, type Selection } from './live-points';
import { liveGaps, liveResources, liveSaturation } from './live-resources';
import { liveSteps } from './live-steps';
import {
  boundsNote,
  explanationOf,
  loadInWords,
  loadsOf,
  phaseState,
  trialNote,
  trialsOf,
} from './live-search';
import { finalSummary, noSummary, recentSummary } from './live-summary';
import { noPlanFacts, type PlanFacts } from './plan-facts';
import { RecentTotals } from './recent';

/** Judging goals merges histograms; once a second is as often as there are new ones. */
const goalsEveryMs = 1000;

/** As many as the charts can draw, and then some: trials of a search have wide gaps between them. */
const resourcePoints = 2400;

export type LiveSource = Omit<LiveSnapshot, 'kind' | 'version' | 'seq'>;

export class LiveRun {
  readonly #series = new RunSeries();
  readonly #recent = new RecentTotals();
  readonly #resources = new ResourceTracks({ maxPoints: resourcePoints });
  /** By phase; of a search, those of its latest trial. */
  readonly #totals: Map<string, PhaseTotals>;
  readonly #generators = new LiveGenerators();
  readonly #facts: PlanFacts;
  #entry: RunEntry;
  #lastRecordMs = 0;
  #isStopping = false;
  #goals: { readonly atMs: number; readonly value: LiveSource['goals'] } | undefined;

  constructor(entry: RunEntry, facts: PlanFacts = noPlanFacts) {
    this.#entry = entry;
    this.#facts = facts;
    this.#totals = new Map(
      (entry.runner?.phases ?? []).map(({ name, windowFromMs, windowToMs }) => [
        name,
        new PhaseTotals(name, { fromMs: windowFromMs, toMs: windowToMs }),
      ]),
    );
  }

  get entry(): RunEntry {
    return this.#entry;
  }

  add(records: readonly StreamRecord[]): void {
    for (const record of records) {
      this.#series.add(record);
      this.#recent.add(record);
      this.#resources.add(record);
      this.#generators.add(record);
      this.#addToTotals(record);
      this.#lastRecordMs = Math.max(this.#lastRecordMs, record.timeMs);
    }
  }

  #addToTotals(record: StreamRecord): void {
    const trial = readTrialName(record.phase);
    const totals = this.#totals.get(trial?.phase ?? record.phase);
    if (totals === undefined) return;
    if (trial === undefined || totals.phase === record.phase) {
      totals.add(record);
      return;
    }
    const next = new PhaseTotals(record.phase, totals.window);
    this.#totals.set(trial.phase, next);
    next.add(record);
  }

  /** What the run folder says by now. */
  update(entry: RunEntry): void {
    this.#entry = entry;
    this.#goals = undefined;
  }

  markStopping(): void {
    this.#isStopping = true;
  }

  /** @param nowMs milliseconds since the epoch. */
  header(nowMs: number): LiveHeader {
    const { run, runner, id } = this.#entry;
    const told = run ?? runner;
    const startedMs = told?.startedMs ?? nowMs;
    return {
      runId: id,
      plan: clipText(told?.plan.name ?? id),
      environment: clipNullable(told?.environment),
      state: this.#state(),
      verdict: run?.verdict ?? null,
      reason: clipNullable(this.#reason()),
      phase: clipNullable(this.#phaseUnderWay()),
      startedMs,
      elapsedMs: Math.max(0, this.#endMs(nowMs) - startedMs),
      plannedMs: plannedMsOf(this.#entry),
      hasDashboard: told?.dashboard !== undefined,
      hasProfile: isProfiled(this.#entry),
    };
  }

  summary(): LiveSummary {
    const { run, state } = this.#entry;
    if (run !== undefined) return finalSummary(run);
    if (state !== 'running' || this.#zeroMs() === undefined) return noSummary;
    return recentSummary(this.#recent.latest(), this.#phaseUnderWay());
  }

  source(nowMs: number, selected: string | null): LiveSource {
    const zeroMs = this.#zeroMs();
    const columns = livePoints(this.#series, {
      zeroMs: zeroMs ?? nowMs,
      selection: this.#selection(selected),
      isUnderWay: this.#entry.state !== 'finished',
      plannedMs: new Map(this.#entry.runner?.phases.map(({ name, plannedMs }) => [name, plannedMs])),
    });
    const { run } = this.#entry;
    return {
      header: this.header(nowMs),
      summary: this.summary(),
      phases: clipList(this.#phases(zeroMs), 'phases'),
      steps: clipList(liveSteps(run, this.#series), 'steps'),
      goals: clipList(this.#currentGoals(nowMs), 'goals'),
      validity:
        run === undefined
          ? null
          : { state: run.validity.state, evidence: clipList(evidenceOf(run), 'evidence') },
      ...columns,
      saturation: clipList(liveSaturation(run), 'phases'),
      resourceGaps: clipList(liveGaps(this.#resources.gaps(), zeroMs ?? nowMs), 'resourceGaps'),
      resources: clipList(liveResources(this.#resources.series(), columns, zeroMs ?? nowMs), 'resources'),
      selected,
    };
  }

  #state(): LiveState {
    if (this.#entry.state !== 'running') return this.#entry.state;
    if (this.#isStopping) return 'stopping';
    return this.#zeroMs() === undefined ? 'waiting' : 'running';
  }

  #reason(): string | null {
    const { run, state, problems } = this.#entry;
    if (run !== undefined) return run.reason;
    const [problem] = problems;
    if (state === 'interrupted') {
      const told = problem === undefined ? '' : ` (${problem.message})`;
      return `The runner ended without a result. This is what it had recorded.${told}`;
    }
    return problem?.message ?? null;
  }

  /** The first load of the run is the zero of its time axis. */
  #zeroMs(): number | undefined {
    return this.#series.phases.find(({ loadStartMs }) => loadStartMs !== undefined)?.loadStartMs;
  }

  #endMs(nowMs: number): number {
    const { run, runner, state } = this.#entry;
    if (run !== undefined) return run.endedMs;
    return state === 'running' ? nowMs : Math.max(this.#lastRecordMs, runner?.startedMs ?? 0);
  }

  #phaseUnderWay(): string | undefined {
    if (this.#entry.state !== 'running') return undefined;
    const latest = this.#series.phases.at(-1);
    const isUnderWay =
      latest !== undefined && phaseState(this.#series, phaseOfName(latest.phase)) === 'running';
    return isUnderWay ? loadInWords(latest.phase) : undefined;
  }

  #phases(zeroMs: number | undefined): LivePhase[] {
    return (this.#entry.runner?.phases ?? []).map((planned) => {
      const result = this.#entry.run?.phases.find(({ name }) => name === planned.name);
      const loads = loadsOf(this.#series, planned.name);
      const latest =
        this.#series.phases.findLast(({ phase }) => phaseOfName(phase) === planned.name)?.phase ?? '';
      return {
        name: clipText(planned.name),
        state: result === undefined ? phaseState(this.#series, planned.name) : 'done',
        verdict: result?.verdict ?? null,
        reason: clipNullable(result?.reason),
        note: clipNullable(
          result === undefined
            ? joinNotes(trialNote(latest), this.#generators.note(latest))
            : joinNotes(boundsNote(result), generatorsNote(result)),
        ),
        explanation: clipNullable(explanationOf(result)),
        startMs: offset(loads[0]?.loadStartMs, zeroMs),
        plannedMs: planned.plannedMs,
        windowFromMs: planned.windowFromMs,
        windowToMs: planned.windowToMs,
        trials: trialsOf(loads, zeroMs, result),
      };
    });
  }

  #currentGoals(nowMs: number): LiveSource['goals'] {
    if (this.#goals === undefined || nowMs - this.#goals.atMs >= goalsEveryMs) {
      this.#goals = {
        atMs: nowMs,
        value: liveGoals(this.#entry.run, [...this.#totals.values()], this.#facts),
      };
    }
    return this.#goals.value;
  }

  #selection(selected: string | null): Selection | undefined {
    const [scenario, step] = selected?.split('\n') ?? [];
    return scenario === undefined || step === undefined ? undefined : { scenario, step };
  }
}

function plannedMsOf({ runner }: RunEntry): number {
  return (runner?.phases ?? []).reduce((sum, phase) => sum + phase.plannedMs, 0);
}

function offset(timeMs: number | undefined, zeroMs: number | undefined): number | null {
  return timeMs === undefined || zeroMs === undefined ? null : timeMs - zeroMs;
}

function clipNullable(text: string | null | undefined): string | null {
  return text == null ? null : clipText(text);
}

function evidenceOf(run: Run): Run['validity']['evidence'] {
  return run.validity.evidence.map((one) => ({ ...one, message: withPhases(one.message, run) }));
}
