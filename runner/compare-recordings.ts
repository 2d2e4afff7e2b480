/** What changed in the profiles of runs, function by function. */
import { compareProfiles, type Side } from '../core/profile/compare-profiles';
import type { Profile } from '../core/profile/profile';
import type { ProfileChange } from '../core/profile/profile-change';
import { weighedSide } from '../core/profile/weighed-side';
import { cpuNsOf } from '../core/run/cpu-per-request';
import { readProfile } from '../engines/host/profile-file';
import { readEntry } from './open-run';
import { filesOf, isSameSubject, placeBySource, recordingsOf, type Recording } from './recordings';

/** More than these nobody reads. */
const functionsKept = 40;

/**
 * @param phases the phases to compare; all where none is given.
 * @returns one for each phase, target and tool that both sides have recorded.
 */
export async function compareRecordings(
  baselineDirs: readonly string[],
  candidateDirs: readonly string[],
  phases: readonly string[] = [],
): Promise<ProfileChange[]> {
  const before = await allRecordings(baselineDirs);
  const after = await allRecordings(candidateDirs);
  const changes: ProfileChange[] = [];
  for (const [i, one] of after.entries()) {
    // Several runs of a side are one subject, told at the first.
    if (after.findIndex((other) => isSameSubject(one, other)) !== i) continue;
    if (phases.length > 0 && !phases.includes(one.phase.name)) continue;
    const sides = [before, after].map((side) => side.filter((other) => isSameSubject(one, other)));
    const [baseline = [], candidate = []] = sides;
    if (baseline.length === 0) continue;
    changes.push(await changeOf(one, baseline, candidate));
  }
  return changes;
}

async function allRecordings(dirs: readonly string[]): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for (const dir of dirs) recordings.push(...recordingsOf(await readEntry(dir)));
  return recordings;
}

async function changeOf(
  recording: Recording,
  baseline: readonly Recording[],
  candidate: readonly Recording[],
): Promise<ProfileChange> {
  const { phase, profile } = recording;
  const subject = { phase: phase.name, target: profile.target, tool: profile.tool };
  const [before, after] = [await sideOf(baseline), await sideOf(candidate)];
  const lost = [...before.problems, ...after.problems];
  if (before.side.recordings.length === 0 || after.side.recordings.length === 0)
    return { ...subject, unit: 'samples', notes: [...lost, 'a side has no samples'], functions: [] };
  const { unit, notes, functions } = compareProfiles(before.side, after.side);
  const byTotal = [...functions].sort((a, b) => Math.abs(b.total.difference) - Math.abs(a.total.difference));
  const place = await placeBySource(recording);
  const kept = byTotal.slice(0, functionsKept).map((one) => ({ ...one, file: place(one.file) }));
  return { ...subject, unit, notes: [...lost, ...notes], functions: kept };
}

async function sideOf(
  recordings: readonly Recording[],
): Promise<{ side: Side; problems: readonly string[] }> {
  const problems: string[] = [];
  const sides: Side[] = [];
  for (const recording of recordings) {
    const pieces: Profile[] = [];
    for (const file of filesOf(recording)) {
      const read = await readProfile(file);
      if (read.ok) pieces.push(read.profile);
      else if (read.problem.code !== 'no-samples') problems.push(read.problem.message);
    }
    sides.push(weighedSide(pieces, cpuNsOf(recording)));
  }
  const requests = sides.flatMap((side) => side.requests ?? []);
  const all = sides.flatMap((side) => side.recordings);
  // Known of some only, they are known of none.
  return { side: { recordings: all, ...(requests.length === all.length && { requests }) }, problems };
}
