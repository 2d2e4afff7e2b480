/** The profilers of a phase: all looked at before the load, then all recording at once. */
import path from 'node:path';
import type { Profiler } from '../core/plan/schema';
import type { ProfileResult } from '../core/run/run';
import type { PreparedProfiling } from './compile-load';
import { findTarget } from './find-target';
import { hashSources } from './hash-sources';
import { profilesFolder } from './layout';
import { pause } from './pause';
import { profileResult } from './profile-result';
import { prepareCProfile } from './profile-with-c-profile';
import { preparePySpy } from './profile-with-py-spy';
import type { Readiness, Recording, WantedProfiler } from './profiler';
import type { RunContext } from './run-context';
import { sourcePaths } from './source-paths';

export interface ProfilerSet {
  readonly isAnyReady: boolean;
  /** Starts all at a time of the wall clock, in milliseconds since the epoch; only the first call counts. */
  startAt(timeMs: number): void;
  /** Ends what still records. */
  stop(): void;
  /** One for each profiler of the plan, once all have ended. */
  results(): Promise<readonly ProfileResult[]>;
}

/** Says at once which profilers cannot work, and why; the load goes on without them. */
export async function prepareProfilers(context: RunContext, phase: PreparedProfiling): Promise<ProfilerSet> {
  const { folder, options, prepared } = context;
  await folder.makeFolder(profilesFolder(phase.name));
  const wanted: WantedProfiler[] = [];
  for (const wish of phase.rerun.profile) {
    const readiness = await prepareOne(context, phase.name, wish);
    wanted.push({ wish, readiness });
    if (readiness.ok) continue;
    const { code, message, remedy } = readiness.problem;
    options.onEvent({
      kind: 'notice',
      phase: phase.name,
      code,
      message: `no ${wish.with} on ${wish.target}: ${message}. To have it, ${remedy}`,
    });
  }
  const ending = new AbortController();
  const stop = AbortSignal.any([ending.signal, context.stop.signal]);
  let recordings: Promise<readonly (Recording | undefined)[]> | undefined;
  return {
    isAnyReady: wanted.some(({ readiness }) => readiness.ok),
    startAt: (timeMs) => {
      recordings ??= recordAll(wanted, timeMs, stop);
    },
    stop: () => {
      ending.abort();
    },
    results: async () => {
      const recorded = await recordings;
      return Promise.all(
        wanted.map(async (each, index) => {
          const source = prepared.plan.targets[each.wish.target]?.source;
          const planFile = path.resolve(options.planFile);
          const place = await sourcePaths(planFile, source);
          const recording = recorded?.[index];
          const result = profileResult(each, recording, place);
          if (recording === undefined || result.files.length === 0) return result;
          return { ...result, sources: await hashSources(recording.profiles, planFile, place) };
        }),
      );
    },
  };
}

async function prepareOne(context: RunContext, phase: string, wish: Profiler): Promise<Readiness> {
  const target = context.prepared.plan.targets[wish.target];
  if (target === undefined) throw new Error(`the plan has no target ${wish.target}, and was not refused`);
  const found = await findTarget(target, context.options.variables['DOCKER_HOST']);
  if (!found.ok) return found;
  const prepare = wish.with === 'cProfile' ? prepareCProfile : preparePySpy;
  return prepare(context, phase, wish, found.target);
}

async function recordAll(
  wanted: readonly WantedProfiler[],
  timeMs: number,
  stop: AbortSignal,
): Promise<readonly (Recording | undefined)[]> {
  await pause(Math.max(0, timeMs - Date.now()), stop);
  if (stop.aborted) return [];
  return Promise.all(
    wanted.map(async ({ readiness }) => (readiness.ok ? readiness.profiler.record(stop) : undefined)),
  );
}
