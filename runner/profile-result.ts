/** What became of a profiler of the plan, in the words of `run.json`. */
import { fewSamples, minSamples } from '../core/measure/judge-profiling';
import { validityOf, type Finding } from '../core/measure/validity';
import { findHotspots, type Hotspot } from '../core/profile/hotspots';
import { isLibraryFile } from '../core/profile/origin';
import type { HotFunction, ProfileResult } from '../core/run/run';
import type { ProfilerProblem } from '../engines/host/profiler-problem';
import type { ReadyProfiler, Recording, WantedProfiler } from './profiler';
import type { PlaceFile } from './source-paths';

/** Functions told of each kind. */
const count = 5;

/** @param recording what was recorded; absent where the load ended before it could begin. */
export function profileResult(
  { wish, readiness }: WantedProfiler,
  recording: Recording | undefined,
  place: PlaceFile,
): ProfileResult {
  if (!readiness.ok) return without(wish, null, problemFinding(readiness.problem));
  const { profiler } = readiness;
  if (recording === undefined)
    return without(wish, profiler, {
      code: 'not-recorded',
      weight: 'invalid',
      message: 'the load ended before the recording could begin',
    });
  const { own, libraries } = findHotspots(recording.profiles, {
    count,
    withWaiting: profiler.withWaiting,
    isOwn: (file) => !isLibraryFile(file),
  });
  return {
    ...without(wish, profiler),
    files: [...recording.files],
    samples: recording.samples,
    seconds: Math.round(recording.seconds * 1000) / 1000,
    validity: validityOf([...findingsOf(recording, wish.with), ...recording.findings]),
    top: own.map((hotspot) => placed(hotspot, place)),
    libraries: libraries.map((hotspot) => placed(hotspot, place)),
  };
}

function without(
  { target, with: tool }: WantedProfiler['wish'],
  profiler: ReadyProfiler | null,
  ...findings: Finding[]
): ProfileResult {
  return {
    target,
    tool,
    version: profiler?.version ?? null,
    options: [...(profiler?.options ?? [])],
    files: [],
    samples: 0,
    seconds: 0,
    rateHz: profiler?.rateHz ?? null,
    overhead: null,
    validity: validityOf(findings),
    top: [],
    libraries: [],
  };
}

/** The remedy is for whoever reads the result, as much as for whoever watched the run. */
function problemFinding({ code, message, remedy }: ProfilerProblem): Finding {
  return { code, weight: 'invalid', message: `${message}: ${remedy}` };
}

function findingsOf(
  { files, samples, findings }: Recording,
  tool: WantedProfiler['wish']['with'],
): Finding[] {
  if (files.length === 0) {
    const why = findings[0]?.message ?? 'the profiler wrote nothing';
    return [{ code: 'not-recorded', weight: 'invalid', message: `nothing was recorded: ${why}` }];
  }
  if (tool === 'cProfile') return [];
  if (samples < minSamples)
    return [
      {
        code: 'too-few-samples',
        weight: 'invalid',
        message: `only ${samples} samples: the target hardly used the CPU; idle: true shows what it waits for`,
      },
    ];
  if (samples >= fewSamples) return [];
  return [
    {
      code: 'few-samples',
      weight: 'suspect',
      message: `only ${samples} samples: shares below 10 % say little; record for longer`,
    },
  ];
}

function placed({ name, file, line, self, total }: Hotspot, place: PlaceFile): HotFunction {
  return { name, file: place(file), line, self, total };
}
