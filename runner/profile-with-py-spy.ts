/** py-spy on a target: looks whether it can, then records it in pieces of a few seconds. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '../core/measure/validity';
import type { Profiler } from '../core/plan/schema';
import type { Profile } from '../core/profile/profile';
import { identifyProcess, type ProcessIdentity } from '../engines/host/process-identity';
import { locatePySpy, type PySpy } from '../engines/pyspy/locate';
import { attachable } from '../engines/pyspy/preflight';
import { recordSlice, type PySpySettings, type SliceEnd } from '../engines/pyspy/record';
import { keepProfile } from './keep-profile';
import type { FoundTarget } from './find-target';
import { profilesFolder } from './layout';
import type { ReadyProfiler, Readiness, Recording } from './profiler';
import type { RunContext } from './run-context';

/** A piece that is lost with its recorder is no more than this. */
const pieceMs = 10_000;
const usualRateHz = 100;
/** At 100 samples a second, halting for each cost a service a fifth of its answers; at this, nothing to be seen. */
const haltingRateHz = 20;

export async function preparePySpy(
  context: RunContext,
  phase: string,
  wish: Profiler,
  target: FoundTarget,
): Promise<Readiness> {
  const { options } = context;
  const located = await locatePySpy({
    chosen: options.pySpyFile,
    pid: target.pid,
    variables: options.variables,
  });
  if (!located.ok) return located;
  const found = await attachable(located.pySpy.file, target.tree);
  if (!found.ok) return found;
  const identity = await identifyProcess(found.pid);
  return { ok: true, profiler: readyProfiler(context, phase, wish, { ...target, identity }, located.pySpy) };
}

function readyProfiler(
  context: RunContext,
  phase: string,
  wish: Profiler,
  target: FoundTarget & { readonly identity: ProcessIdentity },
  pySpy: PySpy,
): ReadyProfiler {
  const isHalting = wish.blocking === true || wish.native === true;
  const settings: PySpySettings = {
    rateHz: wish.rate ?? (isHalting ? haltingRateHz : usualRateHz),
    withIdle: wish.idle === true,
    onlyGil: wish.gil === true,
    withNative: wish.native === true,
    isBlocking: wish.blocking === true,
  };
  const folder = profilesFolder(phase);
  const record = async (stop: AbortSignal): Promise<Recording> => {
    const pieces: Piece[] = [];
    for (let leftMs = wish.for; leftMs > 0 && !stop.aborted; leftMs -= pieceMs) {
      const name = `${wish.target}-py-spy-${pieces.length + 1}`;
      const outputFile = path.join(context.folder.dir, folder, `${name}.part`);
      const end = await recordSlice({
        pySpyFile: pySpy.file,
        target: target.identity,
        hasChildren: target.tree.length > 1,
        settings,
        outputFile,
        cwd: path.dirname(outputFile),
        seconds: Math.min(leftMs, pieceMs) / 1000,
        supervisorFile: context.options.supervisorFile,
        stop,
      });
      const file = path.posix.join(folder, `${name}.speedscope.json`);
      const kept = end.kind === 'written' ? await keepProfile(context, outputFile, file) : undefined;
      await rm(outputFile, { force: true });
      pieces.push({ end, file, kept });
      // Where the target is gone there is nothing more to record.
      if (end.kind === 'gone' || (end.kind === 'written' && end.report.hasTargetExited)) break;
    }
    return recordingOf(pieces);
  };
  const options = (['idle', 'gil', 'native', 'blocking'] as const).filter((key) => wish[key] === true);
  return {
    version: pySpy.version,
    rateHz: settings.rateHz,
    options,
    withWaiting: settings.withIdle,
    record,
  };
}

interface Piece {
  readonly end: SliceEnd;
  readonly file: string;
  readonly kept: Awaited<ReturnType<typeof keepProfile>> | undefined;
}

function recordingOf(pieces: readonly Piece[]): Recording {
  const kept = pieces.flatMap(({ end, file, kept: piece }) =>
    piece?.ok === true && end.kind === 'written'
      ? [{ file, profile: piece.profile, seconds: end.seconds }]
      : [],
  );
  const profiles: readonly Profile[] = kept.flatMap(({ profile }) => profile ?? []);
  return {
    files: kept.map(({ file }) => file),
    profiles,
    samples: profiles.reduce((sum, { samples }) => sum + samples.stack.length, 0),
    seconds: kept.reduce((sum, { seconds }) => sum + seconds, 0),
    findings: [...lostFindings(pieces), ...reportFindings(pieces)],
  };
}

function lostFindings(pieces: readonly Piece[]): Finding[] {
  const why = pieces.flatMap(({ end, kept }) => {
    if (end.kind === 'lost') return [end.message];
    return kept?.ok === false ? [kept.message] : [];
  });
  const [first] = why;
  const lost: Finding[] =
    first === undefined
      ? []
      : [
          {
            code: 'lost-piece',
            weight: 'suspect',
            message: `${why.length} of ${pieces.length} pieces of the recording are lost: ${first}`,
          },
        ];
  const isGone = pieces.some(
    ({ end }) => end.kind === 'gone' || (end.kind === 'written' && end.report.hasTargetExited),
  );
  return isGone
    ? [
        { code: 'target-exited', weight: 'suspect', message: 'the target ended while it was recorded' },
        ...lost,
      ]
    : lost;
}

/** py-spy says so from a second on. */
const maxBehindS = 1;
const maxTornShare = 0.1;

function reportFindings(pieces: readonly Piece[]): Finding[] {
  const reports = pieces.flatMap(({ end }) => (end.kind === 'written' ? [end.report] : []));
  const behindS = Math.max(0, ...reports.map((report) => report.behindS));
  const torn = reports.reduce((sum, report) => sum + (report.errors ?? 0), 0);
  const taken = reports.reduce((sum, report) => sum + (report.samples ?? 0), 0);
  const findings: Finding[] = [];
  if (behindS >= maxBehindS)
    findings.push({
      code: 'behind-in-sampling',
      weight: 'suspect',
      message: `py-spy fell ${behindS.toFixed(1)} s behind its rate, so shares may be wrong: give a lower rate`,
    });
  if (torn > maxTornShare * (torn + taken))
    findings.push({
      code: 'torn-stacks',
      weight: 'suspect',
      message: `${torn} of ${torn + taken} stacks could not be read whole: with blocking: true they can`,
    });
  return findings;
}
