/** What is opened for a file: the file alone, or all pieces of the recording that it is a part of. */
import path from 'node:path';
import { cpuNsOf } from '../../core/run/cpu-per-request';
import type { OpenedFiles } from './profile-worker';
import { filesOf, recordingOf, type Recording } from '../../runner/recordings';

export async function openedFilesOf(file: string): Promise<OpenedFiles> {
  const recording = await recordingOf(file);
  if (recording === undefined)
    return { files: [file], name: path.basename(file), cpuNsPerRequest: null, isOfRun: false };
  return openedRecording(recording, file);
}

/** @param file the one that was asked for; counts of several processes are shown one by one. */
export function openedRecording(recording: Recording, file = filesOf(recording)[0] ?? ''): OpenedFiles {
  const isCounted = recording.profile.tool === 'cProfile';
  return {
    files: isCounted ? [file] : filesOf(recording),
    name: nameOf(recording),
    cpuNsPerRequest: cpuNsOf(recording),
    isOfRun: true,
  };
}

/** `agents in hotspots, 4 May, 10:00:05`: runs of one plan differ in nothing but their time. */
export function nameOf({ run, phase, profile }: Recording): string {
  const started = new Date(run.startedMs).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return `${profile.target} in ${phase.name}, ${started}`;
}
