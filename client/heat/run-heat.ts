/** What the profiles of a run say of files that are on this machine. */
import { t } from '@vscode/l10n';
import { isAsRecorded } from '../../runner/hash-sources';
import type { RunEntry } from '../../runner/open-run';
import { locateSource } from '../profile/locate-source';
import { ProfileThread } from '../profile/profile-thread';
import type { RecordingHeat } from '../profile/profile-worker';
import { filesOf, recordingsOf, type Recording } from '../../runner/recordings';
import { leastShare, type Shares } from './heat-words';

export interface HotFunctionHere extends Shares {
  readonly name: string;
  /** From 1; 0 where no line is known. */
  readonly line: number;
  /** In the run that this one is held against; absent where that run did not see it at all or there is none. */
  readonly before: { readonly total: number; readonly words: string } | undefined;
}

/** A file of this machine with its heat by one recording. */
export interface FileHere {
  readonly file: string;
  readonly recording: Recording;
  /** Of the content that was recorded, where the run has kept it. */
  readonly sha256: string | undefined;
  /** Whether the content on the disk is another, or not known to be the same. */
  readonly hasChanged: boolean;
  readonly lines: readonly (Shares & { readonly line: number })[];
  readonly functions: readonly HotFunctionHere[];
}

export interface HotspotHere extends Shares {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

export interface RunHeat {
  readonly entry: RunEntry;
  /** By the path of the file. */
  readonly files: ReadonlyMap<string, FileHere>;
  /** The most expensive first. */
  readonly hotspots: readonly HotspotHere[];
  /** What could not be read or found, each a sentence. */
  readonly problems: readonly string[];
}

/** The run that another is held against. */
export interface BeforeRun {
  readonly entry: RunEntry;
  /** `at baseline`, `in the run before`. */
  readonly words: string;
}

/** @param worker the bundle of the thread that reads profiles. */
export async function readRunHeat(
  worker: string,
  entry: RunEntry,
  before: BeforeRun | undefined,
): Promise<RunHeat> {
  const thread = new ProfileThread(worker);
  try {
    const earlier = before === undefined ? undefined : await sharesOf(thread, before.entry);
    const files = new Map<string, FileHere>();
    const hotspots: HotspotHere[] = [];
    const problems: string[] = [];
    for (const recording of recordingsOf(entry)) {
      const heat = await heatOf(thread, recording);
      problems.push(...heat.problems);
      const paths = new Map<string, string>();
      for (const told of heat.files) {
        const place = await placeOf(told.file, recording);
        if (place === undefined) {
          problems.push(t`${told.file} is not here`);
          continue;
        }
        paths.set(told.file, place.file);
        const functions = told.functions.map((fn) => {
          const total = earlier?.get(keyOf(recording, told.file, fn.name));
          const words = before?.words ?? '';
          return { ...fn, before: total === undefined ? undefined : { total, words } };
        });
        const here = { ...place, recording, lines: told.lines, functions };
        if (isHotter(here, files.get(place.file))) files.set(place.file, here);
      }
      for (const hotspot of heat.hotspots) {
        const file = paths.get(hotspot.file);
        if (file !== undefined && hotspot.line > 0 && hotspot.total >= leastShare)
          hotspots.push({ ...hotspot, file });
      }
    }
    return { entry, files, hotspots, problems };
  } finally {
    thread.dispose();
  }
}

function heatOf(thread: ProfileThread, recording: Recording): Promise<RecordingHeat> {
  return thread.heat(filesOf(recording), recording.profile.options.includes('idle'));
}

/** Two targets may share a file; it shows the one in which it costs more. */
function isHotter(one: FileHere, other: FileHere | undefined): boolean {
  const cost = ({ lines }: FileHere): number => lines.reduce((sum, { self }) => sum + self, 0);
  return other === undefined || cost(one) > cost(other);
}

async function placeOf(
  told: string,
  recording: Recording,
): Promise<Pick<FileHere, 'file' | 'sha256' | 'hasChanged'> | undefined> {
  const { files, sha256, isGuess } = await locateSource(told, recording);
  const [file] = files;
  if (file === undefined || files.length > 1 || isGuess) return undefined;
  return { file, sha256, hasChanged: !(await isAsRecorded(file, sha256)) };
}

/** A path of the run rather than one of this machine: the runs may have been recorded elsewhere. */
function keyOf({ phase, profile }: Recording, told: string, name: string): string {
  const file = profile.sources?.find((source) => source.told === told)?.file ?? told;
  return [phase.name, profile.target, profile.tool, file, name].join('\n');
}

async function sharesOf(thread: ProfileThread, entry: RunEntry): Promise<ReadonlyMap<string, number>> {
  const shares = new Map<string, number>();
  for (const recording of recordingsOf(entry)) {
    const { files } = await heatOf(thread, recording);
    for (const { file, functions } of files)
      for (const { name, total } of functions) shares.set(keyOf(recording, file, name), total);
  }
  return shares;
}
