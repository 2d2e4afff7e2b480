/** The thread that holds one profile: it reads the file and answers, one message at a time. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { Profile } from '../../core/profile/profile';
import { readProfile } from '../../engines/host/profile-file';
import { profileVersion, type ProfileQuestion, type ToProfileView } from '../../protocol/profile';
import { ProfileSession, type SourcePlace } from './profile-session';

/** What the editor's thread sends; every message is answered once, with the number it came with. */
export type ToWorker = { readonly number: number } & (
  | { readonly kind: 'open'; readonly file: string }
  | { readonly kind: 'compare'; readonly file: string | null }
  | { readonly kind: 'ask'; readonly question: ProfileQuestion }
  | { readonly kind: 'place'; readonly fn: number }
);

export interface FromWorker {
  readonly number: number;
  /** For the page, where there is something for it. */
  readonly message?: ToProfileView | undefined;
  readonly place?: SourcePlace;
}

let session: ProfileSession | undefined;
let format = '';

async function answer(asked: ToWorker): Promise<Omit<FromWorker, 'number'>> {
  switch (asked.kind) {
    case 'open':
      return { message: await open(asked.file) };
    case 'compare':
      return { message: await compare(asked.file) };
    case 'ask':
      return session === undefined ? {} : { message: session.answer(asked.question) };
    case 'place': {
      const place = session?.place(asked.fn);
      return place === undefined ? {} : { place };
    }
  }
}

async function open(file: string): Promise<ToProfileView> {
  const read = await readOrTell(file);
  if ('message' in read) return read.message;
  session = new ProfileSession(read.profile, path.basename(file));
  format = read.format;
  return session.opened(format);
}

async function compare(file: string | null): Promise<ToProfileView | undefined> {
  if (session === undefined) return undefined;
  if (file === null) {
    session.compareWith(undefined);
    return session.opened(format);
  }
  const read = await readOrTell(file);
  if ('message' in read) {
    const { message, remedy } = read.message;
    return {
      kind: 'told',
      version: profileVersion,
      message: `It cannot be compared: ${message}; ${remedy}.`,
    };
  }
  session.compareWith({ profile: read.profile, fileName: path.basename(file) });
  return session.opened(format);
}

async function readOrTell(
  file: string,
): Promise<{ profile: Profile; format: string } | { message: Extract<ToProfileView, { kind: 'problem' }> }> {
  const read = await readProfile(file);
  if (read.ok) return read;
  const { message, remedy } = read.problem;
  return { message: { kind: 'problem', version: profileVersion, message, remedy } };
}

parentPort?.on('message', (asked: ToWorker) => {
  answer(asked).then(
    (answered) => parentPort?.postMessage({ number: asked.number, ...answered } satisfies FromWorker),
    (cause: unknown) => {
      // The editor's thread hears of it as an error of the worker.
      queueMicrotask(() => {
        throw cause;
      });
    },
  );
});
