/** The thread that holds one profile: it reads the file and answers, one message at a time. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { findHotspots, type Hotspot } from '../../core/profile/hotspots';
import type { ImportProblem } from '../../core/profile/import-problem';
import { joinProfiles } from '../../core/profile/join-profiles';
import type { Profile } from '../../core/profile/profile';
import { sourceHeat, type FileHeat } from '../../core/profile/source-heat';
import { readProfile } from '../../engines/host/profile-file';
import { profileVersion, type ProfileQuestion, type ToProfileView } from '../../protocol/profile';
import { answering } from '../answer-thread';
import { ProfileSession, type SourcePlace } from './profile-session';
import type { NamedProfile } from './profile-side';

/** What is opened: one file, or the pieces of one recording. */
export interface OpenedFiles {
  /** In the order of time. */
  readonly files: readonly string[];
  readonly name: string;
  /** Nanoseconds of the target's processor for one request; `null` where that is not known. */
  readonly cpuNsPerRequest: number | null;
  readonly isOfRun: boolean;
}

/** What the editor's thread sends; every message is answered once, with the number it came with. */
export type ToWorker = { readonly number: number } & (
  | { readonly kind: 'open'; readonly opened: OpenedFiles }
  | { readonly kind: 'compare'; readonly before: OpenedFiles | null }
  | { readonly kind: 'ask'; readonly question: ProfileQuestion }
  | { readonly kind: 'place'; readonly fn: number }
  | { readonly kind: 'heat'; readonly files: readonly string[]; readonly withWaiting: boolean }
);

export interface FromWorker {
  readonly number: number;
  /** For the page, where there is something for it. */
  readonly message?: ToProfileView | undefined;
  readonly place?: SourcePlace;
  readonly heat?: RecordingHeat;
}

/** What the pieces of one recording say of the program's own files. */
export interface RecordingHeat {
  readonly files: readonly FileHeat[];
  /** The most expensive first. */
  readonly hotspots: readonly Hotspot[];
  /** Why a piece is left out. */
  readonly problems: readonly string[];
}

/** More than anybody goes through one by one. */
const hotspotsTold = 30;

let session: ProfileSession | undefined;
let format = '';

async function answer(asked: ToWorker): Promise<Omit<FromWorker, 'number'>> {
  switch (asked.kind) {
    case 'open':
      return { message: await open(asked.opened) };
    case 'compare':
      return { message: await compare(asked.before) };
    case 'ask':
      return session === undefined ? {} : { message: session.answer(asked.question) };
    case 'place': {
      const place = session?.place(asked.fn);
      return place === undefined ? {} : { place };
    }
    case 'heat':
      return { heat: await readHeat(asked) };
  }
}

async function open(opened: OpenedFiles): Promise<ToProfileView> {
  const read = await readTogether(opened);
  if ('problem' in read) {
    const { message, remedy } = read.problem;
    return { kind: 'problem', version: profileVersion, message, remedy };
  }
  session = new ProfileSession(read.side);
  format = read.format;
  return session.opened(format);
}

async function compare(before: OpenedFiles | null): Promise<ToProfileView | undefined> {
  if (session === undefined) return undefined;
  if (before === null) {
    session.compareWith(undefined);
    return session.opened(format);
  }
  const read = await readTogether(before);
  if ('problem' in read) {
    const { message, remedy } = read.problem;
    return {
      kind: 'told',
      version: profileVersion,
      message: `It cannot be compared: ${message}; ${remedy}.`,
    };
  }
  session.compareWith(read.side);
  return session.opened(format);
}

type Together =
  { side: NamedProfile; format: string } | { problem: Pick<ImportProblem, 'message' | 'remedy'> };

/** A piece in which nobody was at work says nothing, unless it is the only one. */
async function readTogether({ files, name, ...facts }: OpenedFiles): Promise<Together> {
  const pieces: Profile[] = [];
  let told = '';
  let problem = { message: 'there is no file', remedy: 'choose another' };
  for (const file of files) {
    const read = await readProfile(file);
    if (read.ok) {
      pieces.push(read.profile);
      told = read.format;
    } else {
      problem = { message: read.problem.message, remedy: read.problem.remedy };
      if (read.problem.code !== 'no-samples') return { problem };
    }
  }
  const [first, ...others] = pieces;
  if (first === undefined) return { problem };
  const joined = joinProfiles([first, ...others]);
  if (!joined.ok) return joined;
  return { side: { profile: joined.profile, fileName: name, ...facts }, format: told };
}

async function readHeat({ files, withWaiting }: Extract<ToWorker, { kind: 'heat' }>): Promise<RecordingHeat> {
  const profiles: Profile[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const read = await readProfile(file);
    if (read.ok) profiles.push(read.profile);
    else if (read.problem.code !== 'no-samples')
      problems.push(`${path.basename(file)}: ${read.problem.message}`);
  }
  const { own } = findHotspots(profiles, { count: hotspotsTold, withWaiting });
  return { files: sourceHeat(profiles, { withWaiting }), hotspots: own, problems };
}

parentPort?.on('message', answering(answer));
