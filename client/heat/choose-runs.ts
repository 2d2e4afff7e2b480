/** Which run's heat is shown, and which run it is held against. */
import { t } from '@vscode/l10n';
import type { RunEntry } from '../../runner/open-run';
import { isProfiled, isSameSubject, recordingsOf } from '../../runner/recordings';
import type { BeforeRun } from './run-heat';

/** @param entries newest first. */
export function latestProfiled(entries: readonly RunEntry[]): RunEntry | undefined {
  return entries.find(isProfiled);
}

/**
 * The pinned baseline that has a recording of the same; without one, the latest earlier run that has.
 *
 * @param entries newest first.
 */
export function runBefore(
  entry: RunEntry,
  entries: readonly RunEntry[],
  isPinned: (entry: RunEntry) => boolean,
): BeforeRun | undefined {
  const alike = entries.filter((other) => other.dir !== entry.dir && hasSameRecording(entry, other));
  const baseline = alike.find(isPinned);
  if (baseline !== undefined) return { entry: baseline, words: t('at baseline') };
  const startedMs = entry.run?.startedMs ?? 0;
  const earlier = alike.find(({ run }) => (run?.startedMs ?? 0) < startedMs);
  return earlier === undefined ? undefined : { entry: earlier, words: t('in the run before') };
}

function hasSameRecording(a: RunEntry, b: RunEntry): boolean {
  const own = recordingsOf(a);
  return recordingsOf(b).some((other) => own.some((one) => isSameSubject(one, other)));
}
